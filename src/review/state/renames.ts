import type pg from 'pg';
import { isApplicationSchema, notExtensionMember, readRows } from '../../catalog/scope.ts';
import type { RenamedThing } from '../facts.ts';

/** Something with a name, by what PostgreSQL knows it by. */
interface NamedThing {
  readonly id: string;
  /** The table that it belongs to, with its schema; null for what stands by itself. */
  readonly of: string | null;
  /** With its schema where it stands by itself. */
  readonly name: string;
}

const IN_APPLICATION = isApplicationSchema('n.nspname');

// A rename keeps the oid, and the number of a column.
const NAMES = `
  select 'c' || c.oid as id, null as of, n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${IN_APPLICATION} and ${notExtensionMember('pg_class', 'c.oid')}
  union all
  select 'a' || c.oid || ' ' || a.attnum, n.nspname || '.' || c.relname, a.attname
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
   where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f') and ${IN_APPLICATION}
  union all
  select 'i' || i.indexrelid, n.nspname || '.' || t.relname, c.relname
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = t.relnamespace
   where ${IN_APPLICATION}
  union all
  select 'k' || k.oid, n.nspname || '.' || t.relname, k.conname
    from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_namespace n on n.oid = t.relnamespace
   where ${IN_APPLICATION}
  union all
  select 'p' || p.oid, n.nspname || '.' || t.relname, p.polname
    from pg_policy p join pg_class t on t.oid = p.polrelid join pg_namespace n on n.oid = t.relnamespace
   where ${IN_APPLICATION}
  union all
  select 't' || g.oid, n.nspname || '.' || t.relname, g.tgname
    from pg_trigger g join pg_class t on t.oid = g.tgrelid join pg_namespace n on n.oid = t.relnamespace
   where not g.tgisinternal and ${IN_APPLICATION}
  union all
  select 'f' || p.oid, null, p.oid::regprocedure::text
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where ${IN_APPLICATION} and ${notExtensionMember('pg_proc', 'p.oid')}
  union all
  select 'y' || t.oid, null, n.nspname || '.' || t.typname
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
   where t.typtype in ('e', 'd') and ${IN_APPLICATION} and ${notExtensionMember('pg_type', 't.oid')}`;

/** Reads the names of everything that can be renamed. */
export const readNames = (client: pg.Client): Promise<readonly NamedThing[]> => readRows<NamedThing>(client, NAMES);

/** The things whose names are others, however that was done. */
export function renamingsBetween(before: readonly NamedThing[], after: readonly NamedThing[]): RenamedThing[] {
  const was = new Map(before.map(({ id, name }) => [id, name]));
  return after.flatMap(({ id, of, name }): RenamedThing[] => {
    const from = was.get(id);
    return from === undefined || from === name ? [] : [{ of, from, to: name }];
  });
}
