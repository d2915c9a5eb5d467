import type pg from 'pg';
import type { RelationPrivileges } from '../access/relation-privileges.ts';
import { ask } from '../access/sets/ask.ts';
import type { Caller } from '../access/sets/callers.ts';
import { rowId } from '../access/sets/scratch.ts';
import type { Relation } from '../catalog/relations.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { isOneOf, type LocatedTable } from './rows.ts';

/** The rows that callers see in tables, as these are now. */
export interface Sight {
  /** The ids of the rows of a table that the caller sees; undefined when the select failed, so that nobody knows. */
  of(caller: number, table: string): ReadonlySet<string> | undefined;
}

export type Privileges = (role: string, relation: Relation) => RelationPrivileges;

/** Whether a role may read some column of a relation. */
export const mayRead = (privileges: Privileges, role: string, relation: Relation): boolean => {
  const { usage, select } = privileges(role, relation);
  return usage && select.length > 0;
};

/**
 * SQL that lends SELECT of the tables to the roles that may read some of their columns: to name a row's place takes it.
 * The caller undoes it.
 */
export function lendSelect(
  tables: readonly LocatedTable[],
  callers: readonly Caller[],
  privileges: Privileges,
): string {
  const roles = [...new Set(callers.map(({ role }) => role))];
  return tables
    .flatMap(({ table }) => {
      const readers = roles.filter(
        (role) => mayRead(privileges, role, table) && !privileges(role, table).full.includes('select'),
      );
      return readers.length > 0 ? [`grant select on ${table.sql} to ${readers.map(quoteIdentifier).join(', ')};`] : [];
    })
    .join('\n');
}

/** Asks callers which rows of the tables they see. A row that no privilege lets a caller read is not seen. */
export async function look(
  client: pg.Client,
  callers: readonly Caller[],
  places: readonly number[],
  tables: readonly LocatedTable[],
  privileges: Privileges,
): Promise<Sight> {
  const asked = tables.flatMap((stored) => {
    const readers = places.filter((place) => mayRead(privileges, callers[place]?.role ?? '', stored.table));
    return readers.length > 0 ? [{ stored, readers }] : [];
  });
  const answers = await ask(
    client,
    callers,
    asked.map(({ stored, readers }) => ({ kind: 'read', sql: select(stored), callers: readers })),
  );
  const seen = new Map<string, ReadonlySet<string> | undefined>();
  for (const { caller, question, rows, error } of answers)
    seen.set(`${caller} ${asked[question]?.stored.table.id}`, error ? undefined : new Set(rows));
  return {
    of: (caller, table) => {
      const key = `${caller} ${table}`;
      return seen.has(key) ? seen.get(key) : NONE;
    },
  };
}

const NONE: ReadonlySet<string> = new Set();

function select({ table, rows, complete }: LocatedTable): string {
  const among = complete
    ? ''
    : ` where ${isOneOf(
        't',
        rows.map(({ id }) => id),
      )}`;
  return `select array_agg(${rowId('t')}) from ${table.sql} t${among}`;
}
