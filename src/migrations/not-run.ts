import type pg from 'pg';
import { sqlStateOf } from '../database/sql-state.ts';
import type { Findings } from '../report/deviation.ts';
import { committedMigrations } from './files.ts';

const HISTORY = 'graphile_migrate.migrations';
const PERMISSION_DENIED = '42501';

/**
 * Which committed migrations a database has not run, by graphile-migrate's own record: what they make is missing there, and
 * nobody took it away. A database without the record was migrated by something else, of which nothing is said.
 * @param client in a transaction
 */
export async function migrationsNotRun(client: pg.Client): Promise<Findings> {
  const { rows: found } = await client.query(
    `select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = 'graphile_migrate' and c.relname = 'migrations'`,
  );
  if (found.length === 0) return { deviations: [], notEvaluated: [] };
  const ran = await namesThatRan(client);
  if (ran === undefined)
    return {
      deviations: [],
      notEvaluated: [
        {
          check: 'migrations',
          where: HISTORY,
          why: 'The role may not read it. So a difference can also be a migration that has not run there, or one that others wrote.',
        },
      ],
    };
  const number = (file: string): string => /^\d+/.exec(file)?.[0] ?? file;
  const committed = await committedMigrations();
  const missing = committed.filter((file) => !ran.some((one) => number(one) === number(file)));
  const unknown = ran.filter((file) => !committed.some((one) => number(one) === number(file)));
  return {
    deviations: [
      ...missing.map((file) => ({
        check: 'migrations' as const,
        where: file,
        expected: 'the database has run it',
        seen: 'it has not, so that all it makes is missing there',
        fix: 'Run `rolecall migrate` on it first, and compare again: what the migration makes is among the differences.',
      })),
      ...unknown.map((file) => ({
        check: 'migrations' as const,
        where: file,
        expected: 'every migration that the database ran is committed here',
        seen: 'it ran one that is not',
        fix: 'Fetch the branch that has it, and compare again: what it made is among the differences.',
      })),
    ],
    notEvaluated: [],
  };
}

/** The files that graphile-migrate recorded; undefined for somebody who may not read that. */
async function namesThatRan(client: pg.Client): Promise<string[] | undefined> {
  await client.query('savepoint history');
  try {
    const { rows } = await client.query<{ filename: string }>(`select filename from ${HISTORY} order by filename`);
    return rows.map(({ filename }) => filename);
  } catch (error) {
    if (sqlStateOf(error) !== PERMISSION_DENIED) throw error;
    await client.query('rollback to savepoint history');
    return undefined;
  }
}
