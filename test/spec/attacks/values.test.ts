// Values that deceive people or break what reads them: times without end, names that nobody sees, addresses that are markup.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type App, type Caller, freshApp } from '../functions/support.ts';

let app: App;
let user: string;
let me: Caller;
let channel: string;
let session: string;
beforeAll(async () => {
  app = await freshApp();
  user = await app.user();
  me = { user };
  channel = await app.channel();
  [session] = (
    await app.as(me, 'insert into public.chat_sessions (channel_id) values ($1) returning id', [channel])
  ).map(({ id }) => id) as [string];
});
afterAll(() => app?.drop());

const TIMES = ['infinity', '-infinity', '294276-12-31 23:59:59.999999+00', '4713-01-01 BC', '2100-01-01', '1999-12-31'];

describe('a time that a client sends', () => {
  const SANE = `between '2005-01-01' and now()`;
  const inserts = {
    chat_messages: () => [
      `insert into public.chat_messages (session_id, role, content, created_at) values ($1, 'user', 'x', $2)`,
      session,
    ],
    'chat_messages of the old API': () => [
      `insert into legacy_api.chat_messages (session_id, role, content, created_at) values ($1, 'user', 'x', $2)`,
      session,
    ],
    saved_answers: () => [
      `insert into public.saved_answers (channel_id, content, created_at, updated_at) values ($1, 'x', $2, $2)`,
      channel,
    ],
    voice_conversations: () => [
      'insert into public.voice_conversations (channel_id, created_at, updated_at) values ($1, $2, $2)',
      channel,
    ],
  };

  test.each(Object.entries(inserts).flatMap(([name, insert]) => TIMES.map((time) => [time, name, insert] as const)))(
    '%s is not the time of %s',
    async (time, name, insert) => {
      const [statement = '', of] = insert();
      await app.as(me, statement, [of, time]);
      const [table = ''] = name.split(' ');
      const dated = `select count(*)::int as odd from public.${table} where user_id = $1 and not (created_at ${SANE})`;
      expect(await app.sql(dated, [user])).toEqual([{ odd: 0 }]);
      expect(
        await app.sql(
          `select last_message_at is null or last_message_at ${SANE} as sane from public.chat_sessions where id = $1`,
          [session],
        ),
      ).toEqual([{ sane: true }]);
    },
  );

  test.each(TIMES)('%s is not the time of a session, nor of its last message', async (time) => {
    const other = await app.channel();
    await app.as(
      me,
      'insert into public.chat_sessions (channel_id, created_at, updated_at, last_message_at) values ($1, $2, $2, $2)',
      [other, time],
    );
    expect(
      await app.sql(
        `select created_at ${SANE} and updated_at ${SANE} and last_message_at is null as sane from public.chat_sessions where channel_id = $1`,
        [other],
      ),
    ).toEqual([{ sane: true }]);
  });

  test('stays where something can have been written then: an app that was offline sends late', async () => {
    const time = '2026-01-02 03:04:05+00';
    const sent = `insert into public.chat_messages (session_id, role, content, created_at) values ($1, 'user', 'late', $2) returning created_at = $2::timestamptz as kept`;
    expect(await app.as(me, sent, [session, time])).toEqual([{ kept: true }]);
  });
});

describe('a name', () => {
  const rename = 'update public.profiles set display_name = $2 where id = $1';
  const INVISIBLE = [
    '\u3164',
    '\u115F\u1160',
    '\uFFA0',
    '\u2800',
    '\u200B',
    '\u00AD',
    '\u200D\u200C',
    '\uFE0F',
    '\u034F',
    '\u{E0041}\u{E0042}',
    '\u00A0',
    '\u3000',
    ' ',
    '\u2063',
    '\u180E',
    '\uFEFF',
    '\u0301',
    '',
  ]; // prettier-ignore
  const DECEIVING = [
    'Ada\nAdmin',
    'Ada\r',
    'Ada\u2028Admin',
    'Ada\u2029',
    'Ada\u0085',
    '\u202Enimda',
    'Ada\u2066x\u2069',
    'Ada\t',
    'Ada\u0007',
    'Ada\u061C',
    'Ada\u200B',
    'A\u3164da',
    ' Ada',
    'Ada ',
    'Ada  Lovelace',
    'Ada\u00A0Lovelace',
    'Ada\u{E0020}',
    'x'.repeat(81),
    'x'.repeat(100_000),
  ]; // prettier-ignore
  test.each([...INVISIBLE, ...DECEIVING].map((name) => [JSON.stringify(name.slice(0, 20)), name]))(
    '%s is none, by update',
    async (_, name) => {
      for (const caller of [me, 'service'] as const)
        expect(await app.failure(caller, rename, [user, name])).toMatchObject({ code: '23514' });
    },
  );

  test.each(INVISIBLE.map((name) => [JSON.stringify(name), name]))('%s is none, at sign-up', async (_, name) => {
    const id = await app.user(undefined, { name, email: 'seen@example.com' });
    expect(await app.sql('select display_name from public.profiles where id = $1', [id])).toEqual([
      { display_name: 'seen' },
    ]);
    await app.sql('delete from auth.users where id = $1', [id]);
  });

  test.each([
    'Ada',
    'Ада Лавлейс',
    'علی\u200Cرضا',
    '李雷',
    '❤\uFE0F Ada',
    '👩\u200D👧 Ada',
    'Zoë',
    'O’Neil',
    'x'.repeat(80),
  ])('%j is one', async (name) => {
    await app.as(me, rename, [user, name]);
    expect(await app.sql('select display_name from public.profiles where id = $1', [user])).toEqual([
      { display_name: name },
    ]);
  });

  test('that was cleaned stays as it is when it is cleaned again, whatever it was', async () => {
    const odd = fc.constantFrom(
      '\u3164',
      '\u202E',
      '\n',
      ' ',
      '\u00A0',
      '\u200D',
      '\uFE0F',
      '\u0301',
      'a',
      '\u{1F600}',
      '\u{E0041}',
      '\u2800',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(odd, fc.string({ unit: 'binary' })), { maxLength: 60 }), async (parts) => {
        const name = parts.join('').replaceAll('\0', '').toWellFormed();
        const [cleaned] = await app.sql(
          `select first.name as once, private.display_name_of(jsonb_build_object('name', first.name), null) as twice
           from (select private.display_name_of(jsonb_build_object('name', $1::text), null) as name) first`,
          [name],
        );
        expect(cleaned?.twice).toBe(cleaned?.once);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a picture', () => {
  const PICTURES = [
    '"><script>alert(1)</script>',
    'https://example.com/"><script>',
    `https://example.com/'onerror='x`,
    'https://example.com/a b.png',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://example.com/a.png',
    '//example.com/a.png',
    'https://',
    'https://.',
    'https://-x',
    'https://user@example.com/',
    'https://example.com@evil.example/',
    'https://example.com\\evil',
    'https://example.com/\u202E',
    'https://example.com/a.png\n',
    'https://exa\u200Bmple.com/',
    'https://example.com/<svg>',
    'https://example.com/)}body{',
    'HTTPS://example.com',
    ' https://example.com',
    '',
    `https://example.com/${'x'.repeat(2048)}`,
  ]; // prettier-ignore
  test.each(PICTURES.map((url) => [JSON.stringify(url.slice(0, 60)), url]))('%s is none', async (_, url) => {
    for (const caller of [me, 'service'] as const)
      expect(
        await app.failure(caller, 'update public.profiles set avatar_url = $2 where id = $1', [user, url]),
      ).toMatchObject({ code: '23514' });
    const [row] = await app.sql('select private.avatar_url_of($1) as url', [JSON.stringify({ avatar_url: url })]);
    expect(row).toEqual({ url: null });
  });

  test.each([
    'https://lh3.googleusercontent.com/a/ACg8ocJ_x-y=s96-c',
    'https://www.gravatar.com/avatar/0?s=200&d=identicon#x',
    'https://xn--bcher-kva.example:8443/%C3%A4.png',
    'https://example.com',
  ])('%s is one', async (url) => {
    await app.as(me, 'update public.profiles set avatar_url = $2 where id = $1', [user, url]);
  });
});
