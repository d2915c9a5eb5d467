import type pg from 'pg';
import { isApplicationSchema, notExtensionMember } from './scope.ts';

/** One object of the database: what it is, and how it is defined, in text that is equal when the definition is. */
export interface StructureLine {
  readonly object: string;
  readonly definition: string;
}

/** Privileges in an order that does not depend on the order in which they were granted. */
const sorted = (acl: string): string =>
  `(select array_agg(item::text order by item::text collate "C")::text from unnest(${acl}) item)`;

/**
 * Everything that DDL can change in the schemas that are not PostgreSQL's own or graphile-migrate's, without anything
 * that differs between two equal databases (object ids, the order of creation, statistics). Definitions come from
 * PostgreSQL's own pg_get_… functions; privileges are sorted.
 */
const QUERY = `
with own as (
  select oid, nspname, nspowner, nspacl from pg_namespace
   where ${isApplicationSchema('nspname')}
), relations as (
  select c.*, format('%I.%I', n.nspname, c.relname) as id, n.nspname from pg_class c join own n on n.oid = c.relnamespace
), lines as (
  select format('schema %I', nspname) as object,
         concat_ws(' ', 'owner', nspowner::regrole, 'acl', ${sorted('nspacl')}, obj_description(oid, 'pg_namespace')) as definition
    from own
  union all
  select format('relation %s', id),
         concat_ws(' ', relkind, relpersistence, 'owner', relowner::regrole, 'rls', relrowsecurity, relforcerowsecurity, 'options', reloptions::text,
                   'acl', ${sorted('relacl')}, 'replica', relreplident, obj_description(oid, 'pg_class'),
                   case when relkind in ('v', 'm') then pg_get_viewdef(oid) end, case when relkind = 'p' then pg_get_partkeydef(oid) end,
                   case when relispartition then pg_get_expr(relpartbound, oid) end)
    from relations where relkind not in ('i', 'I', 't', 'c')
  union all
  select format('column %s.%I', r.id, a.attname),
         concat_ws(' ', row_number() over (partition by r.oid order by a.attnum), format_type(a.atttypid, a.atttypmod),
                   case when a.attnotnull then 'not null' end, 'default', pg_get_expr(d.adbin, d.adrelid), 'identity', a.attidentity, 'generated', a.attgenerated,
                   'storage', a.attstorage, 'collation', a.attcollation::regcollation, 'acl', ${sorted('a.attacl')}, col_description(r.oid, a.attnum))
    from relations r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
   where r.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
  union all
  select format('constraint %I on %s', c.conname, coalesce(r.id, c.contypid::regtype::text)),
         concat_ws(' ', pg_get_constraintdef(c.oid), 'validated', c.convalidated, obj_description(c.oid, 'pg_constraint'))
    from pg_constraint c left join relations r on r.oid = c.conrelid join own n on n.oid = c.connamespace
   where c.contype <> 'n' -- 18 names what the column's own line says; the name depends on what else was there
  union all
  select format('index %s', r.id), concat_ws(' ', pg_get_indexdef(r.oid), 'valid', i.indisvalid, obj_description(r.oid, 'pg_class'))
    from relations r join pg_index i on i.indexrelid = r.oid
  union all
  select format('trigger %I on %s', t.tgname, t.tgrelid::regclass), concat_ws(' ', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled, obj_description(t.oid, 'pg_trigger'))
    from pg_trigger t join relations r on r.oid = t.tgrelid where not t.tgisinternal
  union all
  select format('policy %I on %s', p.polname, r.id),
         concat_ws(' ', p.polcmd, case when p.polpermissive then 'permissive' else 'restrictive' end,
                   'to', array(select coalesce(x.rolname, 'public') from unnest(p.polroles) o left join pg_roles x on x.oid = o order by 1),
                   'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid), obj_description(p.oid, 'pg_policy'))
    from pg_policy p join relations r on r.oid = p.polrelid
  union all
  select format('function %s', f.oid::regprocedure),
         concat_ws(' ', case when f.prokind = 'a' then 'aggregate' else pg_get_functiondef(f.oid) end, 'owner', f.proowner::regrole,
                   'acl', ${sorted('f.proacl')}, obj_description(f.oid, 'pg_proc'))
    from pg_proc f join own n on n.oid = f.pronamespace
   where ${notExtensionMember('pg_proc', 'f.oid')}
  union all
  select format('type %s', t.oid::regtype),
         concat_ws(' ', t.typtype, 'labels', array(select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder)::text,
                   'base', case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end, t.typdefault,
                   case when t.typnotnull then 'not null' end, 'acl', ${sorted('t.typacl')}, obj_description(t.oid, 'pg_type'))
    from pg_type t join own n on n.oid = t.typnamespace
   where t.typtype in ('e', 'd', 'r', 'm') and ${notExtensionMember('pg_type', 't.oid')}
  union all
  select format('sequence %s', r.id), concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle)
    from pg_sequence s join relations r on r.oid = s.seqrelid
  union all
  select format('extension %I', e.extname), concat_ws(' ', 'schema', n.nspname, 'version', e.extversion) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
  union all
  select format('default privileges of %s in %s for %s', a.defaclrole::regrole, coalesce(n.nspname, 'any schema'), a.defaclobjtype), ${sorted('a.defaclacl')}
    from pg_default_acl a left join pg_namespace n on n.oid = a.defaclnamespace
  union all
  select format('event trigger %I', evtname), concat_ws(' ', evtevent, evtfoid::regproc, evtenabled) from pg_event_trigger
)
select object, definition from lines order by object collate "C", definition collate "C"`;

/** Reads the structure of the database; equal databases give equal lines. */
export async function readStructure(client: pg.Client): Promise<StructureLine[]> {
  const { rows } = await client.query<StructureLine>(QUERY);
  return rows;
}
