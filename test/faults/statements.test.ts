/**
 * The backend that migrates is killed after each statement of each migration in turn: the database is then as it was
 * before that migration, and running the migrations again ends where an undisturbed run ends.
 *
 * Every statement is killed in every run. After which the rest is run again to its end is drawn by a seed, a few of
 * each migration; all of them with `ROLECALL_ALL=1 npm test -- test/faults/statements`.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import { within } from '../support/time-limits.ts';
import { type Ground, groundOn, migrationsInStatements, onOwnServer, type Statements } from './support/migrating.ts';
import { type DatabaseState, differences } from './support/state.ts';

/** The database is read after every so many kills. */
const LOOKED_AT = process.env.ROLECALL_ALL ? 1 : 10;
const RERUNS = 5;

let ground: Ground;
const migrations = await migrationsInStatements();
let undisturbed: DatabaseState;

beforeAll(async () => {
  if (onOwnServer !== test) return;
  ground = await groundOn();
  const database = await ground.copy();
  await ground.on(database, (client) => run(client, migrations));
  undisturbed = await ground.stateOf(database);
});
afterAll(() => ground?.remove());

onOwnServer.each(migrations)(
  '$name: killed after any statement, it leaves nothing behind, and what is run again ends the same',
  async (migration) => {
    const place = migrations.indexOf(migration);
    const before = await ground.copy();
    await ground.on(before, (client) => run(client, migrations.slice(0, place)));
    const was = await ground.stateOf(before);
    const last = migration.statements.length - 1;
    const again = new Set(fc.sample(fc.nat(last), { numRuns: RERUNS, seed: place }));
    for (const [position] of migration.statements.entries()) {
      await killedAfter(before, migration, position);
      // What one of them leaves behind is still there after the next.
      if (position % LOOKED_AT === 0 || position === last)
        expect([position, differences(was, await ground.stateOf(before))]).toEqual([position, []]);
      if (!again.has(position) && !process.env.ROLECALL_ALL) continue;
      const database = await ground.copy(before);
      await ground.on(database, (client) => run(client, migrations.slice(place)));
      expect([position, differences(undisturbed, await ground.stateOf(database))]).toEqual([position, []]);
    }
  },
  within(process.env.ROLECALL_ALL ? 1800 : 120),
);

/** As graphile-migrate does: one text in a transaction. Its last statement here kills the backend that runs it. */
async function killedAfter(database: string, { statements }: Statements, position: number): Promise<void> {
  const text = [...statements.slice(0, position + 1), 'select pg_terminate_backend(pg_backend_pid());'].join('\n');
  const killed = ground.on(database, (client) => client.query(`begin;\n${text}\n;commit;`));
  await expect(killed).rejects.toMatchObject({ code: '57P01' });
}

async function run(client: pg.Client, which: readonly Statements[]): Promise<void> {
  for (const { statements } of which) await client.query(`begin;\n${statements.join('')}\n;commit;`);
}
