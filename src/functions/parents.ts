import type pg from 'pg';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { CallAnswer } from './ask.ts';
import type { ChangedTable } from './changes.ts';
import type { Ownership, RowReference, TableRow } from './owners.ts';

/**
 * Reads the rows to which changed rows refer, and those to which these refer, as far as it depends on them whose a changed
 * row is. They were there before the world.
 * @param ownershipWith makes the ownership that knows rows besides those of the world
 * @returns the ownership that knows all of them
 */
export async function withParents(
  client: pg.Client,
  answers: readonly CallAnswer[],
  tables: ReadonlyMap<number, ChangedTable>,
  ownershipWith: (besides: readonly TableRow[]) => Ownership,
): Promise<Ownership> {
  const known: TableRow[] = [];
  const asked = new Set<string>();
  let fresh: TableRow[] = answers.flatMap(({ changes }) =>
    changes.flatMap(({ relation, was, now }) =>
      [was, now].flatMap((values) => (values ? [{ table: tables.get(relation)?.id ?? '', values }] : [])),
    ),
  );
  let ownership = ownershipWith(known);
  for (;;) {
    const unknown = fresh
      .flatMap(({ table, values }) => ownership.unknownParents(table, values))
      .filter((reference) => !asked.has(JSON.stringify(reference)) && asked.add(JSON.stringify(reference)));
    if (unknown.length === 0) return ownership;
    fresh = await readReferred(client, unknown);
    known.push(...fresh);
    ownership = ownershipWith(known);
  }
}

async function readReferred(client: pg.Client, references: readonly RowReference[]): Promise<TableRow[]> {
  const queries = references.map(({ table, tableSql, values }) => {
    const conditions = Object.entries(values).map(
      ([column, text]) => `t.${quoteIdentifier(column)}::text = ${quoteLiteral(text)}`,
    );
    return `select ${quoteLiteral(table)} as "table", (select json_object_agg(key, value) from jsonb_each_text(to_jsonb(t))) as values from ${tableSql} t where ${conditions.join(' and ')}`;
  });
  const { rows } = await client.query<{ table: string; values: TableRow['values'] }>(queries.join(' union all '));
  return rows;
}
