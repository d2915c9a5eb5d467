import type pg from 'pg';
import type { Value, WorldRow } from '../access/model.ts';
import type { Column } from '../catalog/columns.ts';
import type { Relation } from '../catalog/relations.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { type People, personOf } from './people.ts';
import type { SuggestedRow } from './row.ts';

/** Types whose values people write in the world to find a row by them. */
const FINDING = /^(uuid|text|character varying|integer|bigint|smallint)/;

/** Whether a text is likely to stand in rows of the world and in no others. */
const tells = (value: Value | undefined): value is string => typeof value === 'string' && value.length > 3;

/**
 * A row that a view already has because the world has the rows below it: found by one column whose value no other row has,
 * and by a persona's id where a column holds one.
 * @param client in a transaction that has the world's rows
 */
export async function suggestViewRow(
  client: pg.Client,
  relation: Relation,
  world: readonly WorldRow[],
  people: People,
): Promise<SuggestedRow | undefined> {
  const known = [...new Set(world.flatMap(({ values }) => Object.values(values)).filter(tells))];
  const columns = relation.columns.filter(({ type, isText }) => isText || FINDING.test(type));
  const texts = columns.filter(({ type, isText }) => isText || type === 'uuid');
  const ids = [...people.keys()];
  for (const wanted of [ids, known]) {
    const found: WorldRow['values'][] = [];
    for (const column of texts) found.push(...(await rowsWith(client, relation, columns, column, wanted)));
    for (const row of found) {
      const key = await findingColumn(client, relation, columns, row, known);
      if (!key) continue;
      const owner = columns.find(({ name }) => personOf(people, row[name]) !== undefined);
      const named = owner && owner !== key ? [key, owner] : [key];
      const values = Object.fromEntries(named.map(({ name }) => [name, row[name] as Value]));
      const person = owner && personOf(people, row[owner.name]);
      return {
        row: { table: relation.id, row: person === undefined ? 'any' : `${person}'s`, existing: true, values },
        open: [],
      };
    }
  }
  return undefined;
}

async function rowsWith(
  client: pg.Client,
  relation: Relation,
  columns: readonly Column[],
  column: Column,
  values: readonly string[],
): Promise<WorldRow['values'][]> {
  if (values.length === 0) return [];
  const list = values.map(quoteLiteral).join(', ');
  const shown = columns.map(({ sql }) => sql).join(', ');
  const { rows } = await client.query<{ row: WorldRow['values'] }>(
    `select to_json(found) as row from (select ${shown} from ${relation.sql} where ${column.sql}::text in (${list}) limit 20) found`,
  );
  return rows.map(({ row }) => row);
}

/** The first column whose value in the row the world gives, and no other row of the view has. */
async function findingColumn(
  client: pg.Client,
  relation: Relation,
  columns: readonly Column[],
  row: WorldRow['values'],
  known: readonly string[],
): Promise<Column | undefined> {
  for (const column of columns) {
    const value = row[column.name];
    if (!tells(value) || !known.includes(value)) continue;
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from ${relation.sql} where ${column.sql}::text = ${quoteLiteral(value)}`,
    );
    if (rows[0]?.count === 1) return column;
  }
  return undefined;
}
