import type pg from 'pg';
import type { Relation } from '../catalog/relations.ts';
import type { Command } from './model.ts';

/** A role's privileges on a relation, its own and those of the roles that it is a member of. Row security is not in it. */
export interface RelationPrivileges {
  /** USAGE of the schema: without it nothing of the relation can be named. */
  readonly usage: boolean;
  readonly delete: boolean;
  /** The columns that SELECT may name, and those to which INSERT and UPDATE may give a value, quoted where SQL needs it. */
  readonly select: readonly string[];
  readonly insert: readonly string[];
  readonly update: readonly string[];
  /** The commands for which it has the privilege on the table, and so on every column. */
  readonly full: readonly Command[];
}

const columns = (privilege: string, among = 'true'): string => `
         array(select quote_ident(a.attname) from pg_attribute a
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and ${among}
                  and has_column_privilege(r.role, c.oid, a.attnum, '${privilege}') order by a.attnum)`;

const WRITABLE = "a.attgenerated = '' and a.attidentity <> 'a'";

const QUERY = `
  select r.role, format('%I.%I', n.nspname, c.relname) as relation,
         has_schema_privilege(r.role, n.oid, 'usage') as usage,          has_table_privilege(r.role, c.oid, 'delete') as delete,
         array(select k from unnest('{select,insert,update,delete}'::text[]) k where has_table_privilege(r.role, c.oid, k)) as full,
        ${columns('select')} as select,
         ${columns('insert', WRITABLE)} as insert, ${columns('update', WRITABLE)} as update
    from unnest($1::text[]) r (role) cross join pg_class c join pg_namespace n on n.oid = c.relnamespace
   where format('%I.%I', n.nspname, c.relname) = any ($2)`;

/** Which privileges each role has on each relation: it decides which roles are worth probing, and proves nothing. */
export async function readPrivileges(
  client: pg.Client,
  roles: readonly string[],
  relations: readonly Relation[],
): Promise<(role: string, relation: Relation) => RelationPrivileges> {
  const { rows } = await client.query<RelationPrivileges & { role: string; relation: string }>(QUERY, [
    roles,
    relations.map(({ sql }) => sql),
  ]);
  const known = new Map(rows.map((row) => [`${row.role}\n${row.relation}`, row]));
  return (role, { sql }) => known.get(`${role}\n${sql}`) ?? NONE;
}

const NONE: RelationPrivileges = { usage: false, select: [], delete: false, insert: [], update: [], full: [] };
