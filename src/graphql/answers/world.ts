import type pg from 'pg';
import type { ProbedRow } from '../../access/seed.ts';
import { keyOf } from '../../access/seed.ts';
import { matching } from '../../access/statements.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';
import { castOf } from './columns.ts';
import type { AnswerTable, WorldRecord } from './model.ts';

/** A row of the world as it is stored, and what is tried with it. */
export interface StoredRecord extends WorldRecord {
  readonly probed: ProbedRow;
}

/** The world's rows of the tables, as they are stored. A row that its values do not find is left out: seeding says so. */
export async function worldRecords(
  client: pg.Client,
  build: GraphileBuild.Build,
  tables: readonly AnswerTable[],
  rows: readonly ProbedRow[],
): Promise<StoredRecord[]> {
  const asked = tables.flatMap((table) =>
    rows
      .filter(({ relation, absent }) => relation.id === table.relation.id && absent === undefined)
      .map((row) => recordOf(client, build, table, row)),
  );
  return (await Promise.all(asked)).filter((record) => record !== undefined);
}

async function recordOf(
  client: pg.Client,
  build: GraphileBuild.Build,
  table: AnswerTable,
  probed: ProbedRow,
): Promise<StoredRecord | undefined> {
  const { relation, row, values } = probed;
  const attributes = Object.entries(table.resource.codec.attributes ?? {});
  const pairs = attributes.map(([name, { codec }]) => {
    const column = `t.${quoteIdentifier(name)}`;
    return `json_build_array(${column}::text, ${castOf(build, codec, 't', name)})`;
  });
  const { rows } = await client.query<{ stored: [string | null, string | null][] }>(
    `select json_build_array(${pairs.join(', ')}) as stored from ${relation.sql} t where ${matching(relation, values, keyOf(relation, values))}`,
  );
  const [only] = rows;
  if (!only || rows.length !== 1) return undefined;
  const stored = new Map(
    attributes.map(([name, { codec }], index) => {
      const [text = null, cast = null] = only.stored[index] ?? [];
      return [name, { text, value: cast === null ? null : codec.fromPg(cast) }];
    }),
  );
  const key = relation.primaryKey.length > 0 ? relation.primaryKey : [...stored.keys()];
  return { table, row, probed, stored, where: (alias) => equal(table, key, stored, alias) };
}

/** SQL that is true of rows that have the stored values in these columns. */
export function equal(
  { relation }: AnswerTable,
  columns: readonly string[],
  stored: WorldRecord['stored'],
  alias: string,
): string {
  return columns
    .map((name) => {
      const text = stored.get(name)?.text ?? null;
      const column = `${alias}.${quoteIdentifier(name)}`;
      const type = relation.columns.find((one) => one.name === name)?.type;
      return text === null ? `${column} is null` : `${column} = ${quoteLiteral(text)}::${type}`;
    })
    .join(' and ');
}
