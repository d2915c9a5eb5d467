import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { people } from '../../spec/people.ts';
import { personasOf } from '../../src/access/personas.ts';
import { become } from '../../src/access/statements.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await migratedDatabase();
  await database.seed();
});
afterAll(() => database?.drop());

const owner = `user_id = '${people.owner}'`;
const world = `youtube_channel_id = 'UCworld'`;
const published = `youtube_channel_id = 'UCworldpublic'`;

interface Event {
  readonly what: string;
  readonly as: 'admin' | 'service';
  readonly statement: string;
  readonly action: string;
  readonly table: string;
  /** What the entry says of the row before and after: the values of interest, null for no row. */
  readonly old: Readonly<Record<string, unknown>> | null;
  readonly new: Readonly<Record<string, unknown>> | null;
}

const events: readonly Event[] = [
  {
    what: 'a role is granted',
    as: 'service',
    statement: `insert into public.user_roles (user_id, role) values ('${people.stranger}', 'moderator')`,
    action: 'role_granted',
    table: 'public.user_roles',
    old: null,
    new: { user_id: people.stranger, role: 'moderator' },
  },
  {
    what: 'a role is revoked',
    as: 'service',
    statement: `delete from public.user_roles where user_id = '${people.moderator}' and role = 'moderator'`,
    action: 'role_revoked',
    table: 'public.user_roles',
    old: { user_id: people.moderator, role: 'moderator' },
    new: null,
  },
  {
    what: 'even the role of everybody is taken by itself',
    as: 'service',
    statement: `delete from public.user_roles where ${owner}`,
    action: 'role_revoked',
    table: 'public.user_roles',
    old: { user_id: people.owner, role: 'user' },
    new: null,
  },
  {
    what: 'a plan changes',
    as: 'service',
    statement: `update public.user_usage set plan_id = (select id from public.plans where code = 'pro') where ${owner}`,
    action: 'plan_changed',
    table: 'public.user_usage',
    old: { user_id: people.owner },
    new: { user_id: people.owner },
  },
  {
    what: 'a plan is extended',
    as: 'service',
    statement: `update public.user_usage set plan_expires_at = '2100-01-01T00:00:00Z' where ${owner}`,
    action: 'plan_changed',
    table: 'public.user_usage',
    old: { plan_expires_at: null },
    new: { user_id: people.owner },
  },
  {
    what: 'a plan is given by hand',
    as: 'service',
    statement: `insert into public.user_usage (user_id, plan_id)
      select user_id, (select id from public.plans where code = 'pro') from public.user_roles
      where user_id not in (select user_id from public.user_usage)`,
    action: 'plan_changed',
    table: 'public.user_usage',
    old: null,
    new: { messages_sent_today: 0 },
  },
  {
    what: 'a channel is published',
    as: 'admin',
    statement: `update public.channels set public_slug = 'first' where ${world}`,
    action: 'channel_published',
    table: 'public.channels',
    old: { youtube_channel_id: 'UCworld', public_slug: null },
    new: { youtube_channel_id: 'UCworld', public_slug: 'first' },
  },
  {
    what: 'a channel is public from the start',
    as: 'admin',
    statement: `insert into public.channels (youtube_channel_id, channel_name, channel_url, public_slug) values ('UCnew', 'n', 'u', 'new')`,
    action: 'channel_published',
    table: 'public.channels',
    old: null,
    new: { public_slug: 'new' },
  },
  {
    what: 'a public channel gets another address',
    as: 'admin',
    statement: `update public.channels set public_slug = 'elsewhere' where ${published}`,
    action: 'channel_slug_changed',
    table: 'public.channels',
    old: { public_slug: 'world-public' },
    new: { public_slug: 'elsewhere' },
  },
  {
    what: 'a channel is taken down',
    as: 'admin',
    statement: `update public.channels set public_slug = null where ${published}`,
    action: 'channel_unpublished',
    table: 'public.channels',
    old: { public_slug: 'world-public' },
    new: { public_slug: null },
  },
  {
    what: 'a channel is deleted',
    as: 'admin',
    statement: `delete from public.channels where ${published}`,
    action: 'channel_deleted',
    table: 'public.channels',
    old: { youtube_channel_id: 'UCworldpublic', public_slug: 'world-public' },
    new: null,
  },
];

test.each(events)('$what: one entry says who did it, and the row before and after', async (event) => {
  expect(await entriesAfter(event.as, event.statement)).toEqual([
    {
      actor_id: event.as === 'admin' ? people.admin : null,
      action: event.action,
      table_name: event.table,
      record_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      old_record: event.old && expect.objectContaining(event.old),
      new_record: event.new && expect.objectContaining(event.new),
    },
  ]);
});

test.each([
  ['counting', 'service', `update public.user_usage set messages_sent_total = 9, plan_id = plan_id where ${owner}`],
  ['a new name', 'admin', `update public.channels set channel_name = 'Renamed', public_slug = public_slug`],
  [
    'a channel that is not public',
    'admin',
    `insert into public.channels (youtube_channel_id, channel_name, channel_url) values ('UCn', 'n', 'u')`,
  ],
] as const)('%s is no such event, and writes nothing', async (_, as, statement) => {
  expect(await entriesAfter(as, statement)).toEqual([]);
});

test('signing up is no such event; that a moderator’s account went is', async () => {
  const { client } = database;
  await rolledBack(client, async () => {
    const before = await countEntries();
    await client.query(`insert into auth.users (email) values ('new@example.com')`);
    expect(await countEntries()).toBe(before);
    await client.query('delete from auth.users where id = $1', [people.moderator]);
    expect(await countEntries()).toBe(before + 1);
  });
});

test('an entry outlives its actor and its row', async () => {
  const { client } = database;
  await rolledBack(client, async () => {
    const before = await countEntries();
    await as('admin', `delete from public.channels where ${published}`);
    await client.query('delete from auth.users where id = $1', [people.admin]);
    const { rows } = await client.query(
      `select actor_id from public.audit_log where action = 'channel_deleted' and old_record ->> 'public_slug' = 'world-public'`,
    );
    expect(rows).toEqual([{ actor_id: people.admin }]);
    expect(await countEntries()).toBeGreaterThan(before);
  });
});

describe('what the log says stays', () => {
  const attempts = {
    change: `update public.audit_log set action = 'role_revoked'`,
    'change blindly': 'update public.audit_log set actor_id = null',
    remove: 'delete from public.audit_log',
    'remove one': `delete from public.audit_log where action = 'role_granted'`,
    'remove them all at once': 'truncate public.audit_log',
    forge: `insert into public.audit_log (action, table_name, record_id) values ('role_granted', 'x', gen_random_uuid())`,
    'switch the trigger off': 'alter table public.audit_log disable trigger all',
    'do without triggers': 'set local session_replication_role = replica; delete from public.audit_log',
    'call its writer': 'select private.audit_write()',
  };
  const personas = personasOf(config);
  const cases = personas.flatMap(({ name }) => Object.keys(attempts).map((attempt) => [name, attempt] as const));

  test.each(cases)('%s can’t %s', async (name, attempt) => {
    await rolledBack(database.client, async () => {
      const statement = attempts[attempt as keyof typeof attempts];
      await expect(as(name, statement)).rejects.toMatchObject({ code: '42501' });
    });
  });

  test.each(['change', 'remove', 'remove them all at once'] as const)('its owner can’t %s either', async (attempt) => {
    await rolledBack(database.client, async () => {
      await expect(database.client.query(attempts[attempt])).rejects.toMatchObject({
        code: '42501',
        message: expect.stringContaining('append-only'),
      });
    });
  });

  test('and was not empty while they tried', async () => {
    expect(await countEntries()).toBeGreaterThan(0);
  });
});

/** Runs a statement as a persona, in the transaction that is open. */
async function as(name: string, statement: string): Promise<void> {
  const persona = personasOf(config).find((candidate) => candidate.name === name);
  if (!persona) throw new Error(`There is no persona ${name}.`);
  await database.client.query(`${become(persona).join('\n')}\n${statement}`);
  await database.client.query('set local role none');
}

async function entriesAfter(name: string, statement: string): Promise<unknown[]> {
  const { client } = database;
  return rolledBack(client, async () => {
    await client.query('create temporary table known on commit drop as select id from public.audit_log');
    await as(name, statement);
    const { rows } = await client.query(`
      select actor_id, action, table_name, record_id, old_record, new_record
      from public.audit_log where id not in (select id from known)`);
    return rows;
  });
}

async function countEntries(): Promise<number> {
  const { rows } = await database.client.query<{ entries: number }>(
    'select count(*)::int as entries from public.audit_log',
  );
  return rows[0]?.entries ?? 0;
}
