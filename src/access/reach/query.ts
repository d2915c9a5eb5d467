import type pg from 'pg';
import { readRows } from '../../catalog/scope.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { GrantedObject, OpenPrivilege } from './privilege.ts';

/** Which privileges are asked for. */
export interface ReachQuestion {
  /** Of roles, besides those of everybody. */
  readonly grantees: readonly string[];
  /** In these schemas only ownership is, and what the next have. */
  readonly proven: readonly string[];
  /** The roles that no persona has. */
  readonly withoutPersona: readonly string[];
  /** The role that ran the migrations. */
  readonly migrator: string;
}

const list = (names: readonly string[]): string => `array[${names.map(quoteLiteral).join(', ')}]::text[]`;

// What initdb or an extension made counts only as far as its privileges are not the first ones any more; they are in
// pg_init_privs, or else PostgreSQL's own. initdb notes none of information_schema, of which everybody may read what does
// not begin with _pg_. PostgreSQL gives types, languages and databases to everybody, which opens no row: of these, too,
// only what was granted besides counts; of types, what was granted by name. A language that PostgreSQL or its name calls
// untrusted, and that somebody has marked as trusted, is open to everybody all the same.
//
// A schema is no proof that initdb made an object: a superuser may make others there. What initdb makes has an id below
// 16384 (FirstNormalObjectId in src/include/access/transam.h); so have PostgreSQL's own roles, and PUBLIC's is 0. Nor is an
// extension one, since ALTER EXTENSION ADD takes any object. What opens more than itself is `beyond` what either vouches for:
// security definers and aggregates that call one (of initdb's functions none is), views of what is not the same extension's,
// and the tables of an extension that are not its configuration.
const query = ({ grantees, proven, withoutPersona, migrator }: ReachQuestion): string => `
  with grantees (oid, name) as materialized (
    select 0::oid, 'public' union all select r.oid, r.rolname::text from pg_roles r where r.rolname = any (${list(grantees)})
  ), schemas as materialized (
    select n.*, n.nspname in ('pg_catalog', 'information_schema') as built_in, n.nspname = any (${list(proven)}) as proven
      from pg_namespace n where n.nspname <> 'pg_toast' and n.nspname !~ '^pg_(toast_)?temp_'
  ), extensions as materialized (
    select d.classid, d.objid, e.oid as extension, e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
     where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
  ), members as materialized (
    select x.objid as oid, x.extension, x.objid = any (e.extconfig) as configuration
      from extensions x join pg_extension e on e.oid = x.extension where x.classid = 'pg_class'::regclass
  ), beyond (class, oid) as materialized (
    select 'pg_proc'::regclass::oid, p.oid from pg_proc p
     where p.prosecdef or exists (select from pg_aggregate a join pg_proc f on f.oid in (a.aggtransfn, a.aggfinalfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)
                                   where a.aggfnoid = p.oid and f.prosecdef)
    union
    select 'pg_class'::regclass, r.ev_class from pg_rewrite r
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
     where r.ev_class < 16384 and d.refobjid >= 16384
    union
    select 'pg_class'::regclass, m.oid from members m join pg_rewrite r on r.ev_class = m.oid
     cross join lateral regexp_matches(r.ev_action::text, ':relid ([0-9]+)', 'g') read
     where read[1]::oid <> m.oid and not exists (select from members its where its.extension = m.extension and its.oid = read[1]::oid)
       and (read[1]::oid >= 16384 or not has_table_privilege('public', read[1]::oid, 'select'))
    union
    select 'pg_class'::regclass, m.oid from members m join pg_class c using (oid) where c.relkind in ('r', 'p', 'm', 'f') and m.configuration is not true
  ), objects (class, oid, sub, letter, harmless, schema, acl, owner) as (
    select 'pg_namespace'::regclass::oid, n.oid, 0, 'n', false, n.oid, n.nspacl, n.nspowner from schemas n
    union all
    select 'pg_class'::regclass, c.oid, 0, case c.relkind when 'S' then 's' else 'r' end, false, c.relnamespace, c.relacl, c.relowner
      from pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select 'pg_class'::regclass, c.oid, a.attnum, 'c', false, c.relnamespace, a.attacl, c.relowner
      from pg_attribute a join pg_class c on c.oid = a.attrelid where a.attacl is not null and not a.attisdropped
    union all
    select 'pg_proc'::regclass, p.oid, 0, 'f', false, p.pronamespace, p.proacl, p.proowner
      from pg_proc p where p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
    union all
    select 'pg_type'::regclass, t.oid, 0, 'T', true, t.typnamespace, t.typacl, t.typowner
      from pg_type t where t.typtype in ('e', 'd', 'r') or t.typtype = 'b' and t.typelem = 0
        or exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c')
    union all
    select 'pg_language'::regclass, l.oid, 0, 'l', l.lanname not in ('c', 'internal') and l.lanname !~ 'u$', null, l.lanacl, l.lanowner
      from pg_language l where l.lanpltrusted
    union all
    select 'pg_foreign_server'::regclass, s.oid, 0, 'S', false, null, s.srvacl, s.srvowner from pg_foreign_server s
    union all
    select 'pg_foreign_data_wrapper'::regclass, w.oid, 0, 'F', false, null, w.fdwacl, w.fdwowner from pg_foreign_data_wrapper w
    union all
    select 'pg_tablespace'::regclass, t.oid, 0, 't', false, null, t.spcacl, t.spcowner from pg_tablespace t
    union all
    select 'pg_database'::regclass, d.oid, 0, 'd', true, null, d.datacl, d.datdba from pg_database d where d.datname = current_database()
    union all
    select 'pg_parameter_acl'::regclass, p.oid, 0, 'p', false, null, p.paracl, 0 from pg_parameter_acl p
    union all
    select 'pg_largeobject_metadata'::regclass, o.oid, 0, 'L', false, null,
           coalesce(o.lomacl, acldefault('L', o.lomowner))
             || case when current_setting('lo_compat_privileges')::boolean
                     then array[makeaclitem(0, o.lomowner, 'SELECT', false), makeaclitem(0, o.lomowner, 'UPDATE', false)] else '{}' end, o.lomowner
      from pg_largeobject_metadata o
  ), judged as (
    select o.*, c.relname, s.nspname, coalesce(s.proven, false) as proven, coalesce(s.built_in, false) as built_in, e.extname, i.initprivs,
           coalesce(s.built_in, false) and o.oid < 16384 or e.extname is not null and (o.letter <> 'l' or o.harmless) as initialized, b.oid is not null as beyond
      from objects o left join schemas s on s.oid = o.schema
      left join pg_class c on o.class = 'pg_class'::regclass and c.oid = o.oid
      left join extensions e on e.classid = o.class and e.objid = o.oid
      left join pg_init_privs i on i.classoid = o.class and i.objoid = o.oid and i.objsubid = o.sub
      left join beyond b on b.class = o.class and b.oid = o.oid
     where (o.schema is null or s.oid is not null)
       and (o.letter = 'n' or o.letter = 'l' and not o.harmless or b.oid is not null or o.owner <> 10 or o.acl is distinct from i.initprivs
            or not (coalesce(s.built_in, false) and o.oid < 16384) and e.extname is null)
  ), opened as materialized (
    select j.*, g.name as grantee, x.privilege_type as privilege,
           (j.initialized or j.harmless) and not j.beyond
             and (j.nspname = 'information_schema' and j.letter = 'r' and x.privilege_type = 'SELECT' and j.relname !~ '^_pg_'
                  or exists (select from aclexplode(coalesce(j.initprivs, acldefault(j.letter::"char", j.owner))) first
                          where first.privilege_type = x.privilege_type and (first.grantee = x.grantee and x.grantee < 16384 or first.grantee = 0 and j.letter <> 'T'))) as initial,
           pg_get_userbyid(nullif(x.grantor, 0)) as grantor
      from judged j cross join lateral aclexplode(coalesce(j.acl, acldefault(j.letter::"char", j.owner))) x join grantees g on g.oid = x.grantee
     where j.letter = 'n' or case when j.harmless then j.acl is not null
                                  else j.initialized or not j.proven or g.name = any (${list(withoutPersona)}) end
    union all
    select j.*, g.name, 'ownership', false, null from judged j join grantees g on g.oid = j.owner and g.oid <> 0
     where (not j.initialized or j.owner <> 10) and j.letter <> 'c'
  )
  select * from (
  select case o.letter when 'n' then 'schema' when 'f' then 'function' when 'T' then 'type' when 'l' then 'language' when 'S' then 'foreign server'
                       when 'F' then 'foreign-data wrapper' when 't' then 'tablespace' when 'd' then 'database' when 'p' then 'parameter' when 'L' then 'large object'
              else case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' when 'S' then 'sequence' else 'table' end end as kind,
         o.nspname as schema,
         case o.letter when 'f' then format('%s.%s(%s)', o.nspname, p.proname, (select string_agg(format_type(a.type, null), ', ' order by a.position)
                                                                                from unnest(p.proargtypes::oid[]) with ordinality a (type, position)))
              when 'n' then o.nspname when 'L' then o.oid::text else concat_ws('.', o.nspname, called.name) end as id,
         case when o.letter = 'n' then quote_ident(o.nspname) when o.letter = 'L' then o.oid::text
              else concat_ws('.', quote_ident(o.nspname), quote_ident(called.name)) end as sql,
         case when o.letter = 'f' then p.oid::regprocedure::text when o.letter in ('r', 'c', 's', 'T') then format('%I.%I', o.nspname, called.name)
              when o.letter = 'n' then o.nspname else called.name end as asked,
         pg_get_userbyid(nullif(o.owner, 0)) as owner,
         coalesce(p.prosecdef or c.relkind = 'v' and not coalesce((select o.option_value::boolean from pg_options_to_table(c.reloptions) o where o.option_name = 'security_invoker'), false), false) as "ownersRights",
         o.extname as extension, o.built_in as "builtIn",
         case when c.relkind in ('r', 'p', 'v', 'm', 'f') then (select quote_ident(a.attname) from pg_attribute a
                                                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum limit 1) end as "anyColumn",
         case when p.prokind = 'p' or exists (select from unnest(p.proargtypes) a (type) join pg_type t on t.oid = a.type where t.typtype = 'p') then null
              when o.letter = 'f' then format('%I.%I(%s)%s', o.nspname, p.proname,
                case when p.prokind = 'a' and p.pronargs = 0 then '*' else (select string_agg(case when p.provariadic <> 0 and a.position = p.pronargs then 'variadic ' else '' end
                                                        || format('(select null::%s)', format_type(a.type, null)), ', ' order by a.position)
                   from unnest(p.proargtypes::oid[]) with ordinality a (type, position)) end,
                case when p.prokind = 'w' then ' over ()' else '' end) end as call,
         (select quote_ident(a.attname) from pg_attribute a where o.sub > 0 and a.attrelid = o.oid and a.attnum = o.sub) as "column",
         o.privilege, o.grantee, o.initial,
         coalesce(pg_get_userbyid(nullif(o.owner, 0)) = ${quoteLiteral(migrator)} or o.grantor = ${quoteLiteral(migrator)}, false) as ours
    from opened o
    left join pg_class c on o.class = 'pg_class'::regclass and c.oid = o.oid
    left join pg_proc p on o.class = 'pg_proc'::regclass and p.oid = o.oid
    left join lateral (
      select coalesce(c.relname::text, p.proname::text,
        case o.letter when 'T' then (select typname::text from pg_type t where t.oid = o.oid) when 'l' then (select lanname::text from pg_language l where l.oid = o.oid)
                      when 'S' then (select srvname::text from pg_foreign_server s where s.oid = o.oid) when 'F' then (select fdwname::text from pg_foreign_data_wrapper w where w.oid = o.oid)
                      when 't' then (select spcname::text from pg_tablespace t where t.oid = o.oid) when 'd' then (select datname::text from pg_database d where d.oid = o.oid)
                      when 'p' then (select parname from pg_parameter_acl a where a.oid = o.oid) end) as name
    ) called on true
   where not o.initial or o.letter = 'n'
  ) named
   order by schema collate "C" nulls first, kind collate "C", id collate "C", "column" collate "C" nulls first, grantee collate "C", privilege`;

type Row = GrantedObject & Omit<OpenPrivilege, 'object'>;

/**
 * Reads from the catalogs which privileges everybody and some roles have outside of the proven schemas, where they are
 * not those that PostgreSQL or an extension gives by itself. Of schemas, all are listed: who has USAGE reaches what is in.
 */
export async function readOpenPrivileges(
  client: pg.Client,
  question: ReachQuestion,
): Promise<readonly OpenPrivilege[]> {
  const rows = await readRows<Row>(client, query(question));
  return rows.map(({ column, privilege, grantee, ours, initial, ...object }) => ({
    object,
    column,
    privilege,
    grantee,
    ours,
    initial,
  }));
}
