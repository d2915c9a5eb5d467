import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { untilWaiting } from '../support/waiting.ts';
import { type Ground, groundOn, onOwnServer } from './support/migrating.ts';
import { type DatabaseState, differences } from './support/state.ts';

let ground: Ground;
let undisturbed: DatabaseState;
let database: string;
let was: DatabaseState;
/** The session of somebody else: it holds a lock that the migration needs. */
let holder: pg.Client;

beforeAll(async () => {
  if (onOwnServer !== test) return;
  ground = await groundOn();
  const copy = await ground.copy();
  await ground.migrate(copy).finished;
  undisturbed = await ground.stateOf(copy);
});
afterAll(() => ground?.remove());

beforeEach(async () => {
  if (onOwnServer !== test) return;
  database = await ground.copy();
  was = await ground.stateOf(database);
  holder = new pg.Client({ connectionString: ground.url(database), application_name: 'somebody else' });
  await holder.connect();
  await holder.query('begin; lock table public.videos in access share mode');
});
afterEach(() => holder?.end());

onOwnServer('of two migrators at once one wins, and the other says who is at work and changes nothing', async () => {
  const first = ground.migrate(database);
  await untilWaiting(holder);
  const second = await ground.migrate(database).finished;
  expect(second).toEqual({
    code: 2,
    output: expect.stringMatching(
      /^(?:Whether there is a way back was not looked at: .*\n)?rolecall: The migration of \w+ stopped\. Another migration of this database is running \(backend \d+ of postgres, active since [\d:]+\)\. Wait until it has ended\. Then run `rolecall migrate` again: .*\n$/,
    ),
  });
  await holder.query('rollback');
  expect(await first.finished).toMatchObject({ code: 0 });
  expect(differences(undisturbed, await ground.stateOf(database))).toEqual([]);
});

onOwnServer.each([
  [
    'a lock that another session holds for longer than lock_timeout',
    'lock_timeout',
    /It waited longer than lock_timeout for a lock that another session holds \(backend \d+ of postgres, idle in transaction since [\d:]+\)\. Let that session end/,
  ],
  [
    'a statement that takes longer than statement_timeout',
    'statement_timeout',
    /A statement took longer than statement_timeout\. Set it to 0/,
  ],
])(
  '%s stops the migration: it says so in one line, and run again it ends as if nothing had been',
  async (_, setting, line) => {
    const limited = `${ground.url(database)}?options=${encodeURIComponent(`-c ${setting}=500ms`)}`;
    const { code, output } = await ground.migrate(database, { DATABASE_URL: limited }).finished;
    expect({ code, complaint: output.split('\n').filter((text) => text.startsWith('rolecall: ')) }).toEqual({
      code: 2,
      complaint: [expect.stringMatching(line)],
    });
    expect(output).not.toMatch(/🛑|Error:/);
    expect(stopped(await ground.stateOf(database))).toEqual(stopped(was));
    await holder.query('rollback');
    expect(await ground.migrate(database).finished).toMatchObject({ code: 0 });
    expect(differences(undisturbed, await ground.stateOf(database))).toEqual([]);
  },
);

/** The baseline, which changes nothing here, may have run; what it would have made is there. */
const stopped = (state: DatabaseState): string[] => state.filter((line) => !line.startsWith('has run: 000001'));
