// Nobody reads, counts or guesses what another wrote.
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { people } from '../../../spec/people.ts';
import { type Attack, attacked, NO_ROWS, noGrant, policyOf, target, type Who } from './support.ts';

const { resists, as, client } = attacked();

const theirs = `session_id = '${target.session}'`;

/** A way to the owner's messages that runs and finds nothing, for whoever else tries. */
const finds = (does: Attack['does'], who: Who = 'stranger'): Attack => ({ as: who, does, says: NO_ROWS, may: 'owner' });

describe('another’s messages', () => {
  resists({
    'by their session': finds(`select * from public.chat_messages where ${theirs}`),
    'by their id': finds(`select * from public.chat_messages where id = '${target.message}'`),
    'by their user': finds(`select * from public.chat_messages where user_id = '${people.owner}'`),
    'by where they lie': finds(`select ctid from public.chat_messages where ctid >= '(0,1)' and ${theirs}`),
    'by a sample': finds(`select * from public.chat_messages tablesample system (100) where ${theirs}`),
    'by a count': finds(`select count(*) from public.chat_messages where ${theirs} having count(*) > 0`),
    'by an aggregate': finds(
      `select string_agg(content, '') as all from public.chat_messages where ${theirs} having count(*) > 0`,
    ),
    'by a window': finds(`select count(*) over () from public.chat_messages where ${theirs}`),
    'by a join from the channel': finds(
      `select message.* from public.channels channel
       join public.chat_sessions session on session.channel_id = channel.id
       join public.chat_messages message on message.session_id = session.id
       where channel.id = '${target.channel}'`,
    ),
    'by a join from saved answers': finds(
      `select message.* from public.saved_answers answer join public.chat_messages message on message.id = answer.message_id
       where answer.channel_id = '${target.channel}'`,
    ),
    'by a lateral join': finds(
      `select * from public.channels channel, lateral (
         select * from public.chat_sessions session where session.channel_id = channel.id) as session
       where channel.id = '${target.channel}'`,
    ),
    'by whether they exist': finds(`select where exists (select from public.chat_messages where ${theirs})`),
    'by a recursive query': finds(
      `with recursive walk as (
         select id from public.chat_sessions where id = '${target.session}'
         union select message.id from public.chat_messages message join walk on message.session_id = walk.id)
       select * from walk`,
    ),
    'by a set operation': finds(
      `select id from public.chat_messages where ${theirs} union all select id from public.chat_messages where ${theirs}`,
    ),
    'by ordering all there are': finds(`select * from (table public.chat_messages order by content) t where ${theirs}`),
    'by a cursor': finds([
      `declare peek scroll cursor with hold for select * from public.chat_messages where ${theirs}`,
      'fetch all from peek',
    ]),
    'by COPY of a query': finds(`copy (select content from public.chat_messages where ${theirs}) to stdout`),
    'by a view of one’s own': finds([
      'create temp view peek with (security_barrier = false) as select * from public.chat_messages',
      `select * from peek where ${theirs}`,
    ]),
    'by a table made of them': finds([
      'create temp table peek as select * from public.chat_messages',
      `select * from peek where ${theirs}`,
    ]),
    'by a function of one’s own': finds([
      `create function pg_temp.peek() returns setof public.chat_messages language sql security definer
       as 'select * from public.chat_messages'`,
      `select * from pg_temp.peek() where ${theirs}`,
    ]),
    'by a block of code': finds([
      'create temp table peek (content text)',
      `do $$ begin execute 'insert into peek select content from public.chat_messages where ${theirs.replaceAll("'", "''")}'; end $$`,
      'select * from peek',
    ]),
    'by a prepared statement': finds([
      `prepare peek as select * from public.chat_messages where ${theirs}`,
      'execute peek',
    ]),
    'by a delete that returns them': finds(`delete from public.chat_messages where ${theirs} returning *`),
    'by an update that returns their session': finds(
      `update public.chat_sessions set title = title where id = '${target.session}' returning *`,
    ),
    'by a delete that joins them': finds(
      `delete from public.user_creators follow using public.chat_messages message
       where follow.user_id = message.user_id and message.${theirs} returning message.*`,
    ),
    'by locking their session': finds(`select * from public.chat_sessions where id = '${target.session}' for update`),
    'by locking their session for a key': finds(
      `select * from public.chat_sessions where id = '${target.session}' for key share`,
    ),
    'by locking them': {
      as: 'stranger',
      does: `select * from public.chat_messages where ${theirs} for update`,
      says: noGrant('chat_messages'),
      may: 'operator',
    },
    'by what the planner knows of them': {
      as: 'stranger',
      does: `select * from pg_stats where tablename = 'chat_messages' and most_common_vals is not null`,
      says: NO_ROWS,
      may: 'operator',
    },
    'by the planner’s own table': {
      as: 'stranger',
      does: `select * from pg_statistic`,
      says: noGrant('pg_statistic'),
      may: 'operator',
    },
    'by turning row level security off': {
      as: 'stranger',
      does: ['set local row_security = off', `select * from public.chat_messages where ${theirs}`],
      says: '42501 query would be affected by row-level security policy for table "chat_messages"',
      may: 'operator',
    },
    'by the tables of before the redesign': {
      as: 'stranger',
      does: 'select count(*) from legacy.chat_messages',
      says: '42501 permission denied for schema legacy',
      may: 'operator',
    },
    'by the rows that a migration set aside': {
      as: 'stranger',
      does: 'select * from private.quarantined_rows',
      says: noGrant('quarantined_rows'),
      may: 'operator',
    },
  });
});

describe('the owner’s rows, by', () => {
  const tables = [
    'chat_sessions',
    'chat_messages',
    'saved_answers',
    'voice_conversations',
    'user_creators',
    'user_usage',
    'usage_daily',
    'user_roles',
  ];
  const cells = tables.flatMap((table) =>
    (['stranger', 'moderator', 'admin', 'anon'] as const).map((who) => [who, table] as const),
  );
  test.each(cells)('%s: %s', async (who, table) => {
    const query = `select * from public.${table} where user_id = '${people.owner}'`;
    const says = who === 'anon' ? noGrant(table) : NO_ROWS;
    expect(await as(who, query)).toMatchObject({ says, rows: [] });
    expect((await as('owner', query)).rows).not.toEqual([]);
  });
});

describe('who added a channel, and how it is taken in, to somebody signed out', () => {
  const hidden = [
    'added_by',
    'error_message',
    'ingestion_method',
    'uploads_playlist_id',
    'video_import_mode',
    'ingest_lives',
  ];
  const signedOut = (does: string): Attack => ({ as: 'anon', does, says: noGrant('channels'), may: 'stranger' });
  resists({
    ...Object.fromEntries(
      hidden.flatMap((column) => [
        [`${column}, read`, signedOut(`select ${column} from public.channels`)],
        [
          `${column}, asked for`,
          signedOut(`select id from public.channels where ${column}::text is distinct from 'x'`),
        ],
      ]),
    ),
    'whole rows': signedOut('select * from public.channels'),
    'as a row': signedOut('select channel from public.channels channel'),
    'in an order': signedOut('select id from public.channels order by added_by'),
  });

  test('nor through GraphQL: it has no such fields for them', async () => {
    const schema = await readFile('snapshots/schema.anon.graphql', 'utf8');
    const [channel] = schema.match(/^type Channel [\s\S]*?^}/m) ?? [];
    expect(channel).toMatch(/^ {2}channelName: String!$/m);
    expect(channel).not.toMatch(/addedBy|uploadsPlaylist|videoImport|ingestLives|ingestionMethod/i);
  });
});

describe('a function that tells what it is given', () => {
  const leak = `create function pg_temp.leak(content text) returns boolean language plpgsql cost 0.0000001
                as $$ begin raise notice 'leaked %', content; return true; end $$`;
  const operator = `create operator pg_temp.@@@ (leftarg = text, rightarg = text, function = pg_temp.leak)`;
  const binary = leak.replace('content text', 'content text, same text');
  test.each([
    ['in WHERE', [leak, 'select * from public.chat_messages where pg_temp.leak(content)']],
    ['in a join', [leak, 'select * from public.channels channel join public.chat_messages on pg_temp.leak(content)']],
    ['in ORDER BY', [leak, 'select * from public.chat_messages order by pg_temp.leak(content)']],
    ['in an update', [leak, `update public.chat_sessions set title = title where pg_temp.leak(title)`]],
    ['in a delete', [leak, 'delete from public.chat_messages where pg_temp.leak(content)']],
    [
      'as an operator',
      [binary, operator, 'select * from public.chat_messages where content operator(pg_temp.@@@) content'],
    ],
  ])('%s is given one’s own rows only', async (_, statements) => {
    const given = async (who: Who) => (await as(who, statements)).notices;
    expect(await given('owner')).toContainEqual(expect.stringMatching(/^leaked A /));
    expect(new Set(await given('stranger'))).toEqual(new Set(['leaked Mine']));
  });

  test('marked leakproof is refused', async () => {
    const marked = leak.replace('cost', 'leakproof cost');
    const { says } = await as('stranger', marked);
    expect(says).toBe('42501 only superuser can define a leakproof function');
    expect((await as('operator', marked)).says).toBe('done');
  });

  test.each([
    ['an error that quotes it', `select * from public.chat_messages where content::int > 0`],
    ['a division by zero', `select * from public.chat_messages where 1 / (content <> 'A question')::int = 1`],
  ])('%s says nothing of another’s rows', async (_, query) => {
    expect((await as('owner', query)).says).toMatch(/^22/);
    const { rows } = await as('stranger', query.replace('where', `where user_id <> '${people.stranger}' and`));
    expect(rows).toEqual([]);
  });
});

describe('a statement that the owner prepared', () => {
  test('finds nothing for the next user of the connection', async () => {
    await client().query(`prepare shared as select * from public.chat_messages where ${theirs}`);
    const before = await as('owner', 'execute shared');
    const after = await as('stranger', 'execute shared');
    await client().query('deallocate shared');
    expect([before.rows.length > 0, after.rows.length]).toEqual([true, 0]);
  });
});

describe('whether another’s row exists is not told by', () => {
  const { session, message, nothing, channel, ownSession } = target;
  const saved = (session_: string, message_: string) =>
    `insert into public.saved_answers (channel_id, session_id, message_id, content) values ('${channel}', ${session_}, ${message_}, 'x')`;
  test.each([
    [
      'a message for their session',
      (id: string) => `insert into public.chat_messages (session_id, role, content) values ('${id}', 'user', 'x')`,
      session,
    ],
    [
      'a message for their session as them',
      (id: string) =>
        `insert into public.chat_messages (user_id, session_id, role, content) values ('${people.owner}', '${id}', 'user', 'x')`,
      session,
    ],
    ['a saved answer of their session', (id: string) => saved(`'${id}'`, 'null'), session],
    ['a saved answer of their message', (id: string) => saved('null', `'${id}'`), message],
    [
      'a saved answer of their message in one’s own session',
      (id: string) => saved(`'${ownSession}'`, `'${id}'`),
      message,
    ],
    ['a saved answer of their session and message', (id: string) => saved(`'${session}'`, `'${id}'`), message],
    [
      'an update of their session',
      (id: string) => `update public.chat_sessions set title = 'x' where id = '${id}'`,
      session,
    ],
    ['a delete of their message', (id: string) => `delete from public.chat_messages where id = '${id}'`, message],
    [
      'a row of another that refers to it',
      (id: string) => `select * from public.chat_messages where session_id = '${id}'`,
      session,
    ],
  ])('%s', async (_, statement, existing) => {
    const { says, detail, changed } = await as('stranger', statement(existing));
    const absent = await as('stranger', statement(nothing));
    expect({ says, detail: detail?.replaceAll(existing, nothing), changed }).toEqual({
      says: absent.says,
      detail: absent.detail,
      changed: false,
    });
  });

  test.each([
    ['a session about the same channel', `insert into public.chat_sessions (channel_id) values ('${channel}')`],
    [
      'following the same channel',
      `insert into public.user_creators (user_id, channel_id) values ('${people.stranger}', '${channel}')`,
    ],
  ])('%s: it is made as if nobody else had one', async (_, statement) => {
    expect(await as('stranger', statement)).toMatchObject({ says: '1 rows', changed: true });
    expect((await as('owner', statement.replaceAll(people.stranger, people.owner))).says).toMatch(/^23505 /);
  });

  test('an insert in their name', async () => {
    for (const taken of [channel, target.publicChannel]) {
      const insert = `insert into public.chat_sessions (user_id, channel_id) values ('${people.owner}', '${taken}') on conflict do nothing`;
      expect(await as('stranger', insert)).toMatchObject({ says: policyOf('chat_sessions'), changed: false });
    }
  });
});
