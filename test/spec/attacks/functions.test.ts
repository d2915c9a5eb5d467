// Nobody makes a function do for another what it does for oneself.
import { describe, expect, test } from '@jest/globals';
import { people } from '../../../spec/people.ts';
import { type Attack, attacked, claiming, NO_ROWS, target, type Who } from './support.ts';

const { resists, as } = attacked();

const { owner, stranger } = people;
const execute = (name: string) => `42501 permission denied for function ${name}`;
const call = (does: Attack['does'], says: string | RegExp, may: Who, who: Who = 'stranger'): Attack => ({
  as: who,
  does,
  says,
  may,
});
const NOT_ONESELF = /^42501 /;

describe('another’s usage', () => {
  const forged = claiming(JSON.stringify({ sub: owner, role: 'service_role ' }));
  resists({
    'counted for them': call(`select * from public.consume_message_quota('${owner}')`, NOT_ONESELF, 'owner'),
    'counted for them, past the thin function': call(
      `select * from private.consume_message_quota('${owner}')`,
      NOT_ONESELF,
      'owner',
    ),
    'counted for them by an admin': call(
      `select * from public.consume_message_quota('${owner}')`,
      NOT_ONESELF,
      'service',
      'admin',
    ),
    'counted for them by nobody': call(
      `select * from public.consume_message_quota('${owner}')`,
      NOT_ONESELF,
      'owner',
      claiming(''),
    ),
    'counted for them with a role that only looks like the service’s': {
      ...call(`select * from public.consume_message_quota('${stranger}')`, NOT_ONESELF, 'stranger'),
      as: forged,
    },
    'read with limits': call(
      `select * from public.get_usage_with_limits('${owner}')`,
      execute('get_usage_with_limits'),
      'service',
    ),
    raised: call(`select public.increment_message_count('${owner}')`, execute('increment_message_count'), 'service'),
    lowered: call(
      `select public.decrement_creator_count('${stranger}')`,
      execute('decrement_creator_count'),
      'service',
    ),
    'of the public chat used up': call(
      `select * from public.consume_public_chat_quota('a fingerprint', '${target.publicChannel}', 5)`,
      execute('consume_public_chat_quota'),
      'service',
      'anon',
    ),
  });
});

test('another’s usage is not told: a stranger hears of a free plan that nobody used', async () => {
  const used = `update public.user_usage set messages_sent_total = 7 where user_id = '${owner}'`;
  const ask = `select * from private.usage_of('${owner}') where messages_sent_total = 7`;
  expect((await as('stranger', ask, used)).says).toBe(NO_ROWS);
  expect((await as('owner', ask, used)).says).toBe('1 rows');
});

describe('another’s request', () => {
  const begin = (user: string, hash = 'a hash', key = 'world') =>
    `select * from public.begin_request('${key}', 'chat', '${hash}', ${user}) where request_id is not null`;
  resists({
    'begun in their name': call(begin(`'${owner}'`, 'a hash', 'new'), NOT_ONESELF, 'owner'),
    'begun in nobody’s name': call(begin('null', 'a hash', 'new'), NOT_ONESELF, 'service'),
    'begun in nobody’s name by nobody': call(begin('null', 'a hash', 'new'), NOT_ONESELF, 'service', claiming('{}')),
    completed: call(
      `select 1 where public.complete_request('00000000-0000-4000-8000-000000000085', '{"forged": true}')`,
      NO_ROWS,
      'owner',
    ),
    failed: call(`select 1 where public.fail_request('00000000-0000-4000-8000-000000000085')`, NO_ROWS, 'owner'),
    'failed, a request of the service’s': call(
      `select 1 where public.fail_request('00000000-0000-4000-8000-000000000084')`,
      NO_ROWS,
      'service',
    ),
  });

  test('one’s own with the same key is begun as if theirs were not there', async () => {
    for (const hash of ['a hash', 'another hash'])
      expect((await as('stranger', begin(`'${stranger}'`, hash))).rows).toMatchObject([{ outcome: 'started' }]);
    const running = `update public.request_idempotency set locked_until = 'infinity' where idempotency_key = 'world'`;
    expect((await as('owner', begin(`'${owner}'`), running)).says).toBe(NO_ROWS);
  });
});

describe('a lock', () => {
  const token = `(select fencing_token from public.operation_locks where lock_key = 'world')`;
  resists({
    taken: call(
      `select public.acquire_operation_lock('mine', 'ingestion', 60, '${stranger}')`,
      execute('acquire_operation_lock'),
      'service',
    ),
    released: call(
      `select 1 where public.release_operation_lock('world', ${token})`,
      execute('release_operation_lock'),
      'service',
    ),
    renewed: call(
      `select 1 where public.renew_operation_lock('world', ${token}, 60)`,
      execute('renew_operation_lock'),
      'service',
      'admin',
    ),
  });

  test('is not released or renewed with another token, nor by its key alone', async () => {
    for (const wrong of [`${token} + 1`, `${token} - 1`, 'null', '0'])
      for (const act of [`release_operation_lock('world', ${wrong})`, `renew_operation_lock('world', ${wrong}, 60)`])
        expect(await as('service', `select 1 where public.${act}`)).toMatchObject({ says: NO_ROWS, changed: false });
  });
});

describe('roles', () => {
  const grant = (role: string, to: string = stranger) => `select public.grant_role('${to}', '${role}')`;
  resists({
    'given to oneself': call(grant('admin'), NOT_ONESELF, 'admin'),
    'given to oneself past the thin function': call(
      `select private.grant_role('${stranger}', 'admin')`,
      NOT_ONESELF,
      'admin',
    ),
    'given by a moderator': call(grant('moderator'), NOT_ONESELF, 'admin', 'moderator'),
    'given by claims': call(
      grant('admin'),
      NOT_ONESELF,
      'admin',
      claiming(JSON.stringify({ sub: stranger, role: 'admin', app_metadata: { role: 'admin' } })),
    ),
    'given signed out': call(grant('admin'), execute('grant_role'), 'admin', 'anon'),
    'given by the service, whom nobody audits': call(grant('admin'), execute('grant_role'), 'admin', 'service'),
    'taken from a moderator': call(
      `select public.revoke_role('${people.moderator}', 'moderator')`,
      NOT_ONESELF,
      'admin',
    ),
    'taken from an admin by a moderator': call(
      `select public.revoke_role('${people.moderator}', 'moderator')`,
      NOT_ONESELF,
      'admin',
      'moderator',
    ),
  });
});

describe('what admins see', () => {
  const FUNCTIONS = [
    'admin_overview',
    'admin_top_channels',
    'admin_daily_messages',
    'admin_plan_distribution',
    'admin_recent_errors',
    'admin_error_summary',
    'admin_users',
    'admin_ingestion_queue',
  ];
  const cells = FUNCTIONS.flatMap((name) => ['public', 'private'].map((schema) => [schema, name] as const));
  test.each(cells)('%s.%s', async (schema, name) => {
    const parameters = (
      await as('operator', `select pronargs from pg_proc where oid::regproc::text = 'private.${name}'`)
    ).rows[0]?.pronargs;
    const given = { 0: '', 1: '10', 4: name === 'admin_users' ? 'null, 10, null, null' : '10, null, null, null' }[
      Number(parameters)
    ];
    const query = `select * from ${schema}.${name}(${schema === 'public' ? '' : given})`;
    for (const who of ['stranger', 'moderator', claiming('{"role": "service_role"}')] as const)
      expect(await as(who, query)).toMatchObject({ says: expect.stringMatching(NOT_ONESELF), rows: [] });
    expect((await as('anon', query)).says).toBe(execute(name));
    expect((await as('admin', query)).says).toMatch(/^\d+ rows$/);
  });
});

describe('another’s words', () => {
  resists({
    'searched for': call(`select * from public.search_my_messages('question')`, NO_ROWS, 'owner'),
    'searched for with wildcards': call(
      `select * from public.search_my_messages('question') where content ilike '%_%'`,
      NO_ROWS,
      'owner',
    ),
    'searched for by an admin': call(`select * from public.search_my_messages('question')`, NO_ROWS, 'owner', 'admin'),
    'searched for signed out': call(
      `select * from public.search_my_messages('question')`,
      execute('search_my_messages'),
      'owner',
      'anon',
    ),
    exported: call(`select 1 where public.export_my_data()::text like '%A question%'`, NO_ROWS, 'owner'),
    'exported by an admin': call(
      `select 1 where public.export_my_data()::text like '%A question%'`,
      NO_ROWS,
      'owner',
      'admin',
    ),
    'exported by nobody': call('select 1 where public.export_my_data() is not null', NO_ROWS, 'owner', claiming('')),
    'exported by the service': call('select public.export_my_data()', execute('export_my_data'), 'owner', 'service'),
  });

  test('an export holds nobody else’s id', async () => {
    const mine = JSON.stringify((await as('owner', 'select public.export_my_data()')).rows);
    expect(mine).toContain(owner);
    for (const other of [stranger, people.moderator, people.admin]) expect(mine).not.toContain(other);
  });
});

describe('the service’s work', () => {
  resists({
    'chunks replaced': call(
      `select public.replace_transcript_chunks('00000000-0000-4000-8000-0000000000e1', '[]')`,
      execute('replace_transcript_chunks'),
      'service',
      'admin',
    ),
    'transcripts claimed': call('select * from public.claim_transcripts()', execute('claim_transcripts'), 'service'),
    'errors written': call(`select public.log_error('chat', 'It broke')`, execute('log_error'), 'service'),
    'everything purged': call('select * from public.purge_expired(30)', execute('purge_expired'), 'service', 'admin'),
    'the index of search made anew': call(
      'select public.retrain_search_index(2)',
      execute('retrain_search_index'),
      'service',
      'admin',
    ),
    'the same inside': call(
      'select private.retrain_search_index(2)',
      execute('retrain_search_index'),
      'service',
      'admin',
    ),
    'asked who the service is': call('select private.is_service()', execute('is_service'), 'operator'),
  });
});

describe('a public address', () => {
  test('that is another’s is not taken', async () => {
    const update = (slug: string) =>
      `update public.channels set public_slug = '${slug}' where id = '${target.channel}'`;
    expect(await as('owner', publish(`'world-public'`))).toMatchObject({
      says: expect.stringMatching(/^PT409 /),
      changed: false,
    });
    expect((await as('admin', update('world-public'))).says).toMatch(/^23505 .*"channels_public_slug_key"$/);
    expect((await as('admin', update('world-new'))).says).toBe('1 rows');
  });

  test('is not given to a channel that has one', async () => {
    expect((await as('moderator', publish(`'world-new'`, target.publicChannel))).says).toMatch(/^PT409 /);
    expect((await as('moderator', publish(`'world-new'`))).says).toBe('1 rows');
  });

  const publish = (slug: string, channel: string = target.channel) =>
    `select * from public.publish_channel('${channel}', ${slug})`;
  test.each([
    ['markup', `'<script>alert(1)</script>'`],
    ['a path', `'../admin'`],
    ['upper case', `'World'`],
    ['another alphabet', `'wоrld-public'`],
    ['a line break at its end', `E'world-new\\n'`],
    ['a second line', `E'world\\nnew'`],
    ['spaces', `'world new'`],
    ['SQL', `'x''; drop table public.channels; --'`],
    ['nothing', `''`],
    ['null', 'null'],
    ['two letters', `'ab'`],
    ['64 letters', `repeat('a', 64)`],
    ['an invisible character', `E'world\\u200b'`],
  ])('of %s', async (_, slug) => {
    for (const who of ['owner', 'moderator'] as const)
      expect(await as(who, publish(slug))).toMatchObject({ says: expect.stringMatching(/^PT400 /), changed: false });
    expect(await as('owner', publish(`'world-new'`))).toMatchObject({ says: '1 rows', changed: true });
    // Nor past the function, by those who may write the table.
    const update = `update public.channels set public_slug = ${slug} where id = '${target.channel}'`;
    const outcome = { says: expect.stringMatching(/^23514 .*"channels_public_slug_check"$/), changed: false };
    for (const who of slug === 'null' ? [] : (['admin', 'service'] as const))
      expect(await as(who, update)).toMatchObject(outcome);
  });

  resists({
    'for a channel that one does not follow': call(publish(`'world-new'`), /^42501 /, 'owner'),
    'signed out': call(publish(`'world-new'`), execute('publish_channel'), 'owner', 'anon'),
    'taken down by a follower': call(
      `select * from public.unpublish_channel('${target.publicChannel}')`,
      /^42501 /,
      'moderator',
      'owner',
    ),
    'by a follower’s update': call(
      `update public.channels set public_slug = 'mine' where id = '${target.channel}'`,
      NO_ROWS,
      'admin',
      'owner',
    ),
  });
});
