import type pg from 'pg';
import type { Claim } from './claims.ts';

/** One privilege of one claim, on one object, as the database has it. */
export interface Held {
  /** The place of the claim in the list. */
  readonly claim: number;
  /** The object as people write it. */
  readonly name: string;
  readonly privilege: string;
  /** Whether the grantee has it, however. */
  readonly held: boolean;
  /** Of a column: whether the grantee has it on the whole table. */
  readonly onTable: boolean;
  /** Who else was granted it, or on what else, so that the grantee has it. */
  readonly through: readonly string[];
}

/** Claims with objects and privileges one by one; what a migration dropped again is not among them. */
const QUERY = `
  with claims as (
    select c.*, case c.grantee when 'public' then 0 else (select r.oid from pg_roles r where r.rolname = c.grantee) end as grantee_oid
      from jsonb_to_recordset($1) as c (claim int, kind text, object text, "allIn" boolean, schema text, owner text, "column" text, privilege text, grantee text)
  ), relations as (
    select c.claim, 'relation' as class, (select format('%I.%I', n.nspname, r.relname) from pg_namespace n where n.oid = r.relnamespace) as name, r.relowner as owner, coalesce(r.relacl, acldefault(case r.relkind when 'S' then 's' else 'r' end::"char", r.relowner)) as acl,
           case when c.kind = 'sequence' or r.relkind = 'S' then 's' else 'r' end as letter, r.oid
      from claims c join pg_class r
        on case when c."allIn" then r.relnamespace = to_regnamespace(c.object) and r.relkind = any (case c.kind when 'sequence' then '{S}' else '{r,p,v,m,f}' end::"char"[])
                else r.oid = to_regclass(c.object) end
     where c.kind in ('table', 'sequence')
  ), functions as (
    select c.claim, 'function' as class, format('%s.%I(%s)', p.pronamespace::regnamespace, p.proname,
             (select string_agg(format_type(t.type, null), ',' order by t.place) from unnest(p.proargtypes::oid[]) with ordinality t (type, place))) as name, p.proowner as owner, coalesce(p.proacl, acldefault('f', p.proowner)) as acl, 'f' as letter, p.oid
      from claims c join pg_proc p
        on case when c."allIn" then p.pronamespace = to_regnamespace(c.object)
                when c.object like '%)' then p.oid = to_regprocedure(c.object) else p.oid = to_regproc(c.object) end
     where c.kind = 'function'
  ), others as (
    select c.claim, 'schema' as class, n.oid::regnamespace::text as name, n.nspowner as owner, coalesce(n.nspacl, acldefault('n', n.nspowner)) as acl, 'n' as letter, n.oid
      from claims c join pg_namespace n on n.oid = to_regnamespace(c.object) where c.kind = 'schema'
    union all
    select c.claim, 'type', (select format('%I.%I', n.nspname, t.typname) from pg_namespace n where n.oid = t.typnamespace), t.typowner, coalesce(t.typacl, acldefault('T', t.typowner)), 'T', t.oid
      from claims c join pg_type t on t.oid = to_regtype(c.object) where c.kind = 'type'
    union all
    select c.claim, 'language', l.lanname, l.lanowner, coalesce(l.lanacl, acldefault('l', l.lanowner)), 'l', l.oid
      from claims c join pg_language l on quote_ident(l.lanname) = c.object or format('"%s"', l.lanname) = c.object where c.kind = 'language'
    union all
    select c.claim, 'database', 'this database', d.datdba, coalesce(d.datacl, acldefault('d', d.datdba)), 'd', d.oid
      from claims c join pg_database d on format('"%s"', d.datname) = c.object where c.kind = 'database'
    union all
    -- New objects get what holds everywhere and what holds in their schema. Without an entry, what PostgreSQL gives holds everywhere.
    select c.claim, 'default', format('new %ss%s', c.object, ' in ' || n.nspname), o.oid,
           coalesce(d.defaclacl, acldefault(k.built_in, o.oid)), k.built_in::text, o.oid
      from claims c join (values ('table', 'r'::"char", 'r'::"char"), ('sequence', 'S', 's'), ('function', 'f', 'f'), ('type', 'T', 'T'), ('schema', 'n', 'n')) k (kind, letter, built_in) on k.kind = c.object
      join pg_roles o on o.rolname = coalesce(c.owner, current_user)
      left join pg_namespace n on n.nspname = c.schema or c.schema is null and exists (
        select from pg_default_acl a where a.defaclrole = o.oid and a.defaclobjtype = k.letter and a.defaclnamespace = n.oid)
      left join lateral (
        select array_agg(i) as defaclacl from (
          select unnest(coalesce((select g.defaclacl from pg_default_acl g where g.defaclrole = o.oid and g.defaclobjtype = k.letter and g.defaclnamespace = 0), acldefault(k.built_in, o.oid))) as i
          union all
          select unnest(s.defaclacl) from pg_default_acl s where s.defaclrole = o.oid and s.defaclobjtype = k.letter and s.defaclnamespace = n.oid) items) d on true
     where c.kind = 'default'
  ), objects as (
    select * from relations union all select * from functions union all select * from others
  ), privileges as (
    select o.*, c.grantee, c.grantee_oid, c.column, p.privilege,
           case when c.column is not null then (select a.attacl from pg_attribute a where a.attrelid = o.oid and a.attname = c.column) end as column_acl
      from objects o join claims c using (claim)
     cross join lateral (
       select c.privilege where c.privilege is not null
       union all
       select x.privilege_type from aclexplode(acldefault(o.letter::"char", o.owner)) x
        where c.privilege is null and x.grantee = o.owner and (c.column is null or x.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES'))) p (privilege)
  ), sources as (
    select p.claim, p.name, p.privilege, p.column, x.grantee = p.grantee_oid as own, x.grantee, x.of_column
      from privileges p cross join lateral (
        select e.grantee, false as of_column, e.privilege_type from aclexplode(p.acl) e
        union all select e.grantee, true, e.privilege_type from aclexplode(p.column_acl) e) x
     where x.privilege_type = p.privilege and p.grantee_oid is not null
       and (x.grantee = 0 or x.grantee = p.grantee_oid or p.grantee_oid <> 0 and x.grantee <> 0 and pg_has_role(p.grantee_oid, x.grantee, 'usage'))
  )
  select p.claim, p.name, p.privilege, count(s.claim) > 0 as held, coalesce(bool_or(s.column is not null and not s.of_column), false) as "onTable",
         array_remove(array_agg(distinct case when s.own and (s.column is null or s.of_column) then null
                                              else concat_ws(' ', case when s.column is not null and not s.of_column then 'on the whole table' end,
                                                             case when s.grantee = 0 then 'to public' when not s.own then format('to %s, of which it is a member', s.grantee::regrole) end) end), null) as through
    from privileges p left join sources s using (claim, name, privilege)
   where p.grantee = 'public' or not exists (select from pg_roles r where r.oid = p.grantee_oid and (r.rolsuper or r.oid = p.owner))
   group by p.claim, p.name, p.privilege
  union all
  select c.claim, c.object, 'MEMBER', pg_has_role(c.grantee_oid, r.oid, 'member'), false, '{}'
    from claims c join pg_roles r on r.rolname = c.object where c.kind = 'role' and c.grantee_oid <> 0
   order by claim, name, privilege`;

/** Asks the database which of what the claims are about the grantees have. */
export async function readHeld(client: pg.Client, claims: readonly Claim[]): Promise<Held[]> {
  const asked = claims.map(({ statement, grants, ...claim }, index) => ({ claim: index, ...claim }));
  const { rows } = await client.query<Held>(QUERY, [JSON.stringify(asked)]);
  return rows;
}
