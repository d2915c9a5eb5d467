import { expect, test } from '@jest/globals';
import { withDeclaration } from '../../src/declare/insert.ts';
import type { Declaration } from '../../src/declare/model.ts';

const line: Declaration = { key: 'access', name: 'public.new', value: { any: { me: 'S' } } };
const row: Declaration = { key: 'world', value: { table: 'public.new', values: {} } };
const into = (source: string, declaration: Declaration = line) => withDeclaration('spec.ts', source, declaration);

test('a line goes after the last one of its schema, and before spreads', async () => {
  const source = `export const access: AccessSpec = {
  'public.a': {}, // the first
  // A comment of what follows.
  'private.b': {},
  ...others,
};
`;
  expect(await into(source)).toBe(
    source.replace('// the first\n', "// the first\n  'public.new': { any: { me: 'S' } },\n"),
  );
});

test('a comma is added where the last line has none, before the comment that ends it', async () => {
  expect(await into(`export const access = {\n  'public.a': {} // last\n};\n`)).toBe(
    `export const access = {\n  'public.a': {}, // last\n  'public.new': { any: { me: 'S' } },\n};\n`,
  );
});

test.each([
  ['export const access = {};\n', "export const access = {\n  'public.new': { any: { me: 'S' } },\n};\n"],
  ['export const access = {\n};\n', "export const access = {\n  'public.new': { any: { me: 'S' } },\n};\n"],
  [
    'export const access = { ...others };\n',
    "export const access = {\n  'public.new': { any: { me: 'S' } },\n ...others };\n",
  ],
])('an object without lines gets its first: %j', async (source, expected) => {
  expect(await into(source)).toBe(expected);
});

test('a row goes to the end of a list, after spreads, through satisfies and as const', async () => {
  expect(await into('export const world = [\n  ...users,\n] as const satisfies readonly WorldRow[];\n', row)).toBe(
    "export const world = [\n  ...users,\n  { table: 'public.new', values: {} },\n] as const satisfies readonly WorldRow[];\n",
  );
});

test('a configuration that has its declarations in itself is edited where they are, by path', async () => {
  const source = `const world = [];
export default defineConfig({
  access: { 'public.a': {} },
  queries: {
    sizes: {
      'public.a': { rows: 1 },
    },
  },
  world,
});
`;
  const size: Declaration = { key: 'queries.sizes', name: 'public.new', value: { rows: 100_000 } };
  expect(await into(source, size)).toBe(
    source.replace('rows: 1 },\n', "rows: 1 },\n      'public.new': { rows: 100_000 },\n"),
  );
  expect(await into(source, row)).toBe(
    source.replace('const world = [];', "const world = [\n  { table: 'public.new', values: {} },\n];"),
  );
});

test.each([
  ['a list where lines belong', 'export const access = [];'],
  ['an object that is put together by a call', 'export const access = inBoth({});'],
  ['nothing of that name', 'export const other = {};'],
  ['a constant that another file has', "import { access } from './other.ts';\nexport default { access };"],
  ['a syntax error', 'export const access = {'],
])('%s is left to a person', async (_what, source) => {
  expect(await into(source)).toBeUndefined();
});

test('strings with quotes, long objects and unusual names read back as they were', async () => {
  const value = {
    "owner's": { 'a b': `it's "so" \\ here`, long: 'x'.repeat(90), list: [1, null, true, 'y'.repeat(40)] },
    plain: {},
  };
  const written = await into('export const access = {};\n', { ...line, value });
  const read = (await import(`data:text/javascript,${encodeURIComponent(written ?? '')}`)) as { access: unknown };
  expect(read.access).toEqual({ 'public.new': value });
});
