import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { people } from '../../../spec/people.ts';
import { rolledBack } from '../../../src/database/connect.ts';
import { findViolations } from '../../../src/invariants/check.ts';
import { invariants } from '../../support/invariants.ts';
import { type MigratedDatabase, migratedDatabase } from '../../support/migrated.ts';

const { owner, stranger, admin } = people;
const [session, message, channel, publicChannel, savedAnswer] = ['51', '61', 'c2', 'c1', '65'].map(
  (end) => `00000000-0000-4000-8000-${end.padStart(12, '0')}`,
);
const NOBODY = '00000000-0000-4000-8000-00000000dead';

/** What breaks each invariant: statements around the triggers and keys that keep it. */
const BREAKS: Readonly<Record<string, string>> = {
  'a-free-plan-exists': "delete from public.plans where code = 'free'",
  'address-is-held': `delete from private.slug_holders`,
  'an-admin-remains': `insert into public.audit_log (actor_id, action, table_name, record_id, old_record)
    values ('${admin}', 'role_revoked', 'public.user_roles', '${NOBODY}', '{"role": "admin"}');
    delete from public.user_roles where role = 'admin'`,
  'channel-counts-its-chunks': `update public.channels set chunk_count = chunk_count + 1 where id = '${channel}'`,
  'copied-keys-of-chunks': `update public.transcript_chunks set channel_id = '${publicChannel}'`,
  'copied-keys-of-embeddings': `update public.chunk_embeddings set channel_id = '${publicChannel}'`,
  'copied-keys-of-messages': `update public.chat_messages set user_id = '${stranger}' where id = '${message}'`,
  'copied-keys-of-saved-answers': `update public.saved_answers set user_id = '${stranger}' where id = '${savedAnswer}'`,
  'copied-keys-of-transcripts': `update public.transcripts set channel_id = '${publicChannel}'`,
  'deletion-of-channel-is-audited': `insert into public.audit_log (action, table_name, record_id)
    values ('channel_published', 'public.channels', '${NOBODY}')`,
  'fencing-tokens-grow': `insert into public.operation_locks (lock_key, operation_type, fencing_token, expires_at)
    overriding system value values ('far', 'x', 1000000, now() + '1 hour')`,
  'lock-is-held-or-gone': `insert into public.operation_locks (lock_key, operation_type, acquired_at, expires_at)
    values ('begun', 'x', '-infinity', 'epoch')`,
  'nobody-follows-too-many': `insert into public.user_creators (user_id, channel_id)
    select '${owner}', channel.id from public.channels channel on conflict do nothing`,
  'nothing-of-a-deleted-account': `delete from auth.users where id = '${owner}'`,
  'nothing-of-a-deleted-channel': `delete from public.channels where id = '${channel}'`,
  'plan-change-is-audited': `update public.user_usage set plan_id = (select id from public.plans where code = 'pro')
    where user_id = '${stranger}'`,
  'public-channel-has-an-address': `alter table public.channels drop constraint channels_public_slug_check;
    update public.channels set public_slug = 'No' where id = '${publicChannel}'`,
  'publication-is-audited': `update public.channels set public_slug = 'unheard-of' where id = '${channel}'`,
  'quarantine-adds-up': `update private.legacy_moves set rows_in = 3, rows_carried = 0, rows_quarantined = 3
    where table_name = 'videos'`,
  'questions-in-total': `update public.user_usage set messages_sent_total = messages_sent_total + 5 where user_id = '${owner}'`,
  'questions-of-the-day': `update public.user_usage set messages_sent_today = 1, messages_sent_total = 1 where user_id = '${owner}'`,
  'request-is-answered-once-done': `update public.request_idempotency set status = 'completed', locked_until = null, completed_at = null`,
  'role-grant-is-audited': `insert into public.user_roles (user_id, role) values ('${owner}', 'admin')`,
  'role-loss-is-audited': `delete from public.user_roles where user_id = '${admin}' and role = 'admin'`,
  'session-knows-latest-message': `update public.chat_sessions set last_message_at = null where id = '${session}'`,
  'taken-down-channel-is-not-public': `insert into private.channel_takedowns (youtube_channel_id)
    select youtube_channel_id from public.channels where id = '${publicChannel}'`,
  'usage-day-has-begun': `update public.user_usage set usage_date = now()::date + 2 where user_id = '${owner}'`,
  'user-counts-followed-channels': `update public.user_usage set creators_added = creators_added + 1`,
  'user-rows-are-counted': `update private.user_row_counts set row_count = row_count + 1 where user_id = '${owner}'`,
};

let database: MigratedDatabase;

beforeAll(async () => {
  database = await migratedDatabase();
  await database.seed();
});
afterAll(() => database?.drop());

test('each invariant is about rows that a migrated database has: something is here that breaks it', async () => {
  const ids = (await invariants()).map(({ id }) => id);
  expect(Object.keys(BREAKS).toSorted()).toEqual(ids);
});

test.each(Object.entries(BREAKS))('%s is reported when its rows are written around what keeps it', async (id, sql) => {
  const own = (await invariants()).filter((invariant) => invariant.id === id);
  const found = await rolledBack(database.client, async () => {
    await database.client.query(`set local session_replication_role = replica; ${sql}`);
    return findViolations(database.client, own);
  });
  expect(found).toMatchObject({ deviations: [{ check: 'invariants', where: `invariant ${id}` }], notEvaluated: [] });
});
