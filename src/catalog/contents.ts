import type pg from 'pg';
import { isApplicationSchema } from './scope.ts';

/** The rows of one table, as text, each with how often it is there. */
export type Contents = ReadonlyMap<string, number>;

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as id
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'r' and ${isApplicationSchema('n.nspname')}
   order by 1`;

const SHOWN = 300;

/** SQL of a text; of a longer one its first characters, to recognize it by, and a digest, which differs when the text does. */
export const abbreviated = (text: string, shown: number): string =>
  `case when length(${text}) > ${shown} then left(${text}, ${shown}) || '… md5 ' || md5(${text}) else ${text} end`;

/**
 * Reads every row of every table of the database (graphile-migrate's own apart). For small databases: a seeded world.
 */
export async function readContents(client: pg.Client): Promise<Map<string, Contents>> {
  const { rows: tables } = await client.query<{ id: string }>(TABLES);
  const contents = new Map<string, Contents>();
  for (const { id } of tables) {
    const { rows } = await client.query<{ row: string; times: number }>(
      `select ${abbreviated('t::text', SHOWN)} as row,
              count(*)::int as times
         from ${id} t group by 1 order by 1`,
    );
    contents.set(id, new Map(rows.map(({ row, times }) => [row, times])));
  }
  return contents;
}
