import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { invariants } from '../../support/invariants.ts';

test('docs/invariants.md lists every invariant with its sentence, and no other', async () => {
  const page = readFileSync('docs/invariants.md', 'utf8');
  const listed = [...page.matchAll(/^\| \[([a-z-]+)\]\(\.\.\/spec\/invariants\/[a-z-]+\.sql\) +\| (.+?) +\|$/gm)].map(
    ([, id, sentence]) => ({ id, sentence }),
  );
  expect(listed).toEqual((await invariants()).map(({ id, sentence }) => ({ id, sentence })));
});
