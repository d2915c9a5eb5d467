/**
 * Whatever is killed while the migrations run, and whenever: run again, they end where an undisturbed run ends.
 *
 * The moments are drawn by a seed: a few in every run, 30 of each with `ROLECALL_ALL=1 npm test -- test/faults/crash`,
 * others with ROLECALL_SEED.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { within } from '../support/time-limits.ts';
import { untilEmpty } from '../support/waiting.ts';
import { type Ground, groundOn, onOwnServer } from './support/migrating.ts';
import { moments, untilWritten, walPosition, walSince } from './support/moments.ts';
import { type DatabaseState, differences } from './support/state.ts';

/** During a migration, while it connected, or before it did. */
const STOPPED =
  /^rolecall: (The migration of \w+ stopped\. The connection to the server broke \(.+\)\. .*again.*|The server at \S+ ended the connection before it began .*again.*|No PostgreSQL server answers at \S+\. .*)$/m;

let ground: Ground;
let undisturbed: DatabaseState;
/** How much WAL an undisturbed run writes. */
let whole: number;

beforeAll(async () => {
  if (onOwnServer !== test) return;
  ground = await groundOn();
  const database = await ground.copy();
  const before = await ground.on('postgres', walPosition);
  expect(await ground.migrate(database).finished).toMatchObject({ code: 0 });
  whole = await ground.on('postgres', (client) => walSince(client, before));
  undisturbed = await ground.stateOf(database);
});
afterAll(() => ground?.remove());

onOwnServer.each([
  ['the client is killed', 3, (_: Ground, kill: () => void) => kill()],
  ['the server is stopped at once', 2, (server: Ground) => server.stopAtOnce()],
  ['the server is killed', 2, (server: Ground) => server.kill()],
])(
  'when %s at any moment, the migrations run again end the same',
  async (_, few, strike) => {
    for (const moment of moments(whole, few)) {
      const database = await ground.copy();
      const before = await ground.on('postgres', walPosition);
      const running = ground.migrate(database);
      await untilWritten(ground, before, moment, running.finished);
      await strike(ground, running.kill);
      const { code, output } = await running.finished;
      // A client that was killed says nothing; one that was through before the strike has nothing to say.
      if (code) expect({ code, output }).toEqual({ code: 2, output: expect.stringMatching(STOPPED) });
      await ground.restart();
      // The backend of a client that was killed is still at work until it notices.
      await ground.on('postgres', (client) => untilEmpty(client, database));
      expect([moment, (await ground.migrate(database).finished).code]).toEqual([moment, 0]);
      expect([moment, differences(undisturbed, await ground.stateOf(database))]).toEqual([moment, []]);
    }
  },
  within(process.env.ROLECALL_ALL ? 900 : 90),
);
