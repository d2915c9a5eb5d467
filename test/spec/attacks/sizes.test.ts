// What is too long is refused in every column that a client may write, whoever writes, and a search does not take for ever.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type App, freshApp, type Row } from '../functions/support.ts';
import { SIZE_LIMITS, type SizeLimit } from '../size-limits.ts';

let app: App;
let user: string;
let session: string;
beforeAll(async () => {
  app = await freshApp();
  user = await app.user();
  const channel = await app.channel({ public_slug: 'open' });
  await app.transcript(channel, { full_text: 'x' });
  await app.sql(`
    insert into public.transcript_chunks (channel_id, video_id, transcript_id, chunk_index, text)
      select channel_id, video_id, id, 0, 'x' from public.transcripts;
    insert into public.chat_sessions (user_id, channel_id) values ('${user}', '${channel}');
    insert into public.chat_messages (user_id, session_id, role, content)
      select user_id, id, 'user', 'x' from public.chat_sessions;
    insert into public.saved_answers (user_id, channel_id, content) values ('${user}', '${channel}', 'x');
    insert into public.voice_conversations (user_id, channel_id) values ('${user}', '${channel}');
    insert into public.public_chat_limits (channel_id, identifier) values ('${channel}', 'x');
    insert into public.error_logs (function_name, message) values ('x', 'x');
    insert into public.operation_locks (lock_key, operation_type, expires_at) values ('x', 'x', '2100-01-01');
    insert into public.request_idempotency (user_id, operation_type, idempotency_key, request_hash, locked_until)
      values ('${user}', 'x', 'x', 'x', '2100-01-01')`);
  session = (await app.sql('select id from public.chat_sessions'))[0]?.id as string;
});
afterAll(() => app?.drop());

/** A value of that size, in characters that take two bytes where characters are counted. */
function sizedValue({ column, json }: SizeLimit, size: number): string {
  if (json) return JSON.stringify('a'.repeat(size - 2));
  return column.endsWith('avatar_url') ? `https://${'a'.repeat(size - 8)}` : 'é'.repeat(size);
}

const at = (limit: SizeLimit): string => `${limit.table}.${limit.column}`;

/** The SQLSTATE, and what it is about, of writing a value into the only row of its table; taken back. */
async function written(limit: SizeLimit, size: number, statement: string): Promise<unknown> {
  const goOn = await app.stopClock();
  try {
    return await app
      .sql(statement, [sizedValue(limit, size)])
      .then(() => 'written')
      .catch(({ code, detail, constraint }) =>
        code === 'PT413' ? { code, ...JSON.parse(detail) } : { code, constraint },
      );
  } finally {
    await goOn();
  }
}

/** The columns in which no two rows are alike, so that a copy of a row can be written. */
const OTHER: Readonly<Record<string, string>> = {
  channels: `'public_slug', null, 'youtube_channel_id', 'other'`,
  videos: `'youtube_video_id', 'other'`,
  transcript_chunks: `'chunk_index', 1`,
  public_chat_limits: `'identifier', 'other'`,
  operation_locks: `'lock_key', 'other'`,
  request_idempotency: `'idempotency_key', 'other'`,
};

/** One whose key is that of another table, or one a parent: its row is written by a trigger, or by an upsert. */
const ONLY_UPDATED = ['profiles', 'transcripts', 'chat_sessions'];

const updateOf = ({ table, column, json }: SizeLimit): string =>
  `update public.${table} set ${column} = $1${json ? '::jsonb' : ''}`;
const insertOf = ({ table, column, json }: SizeLimit): string =>
  `insert into public.${table} overriding user value
   select (jsonb_populate_record(written, jsonb_build_object('id', gen_random_uuid(), ${OTHER[table] ? `${OTHER[table]}, ` : ''}'${column}', $1::${json ? 'jsonb' : 'text'}))).*
   from public.${table} written`;

const refusal = (limit: SizeLimit): unknown =>
  limit.trigger
    ? {
        code: 'PT413',
        error: 'too_long',
        table: limit.table,
        column: limit.column,
        limit: limit.most,
        unit: limit.json ? 'bytes' : 'characters',
      }
    : { code: '23514', constraint: `${limit.table}_${limit.column}_check` };

test.each(SIZE_LIMITS.map((limit) => [at(limit), limit] as const))('%s', async (_, limit) => {
  const statements = [updateOf(limit), ...(ONLY_UPDATED.includes(limit.table) ? [] : [insertOf(limit)])];
  for (const statement of statements) {
    expect(await written(limit, limit.most, statement)).toBe('written');
    expect(await written(limit, limit.most + 1, statement)).toEqual(refusal(limit));
  }
});

/** Columns of text that clients may write, and what holds their size. */
const HELD_OTHERWISE = ['channels.public_slug'];

test('these are all columns of text and JSON that a client role may write', async () => {
  const rows = await app.sql(
    `select c.relname || '.' || a.attname as name
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and a.atttypid in ('text'::regtype, 'varchar'::regtype, 'jsonb'::regtype, 'json'::regtype, 'bytea'::regtype)
       and exists (
         select from unnest(array['anon', 'authenticated', 'service_role']) client
         where has_column_privilege(client, c.oid, a.attnum, 'insert') or has_column_privilege(client, c.oid, a.attnum, 'update')
       )`,
  );
  expect(rows.map(({ name }) => name).toSorted()).toEqual([...SIZE_LIMITS.map(at), ...HELD_OTHERWISE].toSorted());
});

describe('a row from before the limits', () => {
  const LONG = 'é'.repeat(40_000);

  test.each([
    ['chat_messages', 'content', 'sources', '[]'],
    ['channels', 'channel_name', 'ingestion_method', 'y'],
    ['videos', 'title', 'duration', 'y'],
    ['transcript_chunks', 'text', 'token_count', 3],
  ])('of %s stays as it is, and all but its %s can be changed freely', async (table, column, other, value) => {
    const goOn = await app.stopClock();
    try {
      await app.sql('set local session_replication_role = replica');
      await app.sql(`update public.${table} set ${column} = $1`, [LONG]);
      await app.sql('set local session_replication_role = origin');
      await app.sql(`update public.${table} set ${other} = $1, ${column} = ${column}`, [value]);
      expect(await app.sql(`select char_length(${column}) as length from public.${table}`)).toEqual([
        { length: 40_000 },
      ]);
      const longer = app.sql(`update public.${table} set ${column} = ${column} || 'x'`);
      await expect(longer).rejects.toMatchObject({ code: 'PT413' });
    } finally {
      await goOn();
    }
  });
});

describe('an attacker', () => {
  const message = `insert into public.chat_messages (session_id, role, content) values ($1, 'user', $2)`;
  const search = 'select * from public.search_my_messages($1, $2, $3, $4)';

  test('writes no message of 300,000 characters, and searches for none of 150,000', async () => {
    expect(await app.failure({ user }, message, [session, 'a'.repeat(300_000)])).toMatchObject({
      code: 'PT413',
      error: 'too_long',
    });
    for (const [query, refused] of [
      ['a'.repeat(150_000), true],
      ['é'.repeat(201), true],
      ['é'.repeat(200), false],
    ] as const) {
      const answer = app.as({ user }, search, [query, 1, null, null]);
      if (refused) await expect(answer).rejects.toMatchObject({ code: 'PT400' });
      else await expect(answer).resolves.toEqual([]);
    }
  });

  test('writes a title of 100 MB through none of the doors', async () => {
    const title = 'a'.repeat(100_000_000);
    expect(
      await app.failure({ user }, 'update public.chat_sessions set title = $1 where id = $2', [title, session]),
    ).toMatchObject({ code: '23514' });
  });

  test('has a search end soon that is nearly found at each character, and it goes on where it ended', async () => {
    await app.sql(
      `insert into public.chat_messages (user_id, session_id, role, content, created_at)
       select $1, $2, 'user', case when number = 300 then 'the needle' else repeat('a', 32768) end, now() - number * interval '1 second'
       from generate_series(1, 300) number`,
      [user, session],
    );
    const asks = async (query: string, before: unknown, beforeId: unknown): Promise<Row[] | Row> =>
      app
        .as({ user }, search, [query, 20, before, beforeId])
        .catch(({ code, detail }) => ({ code, ...JSON.parse(detail) }));
    await app.sql(`set statement_timeout = '3s'`);
    expect(await asks(`b${'a'.repeat(199)}`, null, null)).toMatchObject({ code: 'PT422', error: 'search_unfinished' });

    let calls = 0;
    let [before, id]: unknown[] = [null, null];
    for (;;) {
      calls++;
      const answer = await asks('NEEDLE', before, id);
      if (Array.isArray(answer)) {
        expect(answer).toMatchObject([{ content: 'the needle' }]);
        break;
      }
      expect(answer).toMatchObject({ code: 'PT422', error: 'search_unfinished' });
      [before, id] = [answer.before, answer.before_id];
    }
    expect(calls).toBe(2);
    await app.sql('reset statement_timeout');
  });

  test('whose old message is longer than any that is written today has its first million characters searched', async () => {
    const [owner, channel] = [await app.user(), await app.channel()];
    const [{ id: own } = {}] = await app.sql(
      'insert into public.chat_sessions (user_id, channel_id) values ($1, $2) returning id',
      [owner, channel],
    );
    await app.sql('alter table public.chat_messages disable trigger limit_content');
    await app.sql(
      `insert into public.chat_messages (user_id, session_id, role, content)
       values ($1, $2, 'user', 'Early bird ' || repeat('a', 20000000) || ' late bird')`,
      [owner, own],
    );
    await app.sql('alter table public.chat_messages enable trigger limit_content');
    const found = (query: string) =>
      app.as({ user: owner }, 'select count(*)::int as found from public.search_my_messages($1)', [query]);
    expect(await found('early BIRD')).toEqual([{ found: 1 }]);
    expect(await found('late bird')).toEqual([{ found: 0 }]);
    expect(await found(`b${'a'.repeat(199)}`)).toEqual([{ found: 0 }]);
  });

  test('has what the log takes cut, and not the log refuse it', async () => {
    const logged = await app.as(
      'service',
      `select public.log_error($1, $1, 'error', $1, $1, to_jsonb($1::text), $1) as id`,
      ['é'.repeat(200_000)],
    );
    expect(
      await app.sql(
        `select char_length(function_name) as function_name, char_length(message) as message, char_length(error_code) as code,
           char_length(stack) as stack, char_length(details ->> 'cut') as details, char_length(request_id) as request
         from public.error_logs where id = $1`,
        [logged[0]?.id],
      ),
    ).toEqual([{ function_name: 200, message: 10_000, code: 200, stack: 50_000, details: 10_000, request: 200 }]);
    const fits = 'a'.repeat(65_534);
    const [kept] = await app.as('service', `select public.log_error('f', 'm', p_details => to_jsonb($1::text)) as id`, [
      fits,
    ]);
    expect(await app.sql('select details from public.error_logs where id = $1', [kept?.id])).toEqual([
      { details: fits },
    ]);
  });
});
