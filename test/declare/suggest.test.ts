import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { withPlainNames } from '../../src/access/names.ts';
import { personasOf } from '../../src/access/personas.ts';
import type { DeclaredKey } from '../../src/declare/model.ts';
import { suggest } from '../../src/declare/suggest.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

let database: MigratedDatabase;
const declared = { ...withPlainNames(config), personas: personasOf(config), queries: config.queries };
const suggested = (name: string) => suggest(database.client, declared, name);

/** The value that is suggested for a key. */
async function suggestedFor(name: string, key: DeclaredKey): Promise<unknown> {
  return (await suggested(name)).declarations.find((declaration) => declaration.key === key)?.value;
}

const NOBODY = { anon: '—', owner: '—', stranger: '—', moderator: '—', admin: '—', service: '—' };
const owner = '00000000-0000-4000-8000-00000000aaa1';

beforeAll(async () => {
  database = await migratedDatabase();
  await database.client.query(`
    create table public.bookmarks (
      id uuid not null default gen_random_uuid() primary key,
      user_id uuid not null references auth.users (id),
      channel_id uuid not null references public.channels (id),
      session_id uuid,
      note varchar(3),
      secret integer not null,
      created_at timestamptz not null default now(),
      unique (user_id, channel_id),
      foreign key (channel_id, user_id, session_id) references public.chat_sessions (channel_id, user_id, id)
    );
    alter table public.bookmarks enable row level security;
    create policy own on public.bookmarks to authenticated using (user_id = (select auth.uid()));
    grant select (id, user_id, note), insert, update (note), delete on public.bookmarks to authenticated;

    create table public.tags (name text primary key, colour text not null check (colour in ('red', 'blue')));
    create table public.kinds (code text primary key, weight integer not null default 1);
    alter table public.kinds enable row level security;
    create policy kinds on public.kinds for select to anon, authenticated using (true);
    grant select on public.kinds to anon, authenticated;
    create table public.wishes (owner uuid not null default auth.uid(), text text not null);
    create table public.orphans (id uuid primary key, tag text not null references public.tags (name));
    create view public.my_chats with (security_invoker = true) as select id as chat, user_id, title from public.chat_sessions;
    grant select on public.my_chats to authenticated;
    create view public.empty as select 1 as one where false;
    create function public.hello(name text) returns text language sql as $$ select name $$;
    revoke all on function public.hello(text) from public, anon, service_role;
    grant execute on function public.hello(text) to authenticated;
  `);
});
afterAll(() => database?.drop());

test('a table of one user’s rows is declared with the owner’s id, parents of the world, and the columns of each grant', async () => {
  expect(await suggestedFor('bookmarks', 'access')).toEqual({
    "owner's": { ...NOBODY, owner: 'S(id, user_id, note) I U(note) D' },
  });
  expect(await suggestedFor('public.bookmarks', 'world')).toEqual({
    table: 'public.bookmarks',
    row: "owner's",
    values: {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user_id: owner,
      channel_id: '00000000-0000-4000-8000-0000000000c1',
      secret: 1,
    },
    insert: { user_id: owner, channel_id: '00000000-0000-4000-8000-0000000000c2', secret: 1 },
    update: { note: 'a' },
  });
  expect(await suggestedFor('public.bookmarks', 'queries.sizes')).toEqual({ rows: 500_000 });
  expect((await suggested('public.bookmarks')).open).toEqual([]);
});

test('a table of nobody’s rows is of the class “any”, and its row to insert has another key', async () => {
  expect(await suggestedFor('public.kinds', 'access')).toEqual({
    any: { ...NOBODY, anon: 'S', owner: 'S', stranger: 'S', moderator: 'S', admin: 'S' },
  });
  expect(await suggestedFor('public.kinds', 'world')).toEqual({
    table: 'public.kinds',
    row: 'any',
    values: { code: 'A code' },
    insert: { code: 'Another code' },
    update: { weight: 1 },
  });
});

test('a column whose default is the caller’s id is its owner’s, also without a foreign key', async () => {
  expect(await suggestedFor('public.wishes', 'world')).toMatchObject({
    row: "owner's",
    values: { owner, text: 'A text' },
    insert: { owner, text: 'A text' },
  });
});

test('a row that a constraint refuses is said, with the server’s words', async () => {
  expect((await suggested('public.tags')).open).toEqual([
    expect.stringContaining('violates check constraint "tags_colour_check"'),
  ]);
});

test('a parent of which the world has no row is said', async () => {
  expect((await suggested('public.orphans')).open).toContain(
    'tag: the world has no row of public.tags to refer to. Add one, or declare that table first.',
  );
});

test('a view is declared by a row of the world that it shows', async () => {
  expect(await suggestedFor('public.my_chats', 'world')).toEqual({
    table: 'public.my_chats',
    row: "owner's",
    existing: true,
    values: { chat: '00000000-0000-4000-8000-000000000051', user_id: owner },
  });
  expect(await suggestedFor('public.my_chats', 'access')).toEqual({ "owner's": { ...NOBODY, owner: 'S' } });
  expect(await suggestedFor('public.my_chats', 'queries.sizes')).toBeUndefined();
});

test('a view without a row is declared as far as it can be, and the rest is said', async () => {
  const { declarations, open } = await suggested('public.empty');
  expect(declarations.map(({ key }) => key)).toEqual(['access']);
  expect(open).toContain('There is no row of it to ask about: the world needs rows that it shows.');
});

test('a function is declared by who could execute it, and a trigger function needs no line', async () => {
  const { declarations, hints } = await suggested('public.hello');
  expect(declarations).toEqual([
    { key: 'functions', name: 'public.hello', value: 'owner, stranger, moderator, admin' },
  ]);
  expect(hints).toEqual([expect.stringContaining('called with nulls')]);
  expect(await suggested('private.audit_write()')).toMatchObject({
    declarations: [],
    hints: [expect.stringContaining('trigger function')],
  });
});

test('what is declared already is not suggested again', async () => {
  expect(await suggested('public.plans')).toMatchObject({
    declarations: [],
    declared: ['access', 'world', 'queries.sizes'],
  });
  expect(await suggested('public.my_usage')).toMatchObject({ declarations: [], declared: ['functions'] });
});

test('an unknown name is an error that says what is near', async () => {
  await expect(suggested('public.bookmark')).rejects.toThrow('Near it: public.bookmarks');
});
