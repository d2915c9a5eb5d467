import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compareColumns } from '../../src/access/compare-columns.ts';
import type { AccessSpec, ColumnCommand, Outcome, WorldRow } from '../../src/access/model.ts';
import { type Probed, probed } from './probed.ts';

const note = (table: string, update = 'title'): WorldRow => ({
  table: `app.${table}`,
  row: 'any',
  values: { id: 1, owner: 'me', title: 'hello' },
  insert: { id: 2, owner: 'me', title: 'new' },
  update: { [update]: 'changed' },
});

let it: Probed;

beforeAll(async () => {
  it = await probed(
    (role) => `
    create table app.whole (id int primary key, owner text not null, title text, twice int generated always as (id * 2) stored);
    create table app.nothing (like app.whole including all);
    create table app.some (like app.whole including all);
    create table app.one (like app.whole including all);
    create table app.unreadable (like app.whole including all);
    create table app.mismatch (like app.whole including all);
    create table app.guarded (like app.whole including all);
    grant select, insert, update on app.whole, app.guarded to ${role};
    grant select, insert (id, owner), update (title) on app.some to ${role};
    grant select (id, title), update (title) on app.one to ${role};
    grant update (title) on app.unreadable to ${role};
    grant select, update (owner) on app.mismatch to ${role};
    create function app.refuse() returns trigger language plpgsql as $$ begin raise insufficient_privilege; end $$;
    create trigger refuse before update on app.guarded for each statement execute function app.refuse();
    create view app.seen as select id, title, upper(title) as loud from app.whole;
    grant select, update on app.seen to ${role};
    create table app.base (id int primary key, title text, secret text);
    grant select on app.base to ${role};
    create view app.written with (security_invoker) as select * from app.base;
    create function app.write() returns trigger language plpgsql security definer as $$ begin return new; end $$;
    create trigger write instead of update on app.written for each row execute function app.write();
    grant select, update (title) on app.written to ${role};
    create schema closed;
    create table closed.notes (id int primary key);
    grant select, insert, update on closed.notes to ${role};`,
    {
      world: [
        ...['whole', 'nothing', 'some', 'one', 'unreadable', 'guarded'].map((table) => note(table)),
        note('mismatch'),
      ],
    },
  );
});

afterAll(() => it.drop());

function granted(table: string, command: ColumnCommand): readonly string[] {
  return it.probes.columns.find((grants) => grants.table === table && grants.command === command)?.granted ?? ['?'];
}

function outcome(table: string, command: string): Outcome | undefined {
  return it.probes.cells.find((cell) => cell.table === table && cell.command === command)?.outcome;
}

function compare(spec: AccessSpec) {
  return compareColumns(it.probes.cells, it.probes.columns, spec, it.personas, it.subject.relations);
}

test('a grant on the table is one on every column, and a generated one is not to be written', () => {
  expect(granted('app.whole', 'select')).toEqual(['id', 'owner', 'title', 'twice']);
  expect(granted('app.whole', 'insert')).toEqual(['id', 'owner', 'title']);
  expect(granted('app.whole', 'update')).toEqual(['id', 'owner', 'title']);
});

test('without a grant there is none on any column', () => {
  expect((['select', 'insert', 'update'] as const).flatMap((command) => granted('app.nothing', command))).toEqual([]);
});

test('each column is told apart where only some are granted', () => {
  expect(granted('app.some', 'insert')).toEqual(['id', 'owner']);
  expect(granted('app.some', 'update')).toEqual(['title']);
  expect(granted('app.one', 'select')).toEqual(['id', 'title']);
});

test('a column of a view is found where what it reads may not be updated, and a trigger writes instead', () => {
  expect(granted('app.written', 'update')).toEqual(['title']);
});

test('a column that may be updated is found where nothing may be read', () => {
  expect(granted('app.unreadable', 'update')).toEqual(['title']);
});

test('in a schema that is closed to the role, grants on its tables come to nothing', () => {
  expect(granted('closed.notes', 'select')).toEqual([]);
  expect(granted('closed.notes', 'update')).toEqual([]);
});

test('a trigger that refuses says nothing about the grant, whatever it raises', () => {
  expect(granted('app.guarded', 'update')).toEqual(['id', 'owner', 'title']);
});

test('of a view, the columns that can be written are those that stand for a column', () => {
  const update = it.probes.columns.find(({ table, command }) => table === 'app.seen' && command === 'update');
  expect(update).toMatchObject({ columns: ['id', 'title'], granted: ['id', 'title'] });
});

test('an update is allowed even where the world tries a column that is not granted, while another one is', () => {
  expect(outcome('app.mismatch', 'update')).toBe('allowed');
});

test('what was lent to find that out is given back: the role still may not read', async () => {
  expect(granted('app.unreadable', 'select')).toEqual([]);
  expect(outcome('app.unreadable', 'select')).toBe('no grant');
});

test('columns that are as declared hold', () => {
  const spec = { 'app.some': { any: { me: 'S I(id, owner) U(title)', you: 'S I(owner,id) U( title )' } } };
  expect(compare(spec)).toEqual({ deviations: [], notEvaluated: [] });
});

test('a column that is open and not declared deviates, once for all personas, with a statement that shows it', () => {
  const line = 'S(id, title, owner, twice) I(id, title) U(title)';
  const { deviations } = compare({ 'app.whole': { any: { me: line, you: line } } });
  expect(deviations).toMatchObject([
    { where: 'me, you · insert · app.whole (any).owner', expected: 'denied', seen: 'allowed' },
    { where: 'me, you · update · app.whole (any).id, owner', expected: 'denied', seen: 'allowed' },
  ]);
  expect(deviations[1]?.evidence).toContain('update app.whole set id = null, owner = null where false;');
});

test('a column that is declared and closed deviates', () => {
  const { deviations } = compare({ 'app.some': { any: { me: 'S I(id, owner) U', you: '—' } } });
  expect(deviations).toMatchObject([
    { where: 'me · update · app.some (any).id, owner', expected: 'allowed', seen: 'no grant' },
  ]);
});

test('a column that is declared and is not there, or cannot be written, deviates', () => {
  const { deviations } = compare({ 'app.whole': { any: { me: 'S I U(id, owner, title, twice, tilte)', you: '—' } } });
  expect(deviations).toMatchObject([
    { where: 'me · update · app.whole (any).twice, tilte', seen: 'there are none of that name' },
  ]);
});

test('columns that were not probed are not evaluated, and never a pass', () => {
  const spec = { 'app.some': { any: { me: 'S', you: '—' } } };
  const { notEvaluated } = compareColumns(it.probes.cells, [], spec, it.personas, it.subject.relations);
  expect(notEvaluated).toMatchObject([{ where: 'me · select · app.some (any), its columns' }]);
});
