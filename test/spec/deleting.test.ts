import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { people } from '../../spec/people.ts';
import { world } from '../../spec/world.ts';
import type { WorldRow } from '../../src/access/model.ts';
import { seed } from '../../src/access/seed.ts';
import { readRelations } from '../../src/catalog/relations.ts';
import { rolledBack } from '../../src/database/connect.ts';
import {
  afterDeleting,
  dependentsOf,
  type ForeignKey,
  foreignKeysOf,
  orphansOf,
  type Row,
  type Rows,
  referenceOf,
  rowsOf,
} from '../support/foreign-keys.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

const channel = '00000000-0000-4000-8000-0000000000c2';
/** What every id of the other world begins with. */
const MIRRORED = '11111111-0000-4000-8000-';
/** It tells of what is gone: that is what it is for. */
const REMEMBERS = 'public.audit_log';
/** Kept by triggers, so that no foreign key foretells them. */
const KEPT = ['updated_at', 'chunk_count', 'creators_added', 'videos_indexed', 'last_message_at', 'row_count'];

let database: MigratedDatabase;
let keys: ForeignKey[];
let before: Rows;

beforeAll(async () => {
  database = await migratedDatabase();
  await database.seed();
  await seedMirror();
  // What the world leaves open, so that each foreign key has a row to act on.
  await database.client.query(`
    update public.channels set added_by = '${people.owner}' where id = '${channel}';
    update public.user_roles set granted_by = '${people.owner}' where user_id = '${people.moderator}';
    update public.error_logs set user_id = '${people.owner}' where id::text like '00000000-%';
    update public.operation_locks set user_id = '${people.owner}' where lock_key = 'world';
    insert into public.public_chat_limits (channel_id, identifier) values ('${channel}', 'a fingerprint')`);
  keys = await foreignKeysOf(database.client, ['public', 'private']);
  before = await contents();
});
afterAll(() => database?.drop());

test('every foreign key says what becomes of its rows, and has one to try it on', () => {
  expect(keys.length).toBeGreaterThan(15);
  expect(keys.filter(({ action }) => !['cascade', 'set null', 'restrict'].includes(action))).toEqual([]);
  const idle = keys.filter((key) => (before.get(key.child) ?? []).every((row) => referenceOf(key, row) === undefined));
  expect(idle.map(({ name }) => name)).toEqual([]);
});

test('all goes with what it belongs to, but for what is meant to outlive it and forget it', () => {
  const names = (wanted: string) => keys.filter(({ action }) => action === wanted).map(({ name }) => name);
  expect(names('set null')).toEqual([
    'channels_added_by_fkey',
    'error_logs_user_id_fkey',
    'saved_answers_channel_id_user_id_session_id_fkey',
    'saved_answers_session_id_message_id_fkey',
    'slug_holders_published_by_fkey',
    'user_roles_granted_by_fkey',
  ]);
  expect(names('restrict')).toEqual(['user_usage_plan_id_fkey']);
});

describe.each([
  ['an account', 'auth.users', people.owner],
  ['a channel', 'public.channels', channel],
])('deleting %s', (_, table, id) => {
  let expected: Rows;
  let after: Rows;
  beforeAll(async () => {
    expected = afterDeleting(table, id, before, keys);
    after = await rolledBack(database.client, async () => {
      await database.client.query(`delete from ${table} where id = $1`, [id]);
      return contents();
    });
  });

  test('has something to delete in every table that depends on it', () => {
    const dependents = [...dependentsOf(table, keys)];
    expect(dependents.length).toBeGreaterThan(8);
    expect(dependents.filter((name) => before.get(name)?.length === expected.get(name)?.length)).toEqual([]);
  });

  test('does what the foreign keys say, in every table, and nothing else', () => {
    const others = [...before.keys()].filter((name) => name !== REMEMBERS);
    for (const name of others) {
      expect({ name, rows: comparable(after.get(name)) }).toEqual({ name, rows: comparable(expected.get(name)) });
    }
  });

  test('leaves no trace of its id but in the audit log', () => {
    expect(mentioning(id, before).length).toBeGreaterThan(8);
    expect(mentioning(id, after).filter((name) => name !== REMEMBERS)).toEqual([]);
  });

  test('leaves no orphan', () => {
    for (const key of keys)
      expect({ key: key.name, orphans: orphansOf(key, after) }).toEqual({ key: key.name, orphans: [] });
  });

  test('leaves every row of another user and channel exactly as it was', () => {
    for (const [name, rows] of before) {
      const theirs = rows.map((row) => JSON.stringify(row)).filter((row) => row.includes(MIRRORED));
      const left = new Set((after.get(name) ?? []).map((row) => JSON.stringify(row)));
      expect({ name, changed: theirs.filter((row) => !left.has(row)) }).toEqual({ name, changed: [] });
    }
  });
});

describe('a saved answer', () => {
  const kept = { user_id: people.owner, channel_id: channel, content: 'An answer' };

  async function saved(): Promise<Row[]> {
    const columns = 'user_id, channel_id, session_id, message_id, content';
    const { rows } = await database.client.query(`select ${columns} from public.saved_answers where user_id = $1`, [
      people.owner,
    ]);
    return rows;
  }

  test.each([
    ['message', 'delete from public.chat_messages', { session_id: expect.any(String), message_id: null }],
    ['session', 'delete from public.chat_sessions', { session_id: null, message_id: null }],
  ])('outlives its %s, and stays its user’s and its channel’s', async (_, statement, forgotten) => {
    await rolledBack(database.client, async () => {
      expect(await saved()).toEqual([{ ...kept, session_id: expect.any(String), message_id: expect.any(String) }]);
      await database.client.query(statement);
      expect(await saved()).toEqual([{ ...kept, ...forgotten }]);
    });
  });

  test('forgets both, whichever foreign key acts first', async () => {
    const { client } = database;
    await rolledBack(client, async () => {
      // Made anew, the key of messages acts after that of saved answers.
      const name = 'chat_messages_user_id_session_id_fkey';
      const { rows } = await client.query<{ definition: string }>(
        'select pg_get_constraintdef(oid) as definition from pg_constraint where conname = $1',
        [name],
      );
      await client.query(
        `alter table public.chat_messages drop constraint ${name}, add constraint ${name} ${rows[0]?.definition}`,
      );
      await client.query('delete from public.chat_sessions');
      expect(await saved()).toEqual([{ ...kept, session_id: null, message_id: null }]);
    });
  });

  test.each(['session', 'message'])('can’t name the %s of another', async (what) => {
    const { client } = database;
    await rolledBack(client, async () => {
      const statement = `
        insert into public.saved_answers (user_id, channel_id, ${what}_id, content)
        select $1, $2, ${what === 'session' ? 'session_id' : 'id'}, content
        from public.chat_messages where user_id <> $1 limit 1`;
      await expect(client.query(statement, [people.owner, channel])).rejects.toMatchObject({
        code: expect.stringMatching(/^23(503|514)$/),
      });
    });
  });

  test('that names its message only is of that message’s session', async () => {
    await rolledBack(database.client, async () => {
      const { rows } = await database.client.query(
        `insert into public.saved_answers (user_id, channel_id, message_id, content)
         select user_id, $2, id, content from public.chat_messages where user_id = $1 and content = 'Another one'
         returning session_id`,
        [people.owner, channel],
      );
      expect(rows).toEqual([{ session_id: expect.any(String) }]);
    });
  });
});

const contents = (): Promise<Rows> => rowsOf(database.client, ['auth', 'public', 'private', 'legacy']);

/** Another world beside the world: other users, other channels, and of everything the same. */
async function seedMirror(): Promise<void> {
  const mirror: WorldRow[] = JSON.parse(
    JSON.stringify(world)
      .replaceAll('00000000-0000-4000-8000-', MIRRORED)
      .replaceAll('@example.com', '@example.org')
      .replaceAll('world', 'mirror')
      // As an address is folded.
      .replaceAll('worid', 'mirror'),
  );
  const { client } = database;
  const schemas = [...new Set(world.map(({ table }) => table.split('.')[0] ?? ''))];
  await client.query('begin');
  const { missing } = await seed(client, await readRelations(client, { schemas }), mirror);
  await client.query('commit');
  expect(missing).toEqual([]);
}

/** Without what triggers keep, and in an order that does not depend on what was changed. */
function comparable(rows: readonly Row[] = []): string[] {
  const kept = Object.fromEntries(KEPT.map((column) => [column, 0]));
  return rows.map((row) => JSON.stringify({ ...row, ...kept })).sort();
}

/** The tables of which some row mentions the id, in whatever column. */
function mentioning(id: string, rows: Rows): string[] {
  return [...rows].filter(([, ofTable]) => JSON.stringify(ofTable).includes(id)).map(([name]) => name);
}
