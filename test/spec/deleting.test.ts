import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { people } from '../../spec/people.ts';
import { world } from '../../spec/world.ts';
import type { WorldRow } from '../../src/access/model.ts';
import { seed } from '../../src/access/seed.ts';
import { readRelations } from '../../src/catalog/relations.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

type Row = Readonly<Record<string, unknown>>;
/** The rows of every table, by its name with the schema. */
type Contents = ReadonlyMap<string, readonly Row[]>;

interface ForeignKey {
  readonly name: string;
  readonly child: string;
  readonly parent: string;
  readonly columns: readonly string[];
  readonly parentColumns: readonly string[];
  readonly action: 'cascade' | 'set null' | 'restrict' | 'no action' | 'set default';
  /** What SET NULL sets: the columns it names, or all. */
  readonly nulled: readonly string[];
}

const channel = '00000000-0000-4000-8000-0000000000c2';
/** Kept by triggers, or written by the deletion itself: told apart from what a foreign key does. */
const REMEMBERS = 'public.audit_log';
const KEPT = ['updated_at', 'chunk_count', 'creators_added', 'videos_indexed', 'last_message_at'];

let database: MigratedDatabase;
let keys: ForeignKey[];
let before: Contents;

beforeAll(async () => {
  database = await migratedDatabase();
  await database.seed();
  await seedMirror();
  // What the world leaves open, so that each foreign key has a row to act on.
  await database.client.query(`
    update public.channels set added_by = '${people.owner}' where id = '${channel}';
    update public.user_roles set granted_by = '${people.owner}' where user_id = '${people.moderator}';
    update public.error_logs set user_id = '${people.owner}' where id::text like '00000000-%';
    insert into public.public_chat_limits (channel_id, identifier) values ('${channel}', 'a fingerprint');
    update public.operation_locks set user_id = '${people.owner}' where lock_key = 'world'`);
  keys = await foreignKeys();
  before = await contents();
});
afterAll(() => database?.drop());

test('there are keys and rows to try it on, and every foreign key says what becomes of its rows', () => {
  expect(keys.length).toBeGreaterThan(15);
  expect(keys.filter(({ action }) => !['cascade', 'set null', 'restrict'].includes(action))).toEqual([]);
  const used = keys.filter((key) => (before.get(key.child) ?? []).some((row) => referenceOf(key, row) !== undefined));
  expect(keys.filter((key) => !used.includes(key)).map(({ name }) => name)).toEqual([]);
});

describe.each([
  ['an account', 'auth.users', people.owner],
  ['a channel', 'public.channels', channel],
])('deleting %s', (_, table, id) => {
  const deletion = () => deleting(table, id);

  test('has something of every table that depends on it to delete', async () => {
    const expected = afterwards(table, id);
    const dependents = dependentsOf(table);
    expect(dependents.size).toBeGreaterThan(3);
    for (const dependent of dependents) {
      expect([dependent, (before.get(dependent) ?? []).length - (expected.get(dependent) ?? []).length]).not.toEqual([
        dependent,
        0,
      ]);
    }
  });

  test('does what the foreign keys say, in every table, and nothing else', async () => {
    const seen = await deletion();
    const expected = afterwards(table, id);
    for (const name of before.keys()) {
      if (name === REMEMBERS) continue;
      expect({ table: name, rows: comparable(seen.get(name)) }).toEqual({
        table: name,
        rows: comparable(expected.get(name)),
      });
    }
  });

  test('leaves no trace of its id but in the audit log', async () => {
    const mentions = (rows: Contents) =>
      [...rows].filter(([, of]) => JSON.stringify(of).includes(id)).map(([name]) => name);
    expect(mentions(before).length).toBeGreaterThan(8);
    expect(mentions(await deletion()).filter((name) => name !== REMEMBERS)).toEqual([]);
  });

  test('leaves no orphan', async () => {
    const seen = await deletion();
    for (const key of keys) {
      const parents = new Set(
        (seen.get(key.parent) ?? []).map((row) => JSON.stringify(key.parentColumns.map((c) => row[c]))),
      );
      const orphans = (seen.get(key.child) ?? []).filter((row) => {
        const reference = referenceOf(key, row);
        return reference !== undefined && !parents.has(reference);
      });
      expect({ key: key.name, orphans }).toEqual({ key: key.name, orphans: [] });
    }
  });

  test('leaves every row of another user and channel exactly as it was', async () => {
    const seen = await deletion();
    for (const [name, rows] of before) {
      const others = rows.map((row) => JSON.stringify(row)).filter((row) => row.includes(MIRRORED));
      const left = new Set((seen.get(name) ?? []).map((row) => JSON.stringify(row)));
      expect({ table: name, changed: others.filter((row) => !left.has(row)) }).toEqual({ table: name, changed: [] });
    }
  });
});

describe('a saved answer', () => {
  const saved = () =>
    database.client
      .query(
        'select user_id, channel_id, session_id, message_id, content from public.saved_answers where user_id = $1',
        [people.owner],
      )
      .then(({ rows }) => rows);
  const kept = { user_id: people.owner, channel_id: channel, content: 'An answer' };

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

  test('can’t name the message or the session of another', async () => {
    const { client } = database;
    const { rows } = await client.query<{ session: string; message: string }>(
      'select session_id as session, id as message from public.chat_messages where user_id <> $1 limit 1',
      [people.owner],
    );
    for (const column of ['session', 'message'] as const) {
      await rolledBack(client, async () => {
        const statement = `insert into public.saved_answers (user_id, channel_id, ${column}_id, content) values ($1, $2, $3, 'x')`;
        await expect(client.query(statement, [people.owner, channel, rows[0]?.[column]])).rejects.toMatchObject({
          code: expect.stringMatching(/^23(503|514)$/),
        });
      });
    }
  });

  test('that names its message only is of that message’s session', async () => {
    const { client } = database;
    await rolledBack(client, async () => {
      const { rows } = await client.query(
        `insert into public.saved_answers (user_id, channel_id, message_id, content)
         select user_id, $2, id, content from public.chat_messages where user_id = $1 and content = 'Another one'
         returning session_id`,
        [people.owner, channel],
      );
      expect(rows).toEqual([{ session_id: expect.any(String) }]);
    });
  });
});

const MIRRORED = '11111111-0000-4000-8000-';

/** Another world beside the world: other users, other channels, and of everything the same. */
async function seedMirror(): Promise<void> {
  const mirror = JSON.parse(
    JSON.stringify(world)
      .replaceAll('00000000-0000-4000-8000-', MIRRORED)
      .replaceAll('@example.com', '@example.org')
      .replaceAll('world', 'mirror'),
  ) as WorldRow[];
  const { client } = database;
  const schemas = [...new Set(world.map(({ table }) => table.split('.')[0] ?? ''))];
  await client.query('begin');
  const { missing } = await seed(client, await readRelations(client, schemas), mirror);
  await client.query('commit');
  expect(missing).toEqual([]);
}

async function foreignKeys(): Promise<ForeignKey[]> {
  const names = (of: string, numbers: string) => `
    (select array_agg(a.attname::text order by k.place)
     from unnest(${numbers}) with ordinality k (attnum, place)
     join pg_attribute a on a.attrelid = ${of} and a.attnum = k.attnum)`;
  const { rows } = await database.client.query<ForeignKey>(`
    select f.conname as name,
           child.relnamespace::regnamespace || '.' || child.relname as child,
           parent.relnamespace::regnamespace || '.' || parent.relname as parent,
           ${names('f.conrelid', 'f.conkey')} as columns,
           ${names('f.confrelid', 'f.confkey')} as "parentColumns",
           case f.confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'r' then 'restrict'
                              when 'a' then 'no action' when 'd' then 'set default' end as action,
           coalesce(${names('f.conrelid', 'f.confdelsetcols')}, ${names('f.conrelid', 'f.conkey')}) as nulled
    from pg_constraint f
    join pg_class child on child.oid = f.conrelid
    join pg_class parent on parent.oid = f.confrelid
    where f.contype = 'f' and child.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
    order by 1`);
  return rows;
}

async function contents(): Promise<Contents> {
  const { client } = database;
  const { rows: tables } = await client.query<{ name: string }>(`
    select relnamespace::regnamespace || '.' || relname as name from pg_class
    where relkind = 'r' and relnamespace::regnamespace::text in ('public', 'private', 'auth', 'legacy') order by 1`);
  const read = new Map<string, readonly Row[]>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: Row }>(`select to_jsonb(t) as row from ${name} t order by t::text`);
    read.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return read;
}

async function deleting(table: string, id: string): Promise<Contents> {
  return rolledBack(database.client, async () => {
    await database.client.query(`delete from ${table} where id = $1`, [id]);
    return contents();
  });
}

/** What the row refers to, or undefined where one of the columns is null. */
function referenceOf({ columns }: ForeignKey, row: Row): string | undefined {
  const values = columns.map((column) => row[column]);
  return values.includes(null) ? undefined : JSON.stringify(values);
}

/** What the foreign keys make of the rows when one row is deleted. */
function afterwards(table: string, id: string): Contents {
  const after = new Map([...before].map(([name, rows]) => [name, [...rows]]));
  const remove = (name: string, gone: (row: Row) => boolean): void => {
    const rows = after.get(name) ?? [];
    const removed = rows.filter(gone);
    if (removed.length === 0) return;
    after.set(
      name,
      rows.filter((row) => !gone(row)),
    );
    for (const key of keys.filter(({ parent }) => parent === name)) {
      const references = new Set(removed.map((row) => JSON.stringify(key.parentColumns.map((column) => row[column]))));
      const refers = (row: Row) => references.has(referenceOf(key, row) ?? '');
      if (key.action === 'cascade') remove(key.child, refers);
      else if (key.action === 'set null')
        after.set(
          key.child,
          (after.get(key.child) ?? []).map((row) =>
            refers(row) ? { ...row, ...Object.fromEntries(key.nulled.map((column) => [column, null])) } : row,
          ),
        );
    }
  };
  remove(table, (row) => row.id === id);
  return after;
}

/** The tables whose rows go when one of this table goes. */
function dependentsOf(table: string, found = new Set<string>()): Set<string> {
  for (const { child } of keys.filter(({ parent, action }) => parent === table && action === 'cascade')) {
    if (found.has(child)) continue;
    found.add(child);
    dependentsOf(child, found);
  }
  return found;
}

/** Without what triggers keep, and in an order that does not depend on what was changed. */
function comparable(rows: readonly Row[] = []): string[] {
  return rows.map((row) => JSON.stringify({ ...row, ...Object.fromEntries(KEPT.map((column) => [column, 0])) })).sort();
}
