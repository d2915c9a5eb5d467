// Whoever they say they are: claims come from the gateway, which is trusted to have checked them; the database must be
// closed to all that it may still hand on, and to nobody in particular.
import { describe, expect, test } from '@jest/globals';
import { people } from '../../../spec/people.ts';
import { attacked, claiming, NO_ROWS, policyOf, target, user } from './support.ts';

const { as } = attacked();

const OWN = [
  'chat_sessions',
  'chat_messages',
  'saved_answers',
  'voice_conversations',
  'user_creators',
  'profiles',
  'user_usage',
  'usage_daily',
  'user_roles',
];
const own = OWN.map((table) => `select to_jsonb(t) from public.${table} t`).join(' union all ');
const post = (columns = '', values = '') =>
  `insert into public.chat_messages (${columns}session_id, role, content) values (${values}'${target.session}', 'user', 'x')`;
const asOwner = post('user_id, ', `'${people.owner}', `);

const NOBODY: [string, string | undefined][] = [
  ['no claims', undefined],
  ['empty claims', ''],
  ['claims without sub', '{"role": "authenticated"}'],
  ['a sub that is null', '{"sub": null}'],
  ['an empty object', '{}'],
  ['an array', '[]'],
  ['a text', '"admin"'],
  ['JSON null', 'null'],
  ['sub in another case', JSON.stringify({ SUB: people.owner })],
  ['sub deeper down', JSON.stringify({ user: { sub: people.owner } })],
];

const BROKEN: [string, string, RegExp][] = [
  ['a sub that is no uuid', '{"sub": "admin"}', /^22P02 invalid input syntax for type uuid: "admin"$/],
  ['an empty sub', '{"sub": ""}', /^22P02 invalid input syntax for type uuid: ""$/],
  ['a sub that is a number', '{"sub": 1}', /^22P02 invalid input syntax for type uuid: "1"$/],
  ['a sub that is an object', '{"sub": {}}', /^22P02 invalid input syntax for type uuid: "{}"$/],
  ['two ids', JSON.stringify({ sub: `${people.owner} ${people.admin}` }), /^22P02 invalid input syntax for type uuid/],
  ['no JSON', 'sub=admin', /^22P02 invalid input syntax for type json$/],
];

test('the owner posts and reads', async () => {
  expect(await as('owner', post())).toMatchObject({ says: '1 rows', changed: true });
  expect(await as('owner', asOwner)).toMatchObject({ says: '1 rows', changed: true });
  expect((await as('owner', own)).rows.length).toBeGreaterThan(OWN.length);
});

describe('nobody in particular, by', () => {
  test.each(NOBODY)('%s, reads and writes nothing', async (_, claims) => {
    expect(await as(claiming(claims), own)).toMatchObject({ says: NO_ROWS, rows: [] });
    for (const insert of [post(), asOwner])
      expect(await as(claiming(claims), insert)).toMatchObject({ says: policyOf('chat_messages'), changed: false });
    for (const table of OWN.slice(0, 5))
      expect(await as(claiming(claims), `delete from public.${table}`)).toMatchObject({
        says: NO_ROWS,
        changed: false,
      });
  });
});

describe('claims that mean nothing:', () => {
  test.each(BROKEN)('%s is an error everywhere', async (_, claims, error) => {
    for (const statement of [own, post(), asOwner, 'delete from public.chat_sessions'])
      expect(await as(claiming(claims), statement)).toMatchObject({
        says: expect.stringMatching(error),
        changed: false,
      });
  });
});

describe('a deleted user whose token still lives', () => {
  const gone = user(people.owner);
  const deleted = `delete from auth.users where id = '${people.owner}'`;
  test('reads nothing of their own', async () => {
    expect(await as(gone, own, deleted)).toMatchObject({ says: NO_ROWS, rows: [] });
  });
  test.each([
    [
      'starts no session',
      `insert into public.chat_sessions (channel_id) values ('${target.quietChannel}')`,
      'chat_sessions',
    ],
    [
      'follows nothing',
      `insert into public.user_creators (user_id, channel_id) values ('${people.owner}', '${target.quietChannel}')`,
      'user_creators',
    ],
    ['posts nothing', post(), 'chat_messages'],
    [
      'saves nothing',
      `insert into public.saved_answers (channel_id, content) values ('${target.channel}', 'x')`,
      'saved_answers',
    ],
    [
      'talks to nobody',
      `insert into public.voice_conversations (channel_id) values ('${target.channel}')`,
      'voice_conversations',
    ],
  ])('%s', async (_, insert, table) => {
    const refusal = expect.stringMatching(`^23503 insert or update on table "${table}" violates foreign key`);
    expect(await as(gone, insert, deleted)).toMatchObject({ says: refusal, changed: false });
    expect(await as(gone, insert)).toMatchObject({ says: '1 rows', changed: true });
  });
  test('is no admin any more', async () => {
    const read = 'select * from public.audit_log';
    expect((await as(user(people.admin), read)).rows).not.toEqual([]);
    expect((await as(user(people.admin), read, `delete from auth.users where id = '${people.admin}'`)).rows).toEqual(
      [],
    );
  });
});
