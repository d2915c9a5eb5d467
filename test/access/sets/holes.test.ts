// Holes that the world's own rows and personas do not show, by kind: each is found, and the same schema without it has none.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorldRow } from '../../../src/access/model.ts';
import { type Ground, holesOf, makeGround, undecidedIn } from './support.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await makeGround();
});
afterAll(() => ground.drop());

const TABLE = `
  create type app.state as enum ('draft', 'shared', 'done');
  create table app.notes (
    id int primary key, owner text, title text, state app.state not null default 'draft', shared boolean not null default false,
    ends_at timestamptz not null default '2500-01-01', data jsonb not null default '{}'
  );
  alter table app.notes enable row level security;
  grant select, insert, update, delete on app.notes to $role;`;

const world: WorldRow[] = [
  {
    table: 'app.notes',
    row: "ann's",
    values: { id: 1, owner: 'ann', title: 'a' },
    insert: { id: 2, owner: 'ann', title: 'b' },
    update: { title: 'c' },
  },
];
const own = { 'app.notes': { "ann's": { ann: 'S I U D', bob: '—' } } };

test('rows that only their owner has are nobody else’s, whatever is in them', async () => {
  const seen = await ground.look(`${TABLE} create policy p on app.notes using (owner = app.me());`, world, own);
  expect(holesOf(seen)).toEqual([]);
  expect(undecidedIn(seen)).toEqual([]);
  expect(seen.asked).toBeGreaterThan(100);
});

describe('a condition on what no row of the world has', () => {
  test.each([
    ['a column that is null', 'title is null', 'bob select app.notes title=null'],
    ['a label of an enum', "state = 'shared'", "bob select app.notes state='shared'::app.state"],
    ['a boolean', 'shared', 'bob select app.notes shared=true::boolean'],
    ['a moment', 'ends_at < now()', "bob select app.notes ends_at='1999-12-31 23:59:59'::timestamp with time zone"],
    ['a constant', "title = 'welcome'", "bob select app.notes title='welcome'::text"],
    ['a row that is nobody’s', 'owner is null', 'bob select app.notes owner=null'],
    [
      'a key of a JSON object',
      "(data ->> 'public') = 'yes'",
      "bob select app.notes data=jsonb_build_object('public', 'yes')::jsonb",
    ],
    [
      'two columns at once',
      "(shared and title = 'welcome')",
      "bob select app.notes shared=true::boolean title='welcome'::text",
    ],
  ])('%s opens it', async (_, condition, hole) => {
    const seen = await ground.look(
      `${TABLE} create policy p on app.notes using (owner = app.me() or ${condition});`,
      world,
      own,
    );
    expect(holesOf(seen)).toContain(hole);
  });
});

describe('a caller that is no persona', () => {
  test.each([
    ['without a user', 'owner = coalesce(app.me(), owner)'],
    ['with any setting at all', "owner = app.me() or app.me() like '%nobody%'"],
  ])('%s gets in', async (_, condition) => {
    const seen = await ground.look(`${TABLE} create policy p on app.notes using (${condition});`, world, own);
    const commands = ['delete', 'insert', 'select', 'update'];
    expect(holesOf(seen)).toEqual(commands.map((command) => `nobody ${command} app.notes`));
  });
});

describe('a write without WHERE, which no SELECT policy holds back', () => {
  const OPEN = `${TABLE} create policy r on app.notes for select using (owner = app.me());
    create policy u on app.notes for update using (true); create policy d on app.notes for delete using (true);`;

  test.each([
    ['alone', ''],
    ['with a foreign key in its way', 'create table app.refs (id int primary key, note int references app.notes);'],
    ['with a unique column in its way', 'alter table app.notes add unique (title);'],
    [
      'with a trigger that refuses other rows',
      `
      create function app.other() returns trigger language plpgsql as $$ begin if old.id <> 1 then raise 'no'; end if; return coalesce(new, old); end $$;
      create trigger other before update or delete on app.notes for each row execute function app.other();`,
    ],
  ])('reaches rows that its writer can’t see: %s', async (_, more) => {
    const others: WorldRow[] = [
      ...world,
      { table: 'app.notes', values: { id: 9, owner: 'eve', title: 'e' } },
      ...(more.includes('app.refs') ? [{ table: 'app.refs', values: { id: 1, note: 1 } }] : []),
    ];
    const seen = await ground.look(OPEN + more, others, own);
    expect(holesOf(seen)).toEqual(expect.arrayContaining(['bob delete app.notes', 'bob update app.notes']));
  });

  test('needs no right to read', async () => {
    const seen = await ground.look(`${OPEN} revoke select on app.notes from $role;`, world, {
      'app.notes': { "ann's": { ann: 'I U D', bob: '—' } },
    });
    expect(holesOf(seen)).toEqual(expect.arrayContaining(['bob delete app.notes', 'bob update app.notes']));
  });
});

describe('one update does not stand for all', () => {
  const READ = `${TABLE} create policy r on app.notes for select using (true);`;

  test('a check that refuses the world’s change lets another column through', async () => {
    const seen = await ground.look(
      `${READ} create policy u on app.notes for update using (true) with check (title = 'a');`,
      world,
      { 'app.notes': { "ann's": { ann: 'S U', bob: 'S' } } },
    );
    expect(holesOf(seen)).toContain('bob update app.notes');
  });

  test('a row can be given to somebody else', async () => {
    const seen = await ground.look(
      `${READ} create policy u on app.notes for update using (owner = app.me()) with check (true);`,
      world,
      { 'app.notes': { "ann's": { ann: 'S U', bob: 'S' } } },
    );
    expect(holesOf(seen)).toEqual(["ann update app.notes owner='bob'"]);
  });

  test('a row can be inserted as somebody else’s', async () => {
    const seen = await ground.look(`${READ} create policy i on app.notes for insert with check (true);`, world, {
      'app.notes': { "ann's": { ann: 'S I', bob: 'S' } },
    });
    expect(holesOf(seen)).toContain("ann insert app.notes owner='bob'");
  });
});

test('a partition that is open is found behind its closed parent', async () => {
  const seen = await ground.look(
    `create table app.events (id int, owner text not null, at date not null, primary key (id, at)) partition by range (at);
     create table app.events_1 partition of app.events for values from ('2024-01-01') to ('2025-01-01');
     alter table app.events enable row level security; create policy p on app.events using (owner = app.me());
     grant select on app.events, app.events_1 to $role;`,
    [
      {
        table: 'app.events',
        row: "ann's",
        values: { id: 1, owner: 'ann', at: '2024-02-02' },
        insert: { id: 2, owner: 'ann', at: '2024-02-03' },
        update: { owner: 'ann' },
      },
    ],
    { 'app.events': { "ann's": { ann: 'S', bob: '—' } } },
  );
  expect(holesOf(seen)).toEqual(expect.arrayContaining(['bob select app.events_1', 'nobody select app.events_1']));
});

test('a column that may be read shows rows whose key may not', async () => {
  const seen = await ground.look(
    `${TABLE} revoke all on app.notes from $role; grant select (data) on app.notes to $role; create policy p on app.notes using (true);`,
    world,
    { 'app.notes': { "ann's": { ann: '—', bob: '—' } } },
  );
  expect(holesOf(seen)).toEqual(expect.arrayContaining(['ann select app.notes', 'bob select app.notes']));
});

describe('a class of its own', () => {
  const shared: WorldRow[] = [
    ...world,
    {
      table: 'app.notes',
      row: 'shared',
      values: { id: 3, owner: 'ann', title: 's', shared: true },
      insert: { id: 4, owner: 'ann', shared: true },
      update: { title: 't' },
    },
  ];
  const SHARED = `${TABLE} create policy p on app.notes using (owner = app.me()); create policy s on app.notes for select using (shared);`;
  const spec = { 'app.notes': { "ann's": own['app.notes']["ann's"], shared: { ann: 'S I U D', bob: 'S' } } };

  test('makes what it is declared to open no hole', async () => {
    expect(holesOf(await ground.look(SHARED, shared, spec))).toEqual([]);
  });

  test('says nothing of other columns', async () => {
    const seen = await ground.look(
      `${SHARED} create policy t on app.notes for select using (title is null);`,
      shared,
      spec,
    );
    expect(holesOf(seen)).toContain('bob select app.notes title=null');
  });
});

test('a part of a condition that is never true, or never false, is named', async () => {
  const seen = await ground.look(
    `${TABLE} create policy p on app.notes using (owner = app.me() or app.me() = 'root'); create policy q on app.notes using (id is not null and false);`,
    world,
    own,
  );
  expect(undecidedIn(seen)).toEqual(["(app.me() = 'root'::text)", '((id IS NOT NULL) AND false)', '(id IS NOT NULL)']);
});

describe('a condition that is only true where another opens the row', () => {
  const FOLLOWS = `${TABLE} create table app.follows (who text, whom text); grant select on app.follows to $role;`;
  const COMMON = `exists (select from app.follows a join app.follows b using (whom) where a.who = owner and b.who = app.me())`;
  const inSql = `(EXISTS ( SELECT`;

  test.each([
    ['an arm of an OR', `create policy p on app.notes using (owner = app.me() or ${COMMON});`],
    [
      'a policy of its own',
      `create policy p on app.notes using (owner = app.me()); create policy q on app.notes for select using (${COMMON});`,
    ],
  ])('is not evaluated: %s', async (_, policies) => {
    const onlyAnn = await ground.look(
      `${FOLLOWS} insert into app.follows values ('ann', 'x'); ${policies}`,
      world,
      own,
    );
    expect(holesOf(onlyAnn)).toEqual([]);
    expect(undecidedIn(onlyAnn)).toEqual([expect.stringContaining(inSql)]);
    const both = await ground.look(
      `${FOLLOWS} insert into app.follows values ('ann', 'x'), ('bob', 'x'); ${policies}`,
      world,
      own,
    );
    expect(holesOf(both)).toContain('bob select app.notes');
    // Now each owner also follows what the other follows: what owning opens by itself is not seen any more.
    expect(undecidedIn(both)).toEqual(['(owner = app.me())']);
  });

  test('columns are changed together to have it true alone', async () => {
    const seen = await ground.look(
      `${TABLE} create policy p on app.notes using (owner = app.me() or (shared and title is null));`,
      world,
      own,
    );
    expect(holesOf(seen)).toContain('bob select app.notes shared=true::boolean title=null');
    expect(undecidedIn(seen)).toEqual([]);
  });
});

describe('a unique key', () => {
  const OWN = `${TABLE} create policy p on app.notes using (owner = app.me());`;

  test('tells of rows that its caller may not see, where a value can be guessed', async () => {
    const seen = await ground.look(`${OWN} alter table app.notes add constraint one_title unique (title);`, world, own);
    expect(seen.tellings.map(({ caller, key }) => `${caller.name} ${key}`)).toEqual(['bob app.notes (title)']);
  });

  test.each([
    ['with the owner in it', 'alter table app.notes add unique (owner, title);'],
    ['that is none', 'create index on app.notes (title);'],
    ['that only numbers the rows', 'alter table app.notes alter id type bigint;'],
  ])('tells nothing %s', async (_, key) => {
    const seen = await ground.look(OWN + key, world, own);
    expect(seen.tellings.map(({ key: told }) => told)).toEqual([]);
  });
});
