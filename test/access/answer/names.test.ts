import { expect, test } from '@jest/globals';
import { personaNamed, relationNamed } from '../../../src/access/answer/names.ts';
import type { Relation } from '../../../src/catalog/relations.ts';

const relations = [
  'public.chat_messages',
  'old.chat_messages',
  'old.notes',
  'older.notes',
  'private.only_here',
  'public.b.c',
].map((id) => {
  const [schema = '', ...rest] = id.split('.');
  return { id, schema, name: rest.join('.') } as Relation;
});
const find = (name: string): string => relationNamed(name, relations, ['public']).id;

test('a name without schema is that of the API schema, or else of the only relation that has it', () => {
  expect(find('chat_messages')).toBe('public.chat_messages');
  expect(find('only_here')).toBe('private.only_here');
  expect(find('old.chat_messages')).toBe('old.chat_messages');
});

test('a quoted name finds what has a dot in it', () => {
  expect(find('public."b.c"')).toBe('public.b.c');
});

test('a name of several relations outside of the API schema is refused, with all of them', () => {
  expect(() => find('notes')).toThrow('"notes" names 2 relations: old.notes, older.notes. Write the schema too.');
});

test('a name of no relation is refused with the near ones', () => {
  expect(() => find('chat_mesages')).toThrow(/Near it: public\.chat_messages, old\.chat_messages\./);
  expect(() => find('public.chat_mesages')).toThrow(/Near it: public\.chat_messages/);
  expect(() => find('messages')).toThrow(/Near it: public\.chat_messages/);
  expect(() => find('zzz')).toThrow('Add its schema to `proven`, or correct the name.');
});

test('a persona that is none is refused with the near ones and all others', () => {
  const personas = ['owner', 'stranger'].map((name) => ({ name, role: 'user', settings: {} }));
  expect(personaNamed('owner', personas).name).toBe('owner');
  expect(() => personaNamed('ownr', personas)).toThrow('Did you mean owner? The personas are: owner, stranger.');
  expect(() => personaNamed('x', personas)).toThrow('There is no persona "x". The personas are: owner, stranger.');
});
