// The changes of a role's API as a comment shows them.
import { expect, test } from '@jest/globals';
import { apiChangesMarkdown } from '../../../src/graphql/changes/markdown.ts';
import type { ApiChange } from '../../../src/graphql/changes/model.ts';

const change = (level: ApiChange['level'], message = `A ${level} change`): ApiChange => ({
  level,
  path: 'Query',
  message,
  count: 1,
});
const many = (number: number, level: ApiChange['level']) => Array.from({ length: number }, () => change(level));

test('no change is one line', () => {
  expect(apiChangesMarkdown('anon', [])).toBe('**GraphQL, anon**: no change\n');
});

test('a few safe changes are shown; after worse ones they are folded', () => {
  expect(apiChangesMarkdown('anon', many(1, 'safe'))).toBe('**GraphQL, anon**: 1 safe\n\n- safe: A safe change\n');
  expect(apiChangesMarkdown('anon', [change('breaking'), change('safe')])).toBe(
    `**GraphQL, anon**: 1 breaking, 1 safe

- **breaking**: A breaking change

<details><summary>And 1 safe</summary>

- safe: A safe change

</details>
`,
  );
});

test('of many changes the first are shown, and the rest is folded with its levels', () => {
  const text = apiChangesMarkdown('anon', [...many(10, 'breaking'), ...many(20, 'safe')]);
  expect(text).toContain('10 breaking, 20 safe\n');
  expect(text.split('<details>')[0]?.match(/^- /gm)).toHaveLength(8);
  expect(text).toContain('<summary>And 2 breaking, 20 safe</summary>');
});

test('text of the database cannot write Markdown or HTML', () => {
  const text = apiChangesMarkdown('a_b', [
    change('safe', "Description '<b>*x*</b>\n\n- [y](z) `w` & </details>' was added"),
  ]);
  expect(text).toBe(
    "**GraphQL, a\\_b**: 1 safe\n\n- safe: Description '&lt;b>\\*x\\*&lt;/b> - \\[y\\](z) \\`w\\` &amp; &lt;/details>' was added\n",
  );
});
