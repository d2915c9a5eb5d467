import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AccessSpec, WorldRow } from '../../src/access/model.ts';
import { probeSeeded } from '../../src/access/probe.ts';
import { withWorld } from '../../src/access/seeded.ts';
import { type Probed, probed } from './probed.ts';

const world: WorldRow[] = ['notes', 'letters'].map((table) => ({
  table: `app.${table}`,
  row: 'mine',
  values: { id: 1, owner: 'me' },
  insert: { id: 2, owner: 'me' },
  update: { owner: 'you' },
}));
const access: AccessSpec = {
  'app.notes': { mine: { me: 'S I U D', you: '—' } },
  'app.letters': { mine: { me: 'S', you: '—' } },
};

let all: Probed;

beforeAll(async () => {
  all = await probed(
    (role) => `
      create table app.notes (id int primary key, owner text);
      create table app.letters (id int primary key, owner text);
      grant all on app.notes, app.letters to ${role};
      alter table app.notes enable row level security;
      alter table app.letters enable row level security;
      create policy own on app.notes to ${role} using (owner = current_setting('test.me', true));
      create policy everything on app.letters to ${role} using (true);
      create function app.one() returns int language sql as 'select 1';
      create function app.two() returns int language sql as 'select 2';`,
    { world },
  );
});

afterAll(() => all.drop());

const probeTwice = (scope: Parameters<typeof probeSeeded>[5]) =>
  withWorld(all.database.client, all.subject, world, async (seeded) => {
    const { database, subject, personas } = all;
    const narrow = () => probeSeeded(database.client, subject, seeded, personas, { access }, scope);
    return [await narrow(), await narrow()] as const;
  });

test('a narrowed proof gives the cells that the complete one gives, and no others, as often as it is asked', async () => {
  const [once, again] = await probeTwice({ relations: new Set(['app.notes']), personas: new Set(['you']) });
  const own = all.probes.cells.filter(({ table, persona }) => table === 'app.notes' && persona === 'you');
  expect(own).not.toEqual([]);
  expect(once.cells).toEqual(own);
  expect(again).toEqual(once);
});

test('holes are found in the wanted tables only, by the personas who are asked', async () => {
  const [{ sets }] = await probeTwice({ relations: new Set(['app.letters']) });
  expect(new Set(sets.holes.map(({ table }) => table))).toEqual(new Set(['app.letters']));
  expect(sets.holes.some(({ caller }) => caller.name === 'you')).toBe(true);
  const [{ sets: mine }] = await probeTwice({ relations: new Set(['app.letters']), personas: new Set(['me']) });
  expect(mine.holes.some(({ caller }) => caller.name === 'you')).toBe(false);
});

test('only the wanted functions are called, and schemas are left out on demand', async () => {
  const [{ functions, privileges }] = await probeTwice({ functions: new Set(['app.one()']), objects: false });
  expect(new Set(functions.map(({ signature }) => signature))).toEqual(new Set(['app.one()']));
  expect(privileges.filter(({ object }) => object === 'app')).toEqual([]);
});
