// The page of a role's API leaves out what follows from a rule, and nothing else.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { diffLines } from 'diff';
import { buildSchema, Kind, parse, print, visit } from 'graphql';
import { apiSummary } from '../../../src/graphql/summary/summary.ts';
import { type Bookshop, bookshop } from '../bookshop.ts';

let shop: Bookshop;
beforeAll(async () => {
  shop = await bookshop();
});
afterAll(() => shop?.drop());

const pageOf = (sdl: string): string => apiSummary('reader', buildSchema(sdl));

/** The lines of the page that a change takes away (-) and adds (+). */
const difference = (before: string, after: string): string[] =>
  diffLines(pageOf(before), pageOf(after)).flatMap(({ added, removed, value }) => {
    const lines = value.split('\n').filter((line) => line.trim() !== '');
    return added || removed ? lines.map((line) => `${added ? '+' : '-'} ${line.trim()}`) : [];
  });

test('the page of a small API', async () => {
  const [, ...sections] = pageOf(shop.sdl).split(/^(?=## )/m);
  expect(sections.join('')).toBe(await readFile('test/graphql/summary/bookshop.txt', 'utf8'));
});

test('the page of a schema is that of its text', () => {
  expect(apiSummary('reader', shop.schema)).toBe(pageOf(shop.sdl));
});

test('the page is the same whatever the order of the schema, and without descriptions', () => {
  const backwards = visit(parse(shop.sdl), {
    leave: (node) => ({
      ...node,
      ...('description' in node ? { description: undefined } : {}),
      ...('definitions' in node ? { definitions: node.definitions.toReversed() } : {}),
      ...('fields' in node && node.fields ? { fields: node.fields.toReversed() } : {}),
      ...('values' in node && node.kind === Kind.ENUM_TYPE_DEFINITION ? { values: node.values?.toReversed() } : {}),
      ...(node.kind === Kind.FIELD_DEFINITION ? { arguments: node.arguments?.toReversed() } : {}),
    }),
  });
  expect(print(backwards)).toMatch(/type Book [^}]*title[^}]*author:/);
  expect(pageOf(print(backwards))).toBe(pageOf(shop.sdl));
});

test.each([
  ['an index', 'create index on api.books (sold_7_days)'],
  ['an index on several columns, one of an enum', 'create index on api.authors (name, mood)'],
  ['the first index of a table', 'create index on api.visits (seen)'],
  ['an index that goes', 'drop index api.authors_born_idx'],
  ['a comment', "comment on table api.books is 'What we sell.'"],
])('%s changes the schema and not the page', async (_, statements) => {
  const { before, after } = await shop.change(statements);
  expect(after).not.toBe(before);
  expect(difference(before, after)).toEqual([]);
});

test.each([
  ['a column', 'alter table api.visits add note text', '+ note: String'],
  [
    'a required column',
    'alter table api.visits add place text not null',
    '- # create: every column | + # create: every column; required: place | + place: String!',
  ],
  [
    'a column that may be set',
    'grant update (isbn) on api.books to :role',
    '- # update: only sold7Days, title | + # update: every column but authorId, rowId',
  ],
  [
    'a column that may no longer be set when a row is made',
    'revoke insert on api.visits from :role; grant insert (seen) on api.visits to :role',
    '- # create: every column; required: place | + # create: only seen',
  ],
  ['rows that may no longer be deleted', 'revoke delete on api.books from :role', '- # delete'],
  [
    'a key',
    'alter table api.books add unique (sold_7_days)',
    '- # by rowId (primary key), authorId + title, isbn, id | + # by rowId (primary key), authorId + title, isbn, sold7Days, id',
  ],
  [
    'a value of an enum',
    "alter type api.mood add value 'sleepy'",
    '- enum Mood { bad good mixed } | + enum Mood { bad good mixed sleepy }',
  ],
  [
    'a query',
    "create function api.worst(how_many int) returns setof api.books language sql stable as 'select * from api.books'",
    '+ worst(howMany: Int, →): BookConnection',
  ],
  [
    'a mutation',
    "create function api.forget(book_id int) returns boolean language sql volatile as 'select true'",
    '+ forget(bookId: Int): { result: Boolean }',
  ],
  [
    'a deprecation',
    "comment on column api.books.title is '@deprecated see name'",
    '- title: String! | + title: String! @deprecated(reason: "see name")',
  ],
  [
    'a column that can be filtered by and not ordered',
    "comment on column api.books.author_id is '@behavior -orderBy'",
    '+ # BookOrderBy: without AUTHOR_ID_ASC, AUTHOR_ID_DESC',
  ],
  [
    'a column that can be ordered by and not filtered',
    "comment on column api.books.author_id is '@behavior -filterBy'",
    '- # BookOrderBy: without AUTHOR_ID_ASC, AUTHOR_ID_DESC | + # BookCondition: without authorId: Int',
  ],
  [
    'a column that may be looked up by and not read',
    'revoke select (isbn) on api.books from :role; revoke insert, update, delete on api.books from :role',
    '+ bookByIsbn(isbn: String!): Book | - # by rowId (primary key), authorId + title, isbn, sold7Days, id | - # create: every column but rowId; required: authorId, title; and cost: Int | - # update: every column but authorId, rowId | + # by rowId (primary key), authorId + title, sold7Days, id | - isbn: String',
  ],
])('%s is told on the page', async (_, statements, lines) => {
  const { before, after } = await shop.change(statements);
  expect(difference(before, after).join(' | ')).toBe(lines);
});
