import type pg from 'pg';
import type { Column } from '../../catalog/columns.ts';
import type { Table } from '../../catalog/table.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { forEach } from '../attempt.ts';
import type { ProbedRow } from '../seed.ts';
import { keyOf } from '../seed.ts';
import { matching } from '../statements.ts';
import { type CopyRules, copyStatement, dropRigidKeys, ownColumns } from './copies.ts';
import { isRow, rowId, SCRATCH } from './scratch.ts';
import { mentions, type Variant } from './variants.ts';

/** A row that callers are asked about. */
export interface AskedRow {
  /** The oid of its table and its place there, as long as nobody writes it. */
  readonly id: string;
  /** The class that it is in, or that the row is in of which it is a copy. */
  readonly row: string;
  /** The row of the world, as it is stored: column → text. */
  readonly stored: Readonly<Record<string, string | null>>;
  /** How it differs from the world's row; undefined when it is that row. */
  readonly variant?: Variant;
  /** The condition that finds the world's row, as people write it. */
  readonly where: string;
  /** The statements to run before, as the connection's own user, so that it is there. */
  readonly before: readonly string[];
}

/** The world's rows of a table, as they are stored. A row that its values do not find is left out: seeding has said so. */
export async function storedRows(client: pg.Client, table: Table, rows: readonly ProbedRow[]): Promise<AskedRow[]> {
  const columns = table.columns.map((column) => `${quoteLiteral(column.sql)}, t.${column.sql}::text`).join(', ');
  const probed = rows.filter(({ absent }) => absent === undefined);
  const found = await forEach(client, probed, async ({ relation, row, values }): Promise<AskedRow[]> => {
    const where = matching(relation, values, keyOf(relation, values));
    const { rows: stored } = await client.query<{ id: string; stored: Record<string, string | null> }>(
      `select ${rowId('t')} as id, json_build_object(${columns}) as stored from ${table.sql} t where ${where}`,
    );
    const [only] = stored;
    return only && stored.length === 1 ? [{ ...only, row, where, before: [] }] : [];
  });
  return found.flat();
}

/** SQL of the value that a column has in a row, of the column's type. */
export function storedValue(
  table: Table,
  { stored, variant }: Pick<AskedRow, 'stored' | 'variant'>,
  name: string,
): string {
  const changed = variant?.changes[name];
  if (changed !== undefined) return changed;
  const text = stored[name];
  if (text === null || text === undefined) return 'null';
  return `${quoteLiteral(text)}::${table.columns.find(({ sql }) => sql === name)?.type}`;
}

/** A variant that could not be added as a copy, though the row itself may take its values. */
export interface Unplaced {
  readonly of: AskedRow;
  readonly variant: Variant;
}

/**
 * Adds a copy of the row for each variant, as the connection's own user; all of them are there at once. What the changes of
 * a variant alone are refused for can't be in the table at all, and is left out.
 */
export async function placeVariants(
  client: pg.Client,
  table: Table,
  of: AskedRow,
  variants: readonly Variant[],
  rules: CopyRules,
  number: () => number,
): Promise<{ placed: AskedRow[]; unplaced: Unplaced[] }> {
  const copies = variants.map((variant) => ({ variant, copy: copyStatement(table, variant, rules, number()) }));
  const answers = await place(
    client,
    copies.map(({ variant, copy }) => `${copy} where ${isRow('o', of.id)} returning ${idOf(table.sql, variant)}`),
  );
  const dropped = dropRigidKeys(table, rules).map((drop) => `${drop};`);
  const placed: AskedRow[] = [];
  const unplaced: Unplaced[] = [];
  for (const [index, { variant, copy }] of copies.entries()) {
    const answer = answers[index];
    if (answer?.id) placed.push({ ...of, id: answer.id, variant, before: [...dropped, `${copy} where ${of.where};`] });
    else if (!isOfTheChanges(table, ownColumns(table, variant, rules), answer)) unplaced.push({ of, variant });
  }
  return { placed, unplaced };
}

/** SQL of the id of a row that has what the variant says; null when a trigger made something else of it. */
function idOf(alias: string, { changes }: Variant): string {
  const has = Object.entries(changes).map(
    ([column, value]) => `${alias}.${column}::text is not distinct from (${value})::text`,
  );
  return `case when ${has.join(' and ')} then ${rowId(alias)} end`;
}

/** unique_violation and exclusion_violation. */
const KEY_VIOLATIONS = new Set(['23505', '23P01']);

/** not_null_violation and foreign_key_violation: no value of a copy's own is null, or in a foreign key. */
const OF_OTHER_COLUMNS = new Set(['23502', '23503']);

/**
 * Whether a copy was refused for its changes, by their type or by a constraint of the table. Otherwise a key was in its way,
 * a value of its own was refused, or a trigger raised an error, did away with the row, or made something else of it.
 * @param own the columns in which the copy has values of its own
 */
function isOfTheChanges({ id, checks }: Table, own: readonly Column[], answer: Placed | undefined): boolean {
  const state = answer?.state ?? '';
  if (!/^2[23]/.test(state) || KEY_VIOLATIONS.has(state)) return false;
  if (own.length === 0) return true;
  if (answer?.relation !== id) return false;
  if (OF_OTHER_COLUMNS.has(state)) return true;
  const check = checks.find(({ name }) => name === answer.broken);
  return check !== undefined && !own.some(({ name }) => mentions(check.definition, name));
}

/** Changes the row itself; undefined when that is refused, and then nothing was done. */
export async function changeInPlace(
  client: pg.Client,
  table: Table,
  { of, variant }: Unplaced,
): Promise<AskedRow | undefined> {
  const changes = Object.entries(variant.changes).map(([column, value]) => `${column} = ${value}`);
  const change = `update ${table.sql} t set ${changes.join(', ')}`;
  const [answer] = await place(client, [`${change} where ${isRow('t', of.id)} returning ${idOf('t', variant)}`]);
  const id = answer?.id;
  return id ? { ...of, id, variant, before: [`${change} where ${of.where};`] } : undefined;
}

interface Placed {
  /** The id of the row, where the statement went through and found it. */
  readonly id: string | null;
  readonly state: string | null;
  /** The table and the constraint that the error names; empty where it names none. */
  readonly relation: string | null;
  readonly broken: string | null;
}

/** Runs statements, of which a failure undoes nothing but itself, in one exchange with the server. */
export async function place(
  client: pg.Client,
  statements: readonly string[],
  gives = true,
): Promise<readonly Placed[]> {
  if (statements.length === 0) return [];
  const { rows } = await client.query<Placed>(`select * from ${SCRATCH}.place($1, $2)`, [statements, gives]);
  return rows;
}

/** Runs statements that give nothing, of which a failure undoes nothing but itself. */
export async function tryAll(client: pg.Client, statements: readonly string[]): Promise<void> {
  await place(client, statements, false);
}
