import { afterAll, beforeAll, expect } from '@jest/globals';
import { uuid } from '../../../spec/legacy/random.ts';
import { onRealServer, real } from '../../support/databases.ts';
import { type MigratedDatabase, migratedDatabase } from '../../support/migrated.ts';
import { within } from '../../support/time-limits.ts';
import { runRandomly } from './random/run.ts';

/** ROLECALL_STEPS=100000 for a night's run; ROLECALL_SEED to draw the same statements again. */
const steps = Number(process.env.ROLECALL_STEPS ?? 600);
const seed = Number(process.env.ROLECALL_SEED ?? Date.now() % 1_000_000);

const extra = Array.from({ length: 6 }, (_, index) => uuid(7, 'extra', index));

let database: MigratedDatabase;

beforeAll(async () => {
  if (!real) return;
  database = await migratedDatabase();
  await database.seed();
  for (const id of extra)
    await database.client.query("insert into auth.users (id, email) values ($1, 'x@example.com')", [id]);
});
afterAll(() => database?.drop());

onRealServer(
  `every invariant holds after ${steps} random statements of random callers in parallel sessions, some of them killed`,
  async () => {
    const sessions = steps > 1000 ? 8 : 4;
    const run = runRandomly({ url: database.url, client: database.client, seed, steps, sessions, extra });
    const { outcomes, kills, deadlocks } = await run;
    if (steps > 1000)
      process.stdout.write(
        `seed ${seed}: ${JSON.stringify({ outcomes, kills, deadlocks: deadlocks.length })}\n${deadlocks.slice(0, 5).join('\n\n')}\n`,
      );
    expect(outcomes.committed).toBeGreaterThan(steps / 10);
  },
  within(Math.max(60, steps / 20)),
);
