import type pg from 'pg';
import type { Deviation } from '../../report/deviation.ts';
import { type CompiledMigration, runMigration } from '../rerun.ts';
import { sessionDeviations } from '../session/deviations.ts';
import { readSession, sessionChanged } from '../session/measure.ts';
import { compareRows, type TableChange } from './compare.ts';
import { declarationsIn } from './declarations.ts';
import { type MovedColumn, rowDeviations, rowLines } from './findings.ts';
import { orphanDeviations } from './orphans.ts';
import { readAllRows } from './read.ts';
import { columnsSetBy, movedByTrigger } from './triggers.ts';

/** The effect of a migration on rows and on its session: its deviations, and a line for each table for people. */
export interface RowsMeasured {
  readonly deviations: readonly Deviation[];
  readonly lines: readonly string[];
}

/**
 * Runs a migration and compares all rows before and after. A row or a value that is gone deviates unless the migration
 * declares it in a comment. So do a row without the row that its foreign key refers to, and a change of the session that
 * the text of the migration does not show.
 * @param client connected to a database created for this, with rows, in the state before the migration
 */
export async function measureRows(client: pg.Client, migration: CompiledMigration): Promise<RowsMeasured> {
  const before = await readAllRows(client);
  const session = await readSession(client, migration.sql);
  const began = await serverTime(client);
  try {
    await runMigration(client, migration);
  } catch (error) {
    await client.query('rollback');
    return { deviations: [fails(migration, error as Error)], lines: [] };
  }
  const ended = await serverTime(client);
  const changed = sessionChanged(migration.name, session, await readSession(client, migration.sql));
  // Rows are read as before, whatever role it left.
  if (changed) await client.query('reset session authorization; reset role; reset all');
  const set = await columnsSetBy(migration.sql);
  const moved = new Map<string, MovedColumn[]>();
  const changes = compareRows(before, await readAllRows(client, before)).map((change): TableChange => {
    const byTrigger = change.changed.flatMap((changed): MovedColumn[] => {
      const trigger = movedByTrigger(change, changed, set, { began, ended });
      return trigger === undefined ? [] : [{ column: changed.column, rows: changed.rows, trigger }];
    });
    if (byTrigger.length > 0) moved.set(change.table, byTrigger);
    const names = new Set(byTrigger.map(({ column }) => column));
    return { ...change, changed: change.changed.filter(({ column }) => !names.has(column)) };
  });
  return {
    deviations: [
      ...(changed && (await sessionDeviations(migration)).length === 0 ? [changed] : []),
      ...rowDeviations(migration.name, changes, declarationsIn(migration.sql)),
      ...(await orphanDeviations(client)),
    ],
    lines: rowLines(changes, moved),
  };
}

/** The declarations of a migration that can't touch rows: none is needed. */
export function declaredWithoutNeed({ name, sql }: CompiledMigration): RowsMeasured {
  return { deviations: rowDeviations(name, [], declarationsIn(sql)), lines: [] };
}

async function serverTime(client: pg.Client): Promise<Date> {
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now');
  return rows[0]?.now ?? new Date();
}

const fails = ({ name }: CompiledMigration, { message }: Error): Deviation => ({
  check: 'migrations',
  where: name,
  expected: 'a migration that runs on tables with rows in them',
  seen: message,
  fix: 'The shadow database has no legacy rows, and production has rows. Write it so that it holds for rows that are there.',
});
