import type pg from 'pg';
import { readRows } from '../../catalog/scope.ts';
import { declaredIn } from '../../report/layout.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { namesOf } from './attributes.ts';
import type { Reached } from './reached.ts';
import type { Actor } from './roles.ts';

/** A table whose rows a role reaches through one that it inherits from. */
interface InheritedTable {
  readonly id: string;
  readonly schema: string;
  readonly sql: string;
  readonly parent: string;
  readonly parentSql: string;
  readonly role: string;
  /** Whether the role that ran the migrations owns it. */
  readonly ours: boolean;
}

// The rows of a partition are its parent's; that is what it is for. What an extension makes of its own tables is the
// extension's.
const query = (roles: readonly string[], migrator: string): string => `
  with recursive lines (child, parent) as (
    select i.inhrelid, i.inhparent from pg_inherits i join pg_class c on c.oid = i.inhrelid where not c.relispartition and c.relkind in ('r', 'p', 'f')
    union
    select l.child, i.inhparent from lines l join pg_inherits i on i.inhrelid = l.parent
  )
  select * from (
  select cn.nspname || '.' || c.relname as id, cn.nspname as schema, format('%I.%I', cn.nspname, c.relname) as sql, pn.nspname || '.' || p.relname as parent,
         format('%I.%I', pn.nspname, p.relname) as "parentSql", r.rolname as role, pg_get_userbyid(c.relowner) = ${quoteLiteral(migrator)} as ours
    from lines l join pg_class c on c.oid = l.child join pg_namespace cn on cn.oid = c.relnamespace
    join pg_class p on p.oid = l.parent join pg_namespace pn on pn.oid = p.relnamespace
    join pg_roles r on r.rolname = any (array[${roles.map(quoteLiteral).join(', ')}]::text[])
   where has_schema_privilege(r.oid, pn.oid, 'usage')
     and (has_any_column_privilege(r.oid, p.oid, 'select') or has_any_column_privilege(r.oid, p.oid, 'update') or has_table_privilege(r.oid, p.oid, 'delete, truncate'))
     and not exists (select from pg_depend its join pg_depend of using (refclassid, refobjid, deptype)
                      where its.refclassid = 'pg_extension'::regclass and its.deptype = 'e' and its.classid = 'pg_class'::regclass
                        and of.classid = 'pg_class'::regclass and its.objid = c.oid and of.objid = p.oid)
  ) inherited
   order by id collate "C", parent collate "C", role collate "C"`;

/**
 * The tables whose rows are reached through a parent. PostgreSQL checks the parent's privileges and policies alone, whatever
 * is granted on the child and which policies are on it, and whether or not its schema may be used.
 */
export async function readInherited(client: pg.Client, actors: readonly Actor[], migrator: string): Promise<Reached[]> {
  const byRole = Map.groupBy(actors, ({ role }) => role);
  const rows = await readRows<InheritedTable>(client, query([...byRole.keys()], migrator));
  return [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const line = `table ${first.id}`;
    const parents = [...new Map(own.map(({ parent, parentSql }) => [parent, parentSql]))];
    const names = parents.map(([parent]) => parent).join(', ');
    return [
      {
        line,
        wider: [`schema ${first.schema}`],
        ours: first.ours,
        where: `${namesOf(own.flatMap(({ role }) => byRole.get(role) ?? []))} · ${line}`,
        expected: 'a table of which no row is reached through another, or known with a reason',
        seen: `it inherits ${names}: its rows are reached there, with the privileges and policies of that table alone`,
        evidence: `select inhrelid::regclass, inhparent::regclass from pg_inherits where inhrelid = ${quoteLiteral(first.sql)}::regclass;`,
        fix: `Run ${parents.map(([, sql]) => `alter table ${first.sql} no inherit ${sql}`).join('; ')}; or give ${JSON.stringify(line)} a reason in ${declaredIn('known')}.`,
      },
    ];
  });
}
