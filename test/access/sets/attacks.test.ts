// Databases with a hole that is narrower than what the world shows: each is a hole, or a condition that was not evaluated.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compareSets } from '../../../src/access/compare-sets.ts';
import type { AccessSpec, WorldRow } from '../../../src/access/model.ts';
import type { TableHole } from '../../../src/access/sets/probe-sets.ts';
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
    size int not null default 5, tags text[] not null default '{}', data jsonb not null default '{}'
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
const only = (ann: string, bob = '—'): AccessSpec => ({ 'app.notes': { "ann's": { ann, bob } } });
const READ = 'create policy r on app.notes for select using (owner = app.me());';

describe('an OR that the owner of a row makes true hides nothing from others', () => {
  test.each([
    ['within an AND', "owner = app.me() or shared and (owner = app.me() or title = 'welcome')"],
    ['in each part of an AND', "(shared or owner = app.me()) and (title = 'welcome' or owner = app.me())"],
  ])('%s', async (_, condition) => {
    const seen = await ground.look(
      `${TABLE} create policy p on app.notes using (${condition});`,
      world,
      only('S I U D'),
    );
    expect(holesOf(seen)).toContain("bob select app.notes shared=true::boolean title='welcome'::text");
  });
});

describe('a row of which a copy is refused, and the row itself could have the value', () => {
  /** All rows but the first go through it. */
  const trigger = (body: string): string => `
    alter table app.notes add column code text not null unique default '1';
    create function app.before_insert() returns trigger language plpgsql as $$ begin
      if (select count(*) from app.notes) = 0 then return new; end if;
      ${body} end $$;
    create trigger before_insert before insert on app.notes for each row execute function app.before_insert()`;
  const limit = (most: number): string => `
    create function app.limit_notes() returns trigger language plpgsql as $$
      begin
        if (select count(*) from app.notes where owner = new.owner) >= ${most} then raise 'too many' using errcode = 'PT402'; end if;
        return new;
      end $$;
    create trigger limit_notes before insert on app.notes for each row execute function app.limit_notes();`;
  test.each([
    [
      'since a check says how a unique text is written',
      `alter table app.notes add unique (title), add check (title ~ '^[a-z]$')`,
    ],
    [
      'since a check of a domain does',
      `create domain app.word as text check (value ~ '^[a-z]$');
      alter table app.notes alter title type app.word, add unique (title)`,
    ],
    ['since a unique text has a length', 'alter table app.notes alter title type varchar(1), add unique (title)'],
    [
      'since a check limits a number',
      'alter table app.notes add column slot int not null unique default 1 check (slot <= 1)',
    ],
    ['since a number has a range', `alter table app.notes add column slot smallint not null unique default 32767`],
    [
      'since a check compares moments',
      `alter table app.notes add column starts date not null unique default '2500-01-01' check (starts <= '2500-01-01')`,
    ],
    ['since a trigger reads a number in a unique text', trigger(`perform new.code::int; return new;`)],
    [
      'since a trigger refers to a row by a unique text',
      `create table app.codes (code text primary key); insert into app.codes values ('1');
      create table app.uses (code text references app.codes); ${trigger('insert into app.uses values (new.code); return new;')}`,
    ],
    ['since a trigger does away with it', trigger(`return null;`)],
    ['since a trigger makes something else of it', trigger(`new.state := 'draft'; return new;`)],
    ['since a trigger allows few rows', limit(3)],
    ['since a trigger allows one row', limit(1)],
  ])('%s', async (_, sql) => {
    const seen = await ground.look(
      `${TABLE} create policy p on app.notes using (owner = app.me() or state = 'shared'); ${sql};`,
      world,
      only('S I U D'),
    );
    expect(holesOf(seen)).toContain("bob select app.notes state='shared'::app.state");
  });
});

test('a restrictive policy that is too wide opens it', async () => {
  const seen = await ground.look(
    `${TABLE} create policy p on app.notes using (true);
     create policy q on app.notes as restrictive using (owner = app.me() or state = 'shared');`,
    world,
    only('S I U D'),
  );
  expect(holesOf(seen)).toContain("bob select app.notes state='shared'::app.state");
});

test('a CASE in a condition opens it', async () => {
  const seen = await ground.look(
    `${TABLE} create policy p on app.notes using (case when state = 'shared' then true else owner = app.me() end);`,
    world,
    only('S I U D'),
  );
  expect(holesOf(seen)).toContain("bob select app.notes state='shared'::app.state");
});

test('a definer function in a condition opens it', async () => {
  const seen = await ground.look(
    `${TABLE} create function app.open(n app.notes) returns boolean language sql security definer as $$ select n.state = 'shared' $$;
     create policy p on app.notes using (owner = app.me() or app.open(notes));`,
    world,
    only('S I U D'),
  );
  expect(holesOf(seen)).toContain("bob select app.notes state='shared'::app.state");
});

describe('a WITH CHECK that lets anything through in one state', () => {
  test('of a row that is inserted', async () => {
    const seen = await ground.look(
      `${TABLE} ${READ} create policy i on app.notes for insert with check (owner = app.me() or state = 'shared');`,
      world,
      only('S I'),
    );
    expect(holesOf(seen)).toEqual([
      "ann insert app.notes state='shared'::app.state owner='bob'",
      "bob insert app.notes state='shared'::app.state",
      "nobody insert app.notes state='shared'::app.state",
    ]);
  });

  test('of two columns', async () => {
    const seen = await ground.look(
      `${TABLE} ${READ} create policy i on app.notes for insert with check (owner = app.me() or shared and title = 'welcome');`,
      world,
      only('S I'),
    );
    expect(holesOf(seen)).toContain("bob insert app.notes shared=true::boolean title='welcome'::text");
  });

  test('of a row that its owner gives away', async () => {
    const seen = await ground.look(
      `${TABLE} create policy r on app.notes for select using (true);
       create policy u on app.notes for update using (owner = app.me()) with check (owner = app.me() or state = 'shared');`,
      world,
      only('S U', 'S'),
    );
    expect(holesOf(seen)).toEqual(["ann update app.notes state='shared'::app.state owner='bob'"]);
  });

  test('says nothing where it holds to the owner', async () => {
    const seen = await ground.look(
      `${TABLE} create policy p on app.notes using (owner = app.me()) with check (owner = app.me() and state <> 'done');`,
      world,
      only('S I U D'),
    );
    expect(holesOf(seen)).toEqual([]);
  });
});

test('an update of a column that refuses null in its type reaches rows all the same', async () => {
  const seen = await ground.look(
    `${TABLE} ${READ} create domain app.label as text not null; alter table app.notes add label app.label default 'x';
     revoke all on app.notes from $role; grant select, update (label) on app.notes to $role;
     create policy u on app.notes for update using (owner = app.me() or state = 'shared');`,
    world,
    only('S U(label)'),
  );
  expect(holesOf(seen)).toContain("bob update app.notes state='shared'::app.state");
});

describe('what no row decides is not evaluated', () => {
  test.each([
    ['a threshold', 'size > 100', '(size > 100)'],
    ['an element of an array', "'x' = any(tags)", "('x'::text = ANY (tags))"],
    ['a JSON object in another', `data @> '{"a": {"b": "c"}}'`, `(data @> '{"a": {"b": "c"}}'::jsonb)`],
    ['a condition that fails for some row', '1 / size > 3', '((1 / size) > 3)'],
  ])('%s', async (_, condition, node) => {
    const seen = await ground.look(
      `${TABLE} create policy p on app.notes using (owner = app.me() or ${condition});`,
      world,
      only('S I U D'),
    );
    expect(undecidedIn(seen)).toContain(node);
  });

  test('an alternative within a subquery', async () => {
    const seen = await ground.look(
      `${TABLE} create table app.members (id int primary key, note int, who text, kind text); grant select on app.members to $role;
       create policy p on app.notes for select using (exists (
         select 1 from app.members m where m.note = notes.id and (m.who = app.me() or m.kind = 'viewer')));`,
      [...world, { table: 'app.members', values: { id: 1, note: 1, who: 'ann', kind: 'own' } }],
      only('S'),
    );
    expect(undecidedIn(seen).map((node) => node.replaceAll(/\s+/g, ' '))).toEqual([
      "(EXISTS ( SELECT 1 FROM app.members m WHERE ((m.note = notes.id) AND (m.kind = 'viewer'::text))))",
    ]);
  });

  test('what a persona sees whose statement fails, though the condition was true and false for others', async () => {
    const seen = await ground.look(
      `${TABLE} create policy p on app.notes using (
         owner = app.me() or case when app.me() = 'bob' then 10 / size > 100 or state = 'shared' else title = 'zz' and app.me() is null end);`,
      world,
      only('S I U D'),
    );
    const { notEvaluated } = compareSets(seen, new Set(), {});
    expect(notEvaluated.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['bob · select · app.notes, rows that the world does not have']),
    );
  });
});

const EVENTS = `create table app.events (id int, owner text not null, at date not null, primary key (id, at)) partition by range (at);
  create table app.events_1 partition of app.events for values from ('2024-01-01') to ('2025-01-01') partition by range (at);
  create table app.events_11 partition of app.events_1 for values from ('2024-01-01') to ('2024-07-01');
  alter table app.events enable row level security; create policy p on app.events using (owner = app.me());
  grant select on app.events, app.events_11 to $role;`;

test('a partition of a partition is asked about by its own name', async () => {
  const values = { id: 1, owner: 'ann', at: '2024-02-02' };
  const event = { table: 'app.events', row: "ann's", values, insert: { ...values, id: 2 }, update: { owner: 'ann' } };
  const spec = { 'app.events': { "ann's": { ann: 'S', bob: '—' } } };
  expect(holesOf(await ground.look(EVENTS, [event], spec))).toContain('bob select app.events_11');
  const closed = `${EVENTS} alter table app.events_11 enable row level security;`;
  expect(holesOf(await ground.look(closed, [event], spec))).toEqual([]);
});

test('a key tells nothing when another one refuses the row first', async () => {
  const [row] = world;
  const twice = [{ ...row, insert: { id: 1, owner: 'ann', title: 'b' } } as WorldRow];
  const seen = await ground.look(
    `${TABLE} create policy p on app.notes using (owner = app.me()); alter table app.notes add unique (title);`,
    twice,
    only('S I U D'),
  );
  expect(seen.tellings).toEqual([]);
});

describe('a hole of a persona and of nobody in particular', () => {
  const row = { id: '1 (0,1)', row: "ann's", stored: {}, where: 'id = 1', before: [] };
  const hole = { command: 'select', table: 'app.notes', row, statement: 'select' } as const;
  const bob = { name: 'bob', role: 'client', settings: {}, kind: 'persona' } as const;
  const nobody = { name: 'client without settings', role: 'client', settings: {}, kind: 'automatic' } as const;
  const whereOf = (holes: TableHole[]): string[] =>
    compareSets({ holes, tellings: [], coverage: [], failed: [], asked: 1 }, new Set(['app.notes']), {}).deviations.map(
      ({ where }) => where,
    );

  test('is the cell of the persona', () => {
    expect(whereOf([{ ...hole, caller: bob }])).toEqual([]);
    expect(
      whereOf([
        { ...hole, caller: bob },
        { ...hole, caller: nobody },
      ]),
    ).toEqual([]);
  });

  test('is told of nobody when it is theirs alone, or of another role', () => {
    expect(whereOf([{ ...hole, caller: nobody }])).toEqual(["client without settings · select · app.notes (ann's)"]);
    expect(
      whereOf([
        { ...hole, caller: { ...bob, role: 'other' } },
        { ...hole, caller: nobody },
      ]),
    ).toHaveLength(1);
  });
});

test('what an owner makes of a row does not hide that nobody in particular can write it', () => {
  const row = {
    id: '1 (0,1)',
    row: "ann's",
    stored: {},
    where: 'id = 1',
    before: [],
    variant: { changes: { owner: "'bob'" } },
  };
  const hole = { command: 'update', table: 'app.notes', row, statement: 'update' } as const;
  const holes: TableHole[] = [
    { ...hole, caller: { name: 'ann', role: 'client', settings: {}, kind: 'persona' }, makes: true },
    { ...hole, caller: { name: 'client without settings', role: 'client', settings: {}, kind: 'automatic' } },
  ];
  const { deviations } = compareSets({ holes, tellings: [], coverage: [], failed: [], asked: 2 }, new Set(), {});
  expect(deviations.map(({ where }) => where)).toEqual([
    "ann · update · app.notes (ann's), setting (owner = 'bob')",
    "client without settings · update · app.notes (ann's, with owner = 'bob')",
  ]);
});
