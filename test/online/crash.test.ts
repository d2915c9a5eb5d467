/** A server that is killed during the switch: whenever that is, the switch run again ends where an undisturbed one ends. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { online } from '../../spec/online.ts';
import { readStructure } from '../../src/catalog/structure.ts';
import { stageOf } from '../../src/online/stage.ts';
import { type Ground, groundOn, onOwnServer } from '../faults/support/migrating.ts';
import { type DatabaseState, differences } from '../faults/support/state.ts';
import { untilClosed } from '../support/waiting.ts';
import { contentsOf, GRAPHILE_MIGRATE, migrateInWindow, withWorker } from './support.ts';

/** What is acknowledged after the preparation, so that the switch has something to carry. */
const LAST =
  "insert into public.chat_messages (id, session_id, role, content, created_at) select md5('last of ' || id)::uuid, id, 'user', 'the last', '2025-06-01' from public.chat_sessions";

let ground: Ground;
let prepared: string;
let undisturbed: DatabaseState;

beforeAll(async () => {
  if (onOwnServer !== test) return;
  ground = await groundOn();
  const window = await ground.copy();
  prepared = await ground.copy();
  for (const database of [window, prepared]) await ground.on(database, (client) => client.query(GRAPHILE_MIGRATE));
  await withWorker({ url: ground.url(prepared) }, async (worker) => {
    await worker.create();
    await worker.fill();
    expect(await worker.validate()).toEqual([]);
  });
  await ground.on(prepared, (client) => client.query(LAST));
  undisturbed = await ground.on(window, async (client) => {
    await client.query(LAST);
    await migrateInWindow({ client });
    return everythingIn(client);
  });
});
afterAll(() => ground?.remove());

onOwnServer.each([
  ['writers were stopped', / in exclusive mode/, 'validated'],
  ['readers were stopped too', / in access exclusive mode/, 'validated'],
  ['the old tables had moved', /do \$place\$/, 'validated'],
  ['all was done but the commit', /insert into graphile_migrate\.migrations/, 'validated'],
  ['it was committed', /^commit$/, 'switched'],
])(
  'killed when %s, the server has all that was acknowledged, and the switch run again ends the same',
  async (_, moment, stage) => {
    const database = await ground.copy(prepared);
    const at = { url: ground.url(database) };
    const cut = withWorker(at, async (worker, client) => {
      killAfter(client, moment);
      await worker.switchOver();
      await worker.cleanUp();
    });
    await expect(cut).rejects.toThrow();
    await ground.restart();
    expect((await ground.on(database, (client) => stageOf(client, online))).at).toBe(stage);
    await withWorker(at, async (worker) => {
      if (stage === 'validated') await worker.switchOver();
      await worker.cleanUp();
    });
    expect(differences(undisturbed, await ground.on(database, everythingIn))).toEqual([]);
  },
);

/** Kills the server when a statement of the client is through, the first of its kind since writers were stopped. */
function killAfter(client: pg.Client, moment: RegExp): void {
  const query = client.query.bind(client) as (sql: string, values?: unknown[]) => Promise<unknown>;
  const gone = untilClosed(client);
  let stopped = false;
  Object.assign(client, {
    async query(sql: string, values?: unknown[]) {
      const result = await query(sql, values);
      stopped ||= / in exclusive mode/.test(sql);
      if (stopped && moment.test(sql)) {
        await ground.kill();
        await gone;
      }
      return result;
    },
  });
}

async function everythingIn(client: pg.Client): Promise<DatabaseState> {
  const { rows: sums } = await client.query(
    'select table_name, rows_in, rows_carried, rows_quarantined from private.legacy_moves order by 1',
  );
  const contents = Object.entries(await contentsOf({ client }));
  return [
    ...contents.flatMap(([table, rows]) => rows.map((row) => `${table}: ${row}`)),
    ...(await readStructure(client)).map(({ object, definition }) => `${object}: ${definition}`),
    ...sums.map((sum) => JSON.stringify(sum)),
  ];
}
