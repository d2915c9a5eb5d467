import { describe, expect, test } from '@jest/globals';
import { compare } from '../../src/structure/compare.ts';
import type { StructureObject, StructurePart } from '../../src/structure/model.ts';
import { leftoversIn, withoutLeftovers } from '../../src/watch/leftovers.ts';

const table = (name: string, parts: readonly StructurePart[] = [], kind = 'table'): StructureObject => ({
  kind,
  name,
  properties: [{ name: 'row level security', value: null }],
  parts,
});
const part = (kind: string, name: string, ...properties: string[]): StructurePart => ({
  kind,
  name,
  properties: properties.map((property) => ({ name: property, value: null })),
});

/** The statements that take back what a text does not make. */
const undone = (before: StructureObject[], after: StructureObject[], text: string, committed = '') =>
  leftoversIn(compare(before, after), text, committed).map(({ undo }) => undo);

const chats = table('public.chats');

describe('what the text of current.sql nowhere names is left over, with the statement that takes it back', () => {
  test.each([
    ['a table', table('public.notes'), 'drop table public.notes;'],
    ['a view', table('public.notes', [], 'view'), 'drop view public.notes;'],
    ['a function', { ...table('public.f(uuid)', [], 'function') }, 'drop function public.f(uuid);'],
  ])('%s', (_what, object, undo) => {
    expect(undone([chats], [chats, object], 'select 1;')).toEqual([undo]);
  });

  test.each([
    ['a policy', part('policy', '"open to all"'), 'drop policy "open to all" on public.chats;'],
    ['an index', part('index', 'idx_chats_title'), 'drop index public.idx_chats_title;'],
    ['a trigger', part('trigger', 'touch'), 'drop trigger touch on public.chats;'],
    ['a column', part('column', 'note'), 'alter table public.chats drop column note;'],
    ['a grant', part('grant to', 'anon', 'SELECT', 'INSERT'), 'revoke SELECT, INSERT on public.chats from anon;'],
  ])('%s', (_what, added, undo) => {
    expect(undone([chats], [table('public.chats', [added])], '')).toEqual([undo]);
  });

  test('a grant that was revoked, and row level security that was disabled', () => {
    const granted = table('public.chats', [part('grant to', 'anon', 'SELECT')]);
    expect(undone([granted], [chats], '')).toEqual(['grant SELECT on public.chats to anon;']);
    expect(undone([chats], [{ ...chats, properties: [] }], '')).toEqual([
      'alter table public.chats enable row level security;',
    ]);
  });

  test('a column that was dropped, for which there is no statement', () => {
    expect(undone([table('public.chats', [part('column', 'note')])], [chats], 'select 1;')).toEqual([undefined]);
  });
});

describe('what the text may have made is not left over', () => {
  const policy = table('public.chats', [part('policy', '"open to all"')]);
  test.each([
    ['it names the object', [chats], [chats, table('public.notes')], 'create table public.notes ();'],
    [
      'it names it in a string',
      [chats],
      [policy],
      `do $$ begin execute 'create policy "open to all" on chats'; end $$;`,
    ],
    [
      'it revokes from all',
      [table('public.chats', [part('grant to', 'anon', 'SELECT')])],
      [chats],
      'revoke all on all tables in schema public from anon;',
    ],
    [
      'the name is PostgreSQL’s own choice',
      [chats],
      [table('public.chats', [part('constraint', 'chats_id_fkey')])],
      'alter table chats add foreign key (id) references b;',
    ],
    ['it drops in a cascade', [chats, table('public.v', [], 'view')], [chats], 'drop table a cascade;'],
  ])('since %s', (_why, before, after, text) => {
    expect(undone(before, after, text)).toEqual([]);
  });

  test('since a committed migration names it, and the structure is older', () => {
    expect(undone([chats], [chats, table('public.notes')], '', 'create table public.notes ();')).toEqual([]);
  });
});

test('findings about what is left over are left out, unless the text names the object', () => {
  const finding = (where: string) => ({ check: 'access' as const, where, expected: '', seen: '', fix: '' });
  const findings = {
    deviations: [
      finding('public.notes'),
      finding('anon · select · public.notes (any)'),
      finding('public.notes.body · table-comment'),
      finding("anon · select · public.notes_of_others (owner's)"),
    ],
    notEvaluated: [],
  };
  const leftovers = [{ object: 'public.notes', is: '', undo: undefined }];
  expect(withoutLeftovers(findings, leftovers, 'select 1;').deviations.map(({ where }) => where)).toEqual([
    "anon · select · public.notes_of_others (owner's)",
  ]);
  expect(withoutLeftovers(findings, leftovers, 'alter table public.notes …').deviations).toHaveLength(4);
});
