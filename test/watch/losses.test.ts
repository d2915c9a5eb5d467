import { expect, test } from '@jest/globals';
import type { SchemaChange } from '../../src/graphql/diff.ts';
import { changedObjects, lossesOf } from '../../src/watch/losses.ts';

const removed = (path: string): SchemaChange => ({ criticality: 'BREAKING', path, message: `'${path}' was removed.` });
const added: SchemaChange = { criticality: 'NON_BREAKING', path: 'Note', message: "Type 'Note' was added." };

test('what breaks clients of a role deviates, once for all roles that lose the same', () => {
  const changes = [removed('Video.title'), added];
  const [loss, ...others] = lossesOf(
    [
      { role: 'anon', changes },
      { role: 'authenticated', changes },
      { role: 'service_role', changes: [added] },
    ],
    [],
  );
  expect(others).toEqual([]);
  expect(loss).toMatchObject({ where: 'GraphQL of anon, authenticated', seen: "'Video.title' was removed." });
});

test('what is declared deviates no more, and other losses of the same role still do', () => {
  const changes = [removed('ChatMessage'), removed('Query.chatMessages'), removed('Video.title')];
  expect(lossesOf([{ role: 'anon', changes }], ['public.chat_messages']).map(({ seen }) => seen)).toEqual([
    "'Video.title' was removed.",
  ]);
});

test('of many losses the first are shown, and the number of the others', () => {
  const changes = Array.from({ length: 9 }, (_, at) => removed(`Video.field${at}`));
  expect(lossesOf([{ role: 'anon', changes }], [])[0]?.seen).toMatch(/field4' was removed\. … and 4 more$/);
});

test('declared is what has another line, or none any more, in the page of access', () => {
  const before = '| table | rows |\n| public.a | S I |\n| public.b | S |\n| public.c | S |';
  expect(changedObjects(before, '| table | rows |\n| public.a | S – |\n| public.b | S |\n| public.d | S |')).toEqual([
    'public.a',
    'public.c',
  ]);
});
