import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { onRealServer } from '../../support/databases.ts';
import { type App, freshApp, type Row, together } from './support.ts';

let app: App;
beforeAll(async () => {
  app = await freshApp();
});
afterAll(() => app?.drop());

/** A vector of 1536 numbers that begins so; the rest are zeros. */
const vector = (...start: readonly number[]): number[] => [...start, ...Array<number>(1536 - start.length).fill(0)];
const replace = 'select public.replace_transcript_chunks($1, $2) as written';

describe('replace_transcript_chunks', () => {
  const chunksOf = (transcript: string) =>
    app.sql(
      `select c.chunk_index, c.text, c.start_time, c.end_time, c.token_count, c.embedding_status::text, e.embedding is not null as embedded
       from public.transcript_chunks c left join public.chunk_embeddings e on e.chunk_id = c.id where c.transcript_id = $1 order by 1`,
      [transcript],
    );

  test('puts new chunks and embeddings in place of the old, and empties', async () => {
    const channel = await app.channel();
    const transcript = await app.transcript(channel);
    const write = (chunks: Row[]) => app.as('service', replace, [transcript, JSON.stringify(chunks)]);
    expect(await write([{ text: 'a' }, { text: 'b', embedding: vector(1) }, { text: 'c' }])).toEqual([{ written: 3 }]);
    const second = [
      { text: 'one', start_time: 0.5, end_time: 2, token_count: 4, embedding: vector(1, 2) },
      { text: 'two', chunk_index: 7, embedding: JSON.stringify(vector(3)) },
    ];
    expect(await write(second)).toEqual([{ written: 2 }]);
    expect(await chunksOf(transcript)).toEqual([
      {
        chunk_index: 0,
        text: 'one',
        start_time: 0.5,
        end_time: 2,
        token_count: 4,
        embedding_status: 'completed',
        embedded: true,
      },
      {
        chunk_index: 7,
        text: 'two',
        start_time: null,
        end_time: null,
        token_count: null,
        embedding_status: 'completed',
        embedded: true,
      },
    ]);
    expect(await app.sql('select chunk_count from public.channels where id = $1', [channel])).toEqual([
      { chunk_count: 2 },
    ]);
    expect(await write([])).toEqual([{ written: 0 }]);
    expect(await chunksOf(transcript)).toEqual([]);
  });

  test.each([
    ['a vector of other length', [{ text: 'ok' }, { text: 'bad', embedding: [1, 2, 3] }]],
    ['an index twice', [{ text: 'ok', chunk_index: 1 }, { text: 'bad' }]],
    ['no text', [{ text: 'ok' }, { embedding: vector(1) }]],
    ['a negative time', [{ text: 'ok' }, { text: 'bad', start_time: -1 }]],
    ['a word for a number', [{ text: 'ok' }, { text: 'bad', token_count: 'many' }]],
  ])('leaves all as it was after %s', async (_, chunks) => {
    const transcript = await app.transcript(await app.channel());
    await app.as('service', replace, [transcript, JSON.stringify([{ text: 'old', embedding: vector(1) }])]);
    const before = await chunksOf(transcript);
    await app.failure('service', replace, [transcript, JSON.stringify(chunks)]);
    expect(await chunksOf(transcript)).toEqual(before);
  });

  test("knows what is no list of chunks and no transcript, and is the service's", async () => {
    const transcript = await app.transcript(await app.channel());
    for (const chunks of [null, '{}', '["text"]', '[null]', '7'])
      expect(await app.failure('service', replace, [transcript, chunks])).toMatchObject({
        code: 'PT400',
        error: 'invalid_chunks',
      });
    expect(await app.failure('service', replace, ['00000000-0000-4000-8000-000000000bad', '[]'])).toMatchObject({
      code: 'PT404',
      error: 'unknown_transcript',
    });
    expect(await app.failure({ user: await app.user('admin') }, replace, [transcript, '[]'])).toMatchObject({
      code: '42501',
    });
  });

  onRealServer('of 16 replacements at once one stands, whole', async () => {
    const transcript = await app.transcript(await app.channel());
    await together(app, 16, 'service', (session, index) =>
      session.query(replace, [
        transcript,
        JSON.stringify(Array.from({ length: 20 }, () => ({ text: `of ${index}`, embedding: vector(1) }))),
      ]),
    );
    const chunks = await chunksOf(transcript);
    expect(chunks).toHaveLength(20);
    expect(new Set(chunks.map((chunk) => chunk.text)).size).toBe(1);
    expect(chunks.every((chunk) => chunk.embedded)).toBe(true);
  });
});

describe('search_my_messages', () => {
  const search = 'select * from public.search_my_messages($1, $2, $3, $4)';
  let user: string;
  let other: string;
  const say = async (whose: string, channel: string, texts: readonly string[]) => {
    const [{ id } = {}] = await app.sql(
      'insert into public.chat_sessions (user_id, channel_id) values ($1, $2) returning id',
      [whose, channel],
    );
    for (const [index, text] of texts.entries())
      await app.sql(
        `insert into public.chat_messages (user_id, session_id, role, content, created_at) values ($1, $2, $3, $4, '2024-01-01'::timestamptz + $5::int * interval '1 second')`,
        [whose, id, index % 2 ? 'assistant' : 'user', text, Math.floor(index / 2)],
      );
  };
  const texts = [
    'How do I boil an EGG?',
    'Boil the egg for 7 minutes.',
    '100% sure?',
    '100 percent.',
    'snake_case or camelCase',
    'a\\b',
    'Größe ÄÖÜ',
    'ПРИВЕТ, мир',
    '日本語の卵',
    'العربية بيضة',
    'naïve CAFÉ',
    "it's 'quoted' \"twice\"",
  ];
  const found = async (query: string | null, limit = 100) =>
    (await app.as({ user }, search, [query, limit, null, null])).map((row) => row.content);

  beforeAll(async () => {
    user = await app.user();
    other = await app.user();
    await say(user, await app.channel({ channel_name: 'Kitchen' }), texts);
    await say(other, await app.channel(), ['My secret egg']);
  });

  test('finds a message once, however many sessions its writer has', async () => {
    const writer = await app.user();
    for (const text of ['A tortoise', 'A hare']) await say(writer, await app.channel(), [text]);
    expect(await app.as({ user: writer }, search, ['tortoise', 20, null, null])).toHaveLength(1);
  });

  test('finds a part of any text in any case, newest first, with the channel', async () => {
    const rows = await app.as({ user }, search, ['eGg', 20, null, null]);
    expect(new Set(rows.map((row) => row.content))).toEqual(new Set(texts.slice(0, 2)));
    expect(rows[0]).toMatchObject({ channel_name: 'Kitchen', created_at: expect.stringMatching(/^2024-01-01/) });
  });

  test.each([
    ['größe äöü', 1],
    ['привет', 1],
    ['МИР', 1],
    ['本語', 1],
    ['بيض', 1],
    ['café', 1],
    ['%', 1],
    ['100%', 1],
    ['_', 1],
    ['e_c', 1],
    ['\\', 1],
    ['\\b', 1],
    ["'quoted' \"", 1],
    ['secret', 0],
    ['.*', 0],
    ['', texts.length],
    [null, 0],
  ])('finds %j', async (query, count) => {
    expect(await found(query)).toHaveLength(count);
  });

  test('it means what ILIKE means of any text', async () => {
    for (const query of ['a', 'E', 'ö', '1', ' ', ', ', 'S', 'п', '\\\\', '%%', '__', '?'])
      expect((await found(query)).toSorted()).toEqual(
        texts.filter((text) => text.toLowerCase().includes(query.toLowerCase())).toSorted(),
      );
  });

  test('pages of any size are all messages, each once, newest first', async () => {
    for (const size of [1, 3, 5]) {
      const seen: Row[] = [];
      for (let last: Row | undefined; ; last = seen.at(-1)) {
        const page = await app.as({ user }, search, ['', size, last?.created_at ?? null, last?.id ?? null]);
        seen.push(...page);
        if (page.length < size) break;
      }
      expect(seen.map((row) => row.content).toSorted()).toEqual(texts.toSorted());
      const moments = seen.map((row) => row.created_at as string);
      expect(moments).toEqual(moments.toSorted().toReversed());
    }
    const [{ created_at } = {}] = await app.as({ user }, search, ['', 1, null, null]);
    const before = await app.as({ user }, 'select * from public.search_my_messages($1, p_before => $2)', [
      '',
      created_at,
    ]);
    expect(before).toHaveLength(texts.length - 2);
  });

  test('reads in the order of an index, and no further than it has to, of somebody who has far more than others', async () => {
    const goOn = await app.stopClock();
    try {
      await app.sql(`
        insert into auth.users (email) select 'writer' || number || '@example.com' from generate_series(1, 60) number;
        insert into public.chat_sessions (user_id, channel_id)
          select users.id, channels.id from auth.users users, (select id from public.channels limit 1) channels
          where users.email like 'writer%';
        insert into public.chat_messages (user_id, session_id, role, content, created_at)
          select user_id, id, 'user', md5(number::text || id) || repeat('y', 400), now() - number * interval '1 minute'
          from generate_series(1, 100) number, public.chat_sessions order by md5(number::text || id)`);
      const [{ writer } = {}] = await app.sql(
        `select id as writer from auth.users where email = 'writer1@example.com'`,
      );
      await app.sql(
        `insert into public.chat_messages (user_id, session_id, role, content, created_at)
         select user_id, id, 'user', case number when 1 then 'a whale' else md5(number::text) || repeat('y', 400) end,
                now() - number * interval '1 second'
         from public.chat_sessions, generate_series(1, 2000) number where user_id = $1`,
        [writer],
      );
      await app.sql('analyze public.chat_messages, public.chat_sessions, public.channels');
      const read = async () =>
        Number(
          (
            await app.sql(
              `select sum(pg_stat_get_xact_tuples_returned(oid)) as rows from pg_class
               where oid = 'public.chat_messages'::regclass
                  or oid in (select indexrelid from pg_index where indrelid = 'public.chat_messages'::regclass)`,
            )
          )[0]?.rows,
        );
      const before = await read();
      expect(await app.as({ user: writer as string }, search, ['whale', 1, null, null])).toHaveLength(1);
      expect((await read()) - before).toBe(1);
    } finally {
      await goOn();
    }
  });

  test("never finds another's, not for admins, and nothing signed out", async () => {
    expect(await app.as({ user: other }, search, ['egg', 20, null, null])).toMatchObject([
      { content: 'My secret egg' },
    ]);
    expect(await app.as({ user: await app.user('admin') }, search, ['', 20, null, null])).toEqual([]);
    expect(await app.failure('anon', search, ['', 20, null, null])).toMatchObject({ code: '42501' });
  });
});

describe('public pages', () => {
  const publish = 'select (public.publish_channel($1, $2)).public_slug';
  const unpublish = 'select (public.unpublish_channel($1)).public_slug';
  /** For long enough to publish it. */
  const followed = async (): Promise<[user: string, channel: string]> => {
    const [user, channel] = [await app.user(), await app.channel()];
    await app.sql(
      `insert into public.user_creators (user_id, channel_id, added_at) values ($1, $2, now() - interval '1 day')`,
      [user, channel],
    );
    return [user, channel];
  };

  test('a follower gives a slug once, the page opens signed out, and it is audited', async () => {
    const [user, channel] = await followed();
    expect(await app.as({ user }, publish, [channel, 'my-page-1'])).toEqual([{ public_slug: 'my-page-1' }]);
    expect(await app.as('anon', `select id from public.channels where public_slug = 'my-page-1'`)).toEqual([
      { id: channel },
    ]);
    expect(await app.failure({ user }, publish, [channel, 'my-page-2'])).toMatchObject({
      code: 'PT409',
      error: 'already_public',
      detail: { slug: 'my-page-1' },
    });
    expect(
      await app.sql(`select actor_id, action::text from public.audit_log where record_id = $1`, [channel]),
    ).toEqual([{ actor_id: user, action: 'channel_published' }]);
  });

  test('a slug that is taken is refused', async () => {
    const [[first, one], [second, two]] = [await followed(), await followed()];
    await app.as({ user: first }, publish, [one, 'taken']);
    expect(await app.failure({ user: second }, publish, [two, 'taken'])).toMatchObject({
      code: 'PT409',
      error: 'slug_taken',
      message: 'The address taken is taken by another channel.',
    });
  });

  test.each(['ab', 'x'.repeat(64), 'Upper', 'with space', 'under_score', 'äöü', 'dot.', 'new\n', '', null])(
    '%j is no slug',
    async (slug) => {
      const [user, channel] = await followed();
      expect(await app.failure({ user }, publish, [channel, slug])).toMatchObject({
        code: 'PT400',
        error: 'invalid_slug',
      });
    },
  );

  test.each(['abc', 'x'.repeat(63), '123', 'a-b-c'])('%j is a slug', async (slug) => {
    const [user, channel] = await followed();
    expect(await app.as({ user }, publish, [channel, slug])).toEqual([{ public_slug: slug }]);
  });

  test('only who follows a channel publishes it, or moderates', async () => {
    const [, channel] = await followed();
    expect(await app.failure({ user: await app.user() }, publish, [channel, 'stranger'])).toMatchObject({
      code: '42501',
      error: 'not_follower',
    });
    for (const caller of ['anon', 'service'] as const)
      expect(await app.failure(caller, publish, [channel, 'nobody'])).toMatchObject({ code: '42501' });
    expect(
      await app.failure({ user: await app.user() }, publish, ['00000000-0000-4000-8000-000000000bad', 'nothing']),
    ).toMatchObject({ code: 'PT404', error: 'unknown_channel' });
    expect(await app.as({ user: await app.user('moderator') }, publish, [channel, 'moderated'])).toEqual([
      { public_slug: 'moderated' },
    ]);
  });

  test('a moderator takes a page down, audited; a follower does not put it up again, a moderator may', async () => {
    const [user, channel] = await followed();
    const moderator = await app.user('moderator');
    await app.as({ user }, publish, [channel, 'taken-down']);
    expect(await app.failure({ user }, unpublish, [channel])).toMatchObject({ code: '42501', error: 'not_moderator' });
    for (let call = 0; call < 2; call++)
      expect(await app.as({ user: moderator }, unpublish, [channel])).toEqual([{ public_slug: null }]);
    expect(
      await app.sql(`select actor_id from public.audit_log where record_id = $1 and action = 'channel_unpublished'`, [
        channel,
      ]),
    ).toEqual([{ actor_id: moderator }]);
    expect(await app.failure({ user }, publish, [channel, 'again'])).toMatchObject({
      code: 'PT409',
      error: 'taken_down',
    });
    expect(await app.as({ user: await app.user('admin') }, publish, [channel, 'again'])).toEqual([
      { public_slug: 'again' },
    ]);
    expect(await app.failure({ user: moderator }, unpublish, ['00000000-0000-4000-8000-000000000bad'])).toMatchObject({
      code: 'PT404',
      error: 'unknown_channel',
    });
  });

  onRealServer('of 16 who publish one channel at once one does, and of 16 who want one slug one gets it', async () => {
    const channel = await app.channel();
    const channels = await app.channels(16);
    const moderator = await app.user('moderator');
    const codes = (calls: (index: number) => unknown[]) =>
      together(app, 16, { user: moderator }, (session, index) =>
        session.query(publish, calls(index)).then(
          () => 'published',
          ({ code }) => code as string,
        ),
      );
    for (const calls of [
      (index: number) => [channel, `race-${index}`],
      (index: number) => [channels[index], 'one-slug'],
    ])
      expect(Object.groupBy(await codes(calls), (code) => code)).toMatchObject({
        published: { length: 1 },
        PT409: { length: 15 },
      });
  });
});

describe('export_my_data', () => {
  /** Tables that name a user for what somebody did to others' rows, and are not that user's data. */
  const NOT_THEIRS = ['audit_log.actor_id', 'user_roles.granted_by'];

  const exported = async (user: string) =>
    (await app.as({ user }, 'select public.export_my_data() as data'))[0]?.data as Record<string, Row[] | Row>;

  test('has a key for every table that names its user', async () => {
    // By name too: a copied key refers to the row that it was copied from.
    const columns = await app.sql(
      `select distinct t.relname || '.' || a.attname as name from pg_class t
       join pg_attribute a on a.attrelid = t.oid and a.attnum > 0
       left join pg_constraint c on c.conrelid = t.oid and a.attnum = any (c.conkey) and c.confrelid = 'auth.users'::regclass
       where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and (c.oid is not null or a.attname in ('user_id', 'actor_id'))`,
    );
    const keyOf = (table: string) => ({ profiles: 'profile', channels: 'channels_added' })[table] ?? table;
    const expected = columns
      .map((row) => row.name as string)
      .filter((name) => !NOT_THEIRS.includes(name))
      .map((name) => keyOf(name.split('.')[0] as string));
    expect(Object.keys(await exported(await app.user())).toSorted()).toEqual(
      [...new Set(['exported_at', 'account', ...expected])].toSorted(),
    );
  });

  test("has all of one's rows, and no other's", async () => {
    const users = [
      await app.user('admin', { email: 'me@example.com', name: 'Me' }),
      await app.user(undefined, { email: 'you@example.com' }),
    ];
    for (const user of users) {
      const channel = await app.channel({ added_by: user, channel_name: user === users[0] ? 'Mine' : 'Theirs' });
      await app.sql('insert into public.user_creators (user_id, channel_id) values ($1, $2)', [user, channel]);
      const [{ session } = {}] = await app.sql(
        'insert into public.chat_sessions (user_id, channel_id) values ($1, $2) returning id as session',
        [user, channel],
      );
      const [{ message } = {}] = await app.sql(
        `insert into public.chat_messages (user_id, session_id, role, content) values ($1, $2, 'user', 'q'), ($1, $2, 'assistant', 'a') returning id as message`,
        [user, session],
      );
      await app.sql(
        `insert into public.saved_answers (user_id, channel_id, session_id, message_id, content) values ($1, $2, $3, $4, 'a')`,
        [user, channel, session, message],
      );
      await app.sql('insert into public.voice_conversations (user_id, channel_id) values ($1, $2)', [user, channel]);
      await app.as('service', `select public.begin_request('k', 'x', 'h', $1)`, [user]);
      await app.as('service', `select public.acquire_operation_lock('export ' || $1::text, 'x', 60, $1::uuid)`, [user]);
      await app.as('service', `select public.log_error('f', 'm', p_stack => 'internal', p_user_id => $1)`, [user]);
    }
    const [me, you] = users as [string, string];
    const data = await exported(me);
    const counts = Object.fromEntries(
      Object.entries(data)
        .filter(([, rows]) => Array.isArray(rows))
        .map(([key, rows]) => [key, (rows as Row[]).length]),
    );
    expect(counts).toEqual({
      user_roles: 2,
      usage_daily: 1,
      user_creators: 1,
      channels_added: 1,
      chat_sessions: 1,
      chat_messages: 2,
      saved_answers: 1,
      voice_conversations: 1,
      request_idempotency: 1,
      operation_locks: 1,
      error_logs: 1,
    });
    expect(data.account).toMatchObject({ id: me, email: 'me@example.com' });
    expect(data.profile).toMatchObject({ display_name: 'Me' });
    expect(data.user_creators).toMatchObject([{ channel_name: 'Mine' }]);
    expect(data.channels_added).toEqual(
      await app.sql(
        `select id, channel_name, youtube_channel_id, to_jsonb(created_at) #>> '{}' as created_at from public.channels
         where channel_name = 'Mine'`,
      ),
    );
    const text = JSON.stringify(data);
    expect(text).not.toContain(you);
    expect(text).not.toContain('internal');
  });

  test('has an empty list of whatever somebody has none of', async () => {
    const user = await app.user();
    await app.sql('delete from public.user_roles where user_id = $1', [user]);
    const lists = Object.values(await exported(user)).filter((rows) => Array.isArray(rows));
    expect(lists).toHaveLength(11);
    expect(lists.flat()).toEqual([]);
  });

  test('is for the signed-in', async () => {
    for (const caller of ['anon', 'service'] as const)
      expect(await app.failure(caller, 'select public.export_my_data()')).toMatchObject({ code: '42501' });
  });
});
