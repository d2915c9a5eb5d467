import type pg from 'pg';
import { forEach } from '../access/attempt.ts';
import type { AskedRow } from '../access/sets/rows.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { WorldChange } from './changes.ts';
import type { Dependence } from './dependences.ts';
import { copiedColumns } from './fresh.ts';
import { ID } from './vary.ts';

/** A dependence with words and SQL for people. */
export interface Explained extends Dependence {
  /** The tables on which the answer depends. */
  readonly tables: readonly string[];
  /** The rows and columns in which the worlds differ, for people. */
  readonly words: string;
  /** Statements that make the other world from the base. */
  readonly statements: readonly string[];
}

/** Says in words and in SQL in which rows and columns the other world differs. */
export async function explained(
  client: pg.Client,
  classes: ReadonlyMap<string, readonly AskedRow[]>,
  dependence: Dependence,
): Promise<Explained> {
  const { changes } = dependence;
  const shown = changes.slice(0, MOST);
  const statements = await forEach(client, shown, (change) => statementFor(client, change));
  const more = changes.length > MOST ? [`-- and ${changes.length - MOST} more`] : [];
  return {
    ...dependence,
    tables: [...new Set(changes.map(({ table }) => table.table.id))],
    words: shown.map((change) => wordsFor(change, classes)).join('; '),
    statements: [...statements.flat(), ...more],
  };
}

const MOST = 4;

function wordsFor(
  { kind, table: { table }, rows, columns }: WorldChange,
  classes: ReadonlyMap<string, readonly AskedRow[]>,
): string {
  const [first] = rows;
  const known = classes.get(table.id)?.find(({ id }) => id === first);
  const row =
    rows.length > 1
      ? `${rows.length} rows of ${table.id}`
      : known
        ? `the row “${known.row}” of ${table.id}`
        : `a row of ${table.id}`;
  if (kind === 'added') return `a copy of ${row} is added`;
  if (kind === 'removed') return `${row} is taken away`;
  return `${columns.join(', ')} of ${row} ${columns.length > 1 ? 'are' : 'is'} changed`;
}

async function statementFor(client: pg.Client, change: WorldChange): Promise<string[]> {
  const { kind, table: stored, rows, columns, values } = change;
  const { table } = stored;
  const where = whereOf(change);
  if (kind === 'removed') return [`delete from ${table.sql} where ${where};`];
  if (kind === 'added') {
    const copied = copiedColumns(table);
    return [
      `insert into ${table.sql} (${copied.map(({ sql }) => sql).join(', ')}) overriding system value`,
      `select ${copied.map(({ name, sql }) => values.get(name) ?? `o.${sql}`).join(', ')} from ${table.sql} o where ${where};`,
    ];
  }
  const { rows: found } = await client.query<{ texts: (string | null)[] }>(
    `select array[${columns.map((sql) => `v.${sql}::text`).join(', ')}] as texts from ${stored.copies[kind]} v where v.${ID} = ${quoteLiteral(rows[0] ?? '')}`,
  );
  const sets = columns.map((sql, at) => {
    const text = found[0]?.texts[at] ?? null;
    return `${sql} = ${text === null ? 'null' : quoteLiteral(text)}`;
  });
  return [`update ${table.sql} set ${sets.join(', ')} where ${where};`];
}

/** The condition that finds the first of the rows by its key. */
function whereOf({ table: { table, rows: all }, rows: [first = ''] }: WorldChange): string {
  const row = all.find(({ id }) => id === first);
  const found = table.columns
    .filter(({ name }) => table.primaryKey.includes(name))
    .map(({ name, sql }) => `${sql} = ${quoteLiteral(row?.keys.get(name) ?? '')}`);
  return found.length > 0 ? found.join(' and ') : `ctid = ${quoteLiteral(first.slice(first.indexOf(' ') + 1))}`;
}
