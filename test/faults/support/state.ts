import type pg from 'pg';
import { readStructure } from '../../../src/catalog/structure.ts';

/** Ids that a migration makes, and those that refer to them: other ones each time. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  'private.legacy_definitions': ['id'],
  'private.legacy_moves': ['id'],
  'private.quarantined_rows': ['id'],
  'private.slug_holders': ['id'],
  'private.user_row_counts': ['id'],
  'public.plans': ['id'],
  'public.user_roles': ['id'],
  'public.user_usage': ['plan_id'],
  'public.transcripts': ['id'],
  'public.transcript_chunks': ['transcript_id'],
  'public.usage_daily': ['id'],
};

/** All of a database that must be the same after every migration of it, in lines. */
export type DatabaseState = readonly string[];

/** Longer rows are told apart by a digest. */
const SHOWN = 300;

/**
 * The catalogs, every row without ids that were made, and the migrations that have run. The moment of the move
 * (legacy_moves.moved_at) and its day in UTC are told by their names wherever they are.
 */
export async function stateOf(client: pg.Client): Promise<DatabaseState> {
  const { rows: tables } = await client.query<{ table: string }>(`
    select format('%I.%I', n.nspname, c.relname) as table
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'graphile_migrate')
    order by 1`);
  const moves = tables.some(({ table }) => table === 'private.legacy_moves')
    ? `(select distinct to_jsonb(moved_at)::text as moment, to_jsonb((moved_at at time zone 'UTC')::date)::text as day
         from private.legacy_moves)`
    : `(select null::text as moment, null::text as day where false)`;
  const lines = (await readStructure(client)).map(({ object, definition }) => `${object}: ${definition}`);
  for (const { table } of tables) {
    const { rows } = await client.query<{ row: string }>(
      `select left(row, ${SHOWN}) || case when length(row) > ${SHOWN} then ' … md5 ' || md5(row) else '' end as row
       from (
         select coalesce(
           (select replace(replace((to_jsonb(t) - $1::text[])::text, moment, '"the move"'), day, '"its day"')
            from ${moves} moves limit 1),
           (to_jsonb(t) - $1::text[])::text
         ) as row
         from ${table} t
       ) held
       order by 1`,
      [MADE[table] ?? []],
    );
    lines.push(...rows.map(({ row }, place) => `${table} ${place}: ${row}`));
  }
  return [...lines, ...(await migrationsOf(client))];
}

/** The lines that only one of two states has, the first ones of each. */
export function differences(expected: DatabaseState, seen: DatabaseState): string[] {
  const [was, is] = [new Set(expected), new Set(seen)];
  const missing = expected.filter((line) => !is.has(line)).map((line) => `- ${line}`);
  const more = seen.filter((line) => !was.has(line)).map((line) => `+ ${line}`);
  return [...missing.slice(0, 10), ...more.slice(0, 10)];
}

async function migrationsOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ known: boolean }>(
    `select to_regclass('graphile_migrate.migrations') is not null as known`,
  );
  if (!rows[0]?.known) return [];
  const { rows: migrations } = await client.query<{ filename: string }>(
    'select filename from graphile_migrate.migrations order by filename',
  );
  return migrations.map(({ filename }) => `has run: ${filename}`);
}
