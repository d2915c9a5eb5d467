import type { Deviation } from '../../report/deviation.ts';
import { beginningOf } from '../effect/beginning.ts';
import type { CompiledMigration } from '../rerun.ts';
import { leavingsOf } from './leavings.ts';
import { placeOf } from './place.ts';

const EXPECTED = {
  transaction: 'a migration that is one transaction: all of it takes effect, or nothing',
  session: 'a session that is after the migration as it was before',
};

/**
 * The statements of a migration that end its transaction, and what it leaves behind in its session: later migrations, and
 * graphile-migrate's own statements, run in the same session. Nothing of a text that is not SQL, which graphile-migrate
 * reports with its place.
 */
export async function sessionDeviations({ name, sql, transaction }: CompiledMigration): Promise<Deviation[]> {
  const leavings = await leavingsOf(sql, transaction).catch(() => []);
  return leavings.map(({ statement, kind, what, fix }) => ({
    check: 'migrations',
    where: placeOf(name, sql, statement),
    expected: EXPECTED[kind],
    seen: `\`${beginningOf(statement)}\`: ${what}`,
    fix,
  }));
}
