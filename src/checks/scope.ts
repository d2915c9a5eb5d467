/**
 * What every check reads from: the objects of the ruled schemas, as common table expressions. The parameters are the
 * ruled schemas, those of the API, and the private one.
 *
 * Left out is what an extension owns. A partition is a relation of its own where rows can be reached through it, and
 * is no table here, since its parent stands for its keys, columns and names.
 */
export const SCOPE = `
with scope as (
  select $1::text[] as ruled, $2::text[] as api, $3::text as private
), schemas as (
  select n.oid, format('%I', n.nspname) as id, n.nspname = any (scope.api) as api, n.nspname = scope.private as private,
         n.nspowner, n.nspacl
    from pg_namespace n, scope where n.nspname = any (scope.ruled)
), relations as (
  select c.oid, c.relname::text as name, format('%s.%I', s.id, c.relname) as id, s.api, c.relkind, c.relispartition,
         c.relrowsecurity, c.relowner, c.relacl, c.reloptions
    from pg_class c join schemas s on s.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
     and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
), tables as (
  select * from relations where relkind in ('r', 'p') and not relispartition
), keys as (
  select k.*, t.id as "table", t.name as table_name, format('%I on %s', k.conname, t.id) as id,
         array(select a.attname::text from unnest(k.conkey) with ordinality u (attnum, position)
                 join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum order by u.position) as columns
    from pg_constraint k join tables t on t.oid = k.conrelid
), functions as (
  select f.oid, f.oid::regprocedure::text as id, f.proname::text as name, s.api, s.private, f.prosecdef, f.proconfig,
         f.proowner, f.proacl, f.proargnames
    from pg_proc f join schemas s on s.oid = f.pronamespace
   where not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e')
), policies as (
  select p.oid, p.polname::text as name, r.id as "table", format('%I on %s', p.polname, r.id) as id, p.polcmd, p.polpermissive,
         p.polrelid, p.polroles, p.polqual::text as using_tree, p.polwithcheck::text as check_tree,
         concat_ws(' ', 'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
                   'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') as text
    from pg_policy p join relations r on r.oid = p.polrelid
)
`;
