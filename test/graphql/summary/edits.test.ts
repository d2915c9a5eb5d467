// Whatever changes in a schema changes the page, but for what a rule derives: generated changes of a real schema.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildASTSchema, type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { derive } from '../../../src/graphql/derived/derive.ts';
import { elementsOf } from '../../../src/graphql/derived/elements.ts';
import { apiSummary } from '../../../src/graphql/summary/summary.ts';
import { type Bookshop, bookshop } from '../bookshop.ts';
import { edited, editsOf, type SchemaEdit } from '../schema-edits.ts';

let shop: Bookshop;
let document: DocumentNode;
let page: string;
beforeAll(async () => {
  shop = await bookshop();
  document = parse(shop.sdl);
  page = pageOf([]);
});
afterAll(() => shop?.drop());

const after = (edits: readonly SchemaEdit[]): GraphQLSchema =>
  buildASTSchema(edited(document, edits), { assumeValid: true });
const pageOf = (edits: readonly SchemaEdit[]): string => apiSummary('reader', after(edits));

test('one change changes the page', () => {
  const edits = editsOf(document);
  expect(edits.length).toBeGreaterThan(1000);
  fc.assert(
    fc.property(fc.constantFrom(...edits), (edit) =>
      expect({ edit: edit.title, page: pageOf([edit]) }).not.toEqual({ edit: edit.title, page }),
    ),
    { numRuns: 150 },
  );
});

test('after several changes the page is the same only if nothing but whole orders and filters differ', () => {
  const edits = editsOf(document);
  const isOrderOrFilter = (path: string): boolean => /^\w+(OrderBy|Condition)\.\w+$/.test(path);
  fc.assert(
    fc.property(fc.subarray(edits, { minLength: 2, maxLength: 5 }), (some) => {
      const schema = after(some);
      if (apiSummary('reader', schema) !== page) return;
      const [was, is] = [elementsOf(after([])), elementsOf(schema)];
      const paths = [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path));
      expect(paths.filter((path) => !isOrderOrFilter(path))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('the orders and the filter of a column can go together, and none of them alone', () => {
  const { derived } = derive(after([]));
  const columns = Map.groupBy(
    [...derived].filter(([, { by, column }]) => by === 'index' && column !== undefined),
    ([, { type, column }]) => `${type}.${column}`,
  );
  const removals = new Map(editsOf(document).map((edit) => [edit.title, edit]));
  expect(columns.size).toBeGreaterThan(5);
  for (const elements of columns.values()) {
    const edits = elements.flatMap(([path]) => removals.get(`${path} goes`) ?? []);
    expect(edits).toHaveLength(elements.length);
    expect(pageOf(edits)).toBe(page);
    for (const edit of edits) if (edits.length > 1) expect(pageOf([edit])).not.toBe(page);
  }
});
