// A role's API before and after a migration: each change with what it does to clients, derived ones in one line.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ApiChange, apiChanges } from '../../../src/graphql/changes/changes.ts';
import { diffSchemas } from '../../../src/graphql/diff.ts';
import { type Bookshop, bookshop } from '../bookshop.ts';

let shop: Bookshop;
beforeAll(async () => {
  shop = await bookshop();
});
afterAll(() => shop?.drop());

const short = ({ level, path, count }: ApiChange): string => `${level} ${path}${count > 1 ? ` ×${count}` : ''}`;

test.each([
  ['an added nullable column', 'alter table api.authors add web text', ['safe Author.web ×2', 'safe Author.web']],
  [
    'an added column that is required',
    'alter table api.visits add place text not null',
    ['breaking VisitInput.place', 'safe Visit.place'],
  ],
  [
    'a renamed column',
    'alter table api.authors rename web to site',
    ['breaking Author.web ×4', 'breaking Author.web', 'safe Author.site'],
  ],
  [
    'a dropped column that the API shows',
    'alter table api.authors drop site',
    ['breaking Author.site ×2', 'breaking Author.site'],
  ],
  ['an index', 'create index on api.books (sold_7_days)', ['safe Book ×3']],
  ['an index on several columns', 'create index on api.authors (name, mood)', ['safe Author ×4']],
  ['the first index of a table', 'create index on api.visits (seen)', ['dangerous Visit ×4']],
  ['an index that goes', 'drop index api.authors_born_idx', ['breaking Author ×3']],
  [
    'a column of another type',
    'alter table api.books alter sold_7_days type bigint',
    ['breaking Book.sold7Days ×3', 'breaking Book.sold7Days'],
  ],
  ['a key', 'alter table api.books add unique (sold_7_days)', ['safe Book ×5']],
  [
    'a column that is no longer null',
    'alter table api.authors alter born set not null',
    ['breaking AuthorInput.born', 'safe Author.born'],
  ],
  [
    'a column that may be null now',
    'alter table api.authors alter name drop not null',
    ['breaking Author.name', 'safe AuthorInput.name'],
  ],
  ['an added value of an enum', "alter type api.mood add value 'sleepy'", ['dangerous Mood.sleepy']],
  [
    'a removed value of an enum',
    `alter type api.mood rename to older; create type api.mood as enum ('good', 'mixed', 'sleepy');
     alter table api.authors alter mood drop default, alter mood type api.mood using 'good', alter mood set default 'good';
     drop type api.older`,
    ['breaking Mood.bad'],
  ],
  [
    'a new function',
    "create function api.worst(how_many int) returns setof api.books language sql stable as 'select * from api.books'",
    ['safe Query.worst'],
  ],
  [
    'a new function that writes',
    "create function api.forget(book_id int) returns boolean language sql volatile as 'select true'",
    ['safe Mutation.forget ×2', 'safe Mutation.forget'],
  ],
  [
    'an argument that is required now',
    "create or replace function api.best(how_many int) returns setof api.books language sql stable strict as 'select * from api.books limit how_many'",
    ['breaking Query.best.howMany'],
  ],
  [
    'an argument that may be left out again',
    "create or replace function api.best(how_many int) returns setof api.books language sql stable as 'select * from api.books limit how_many'",
    ['safe Query.best.howMany'],
  ],
  [
    'a function body',
    "create or replace function api.best(how_many int) returns setof api.books language sql stable as 'select * from api.books'",
    [],
  ],
  ['a policy', 'create policy wide on api.books for select using (true)', []],
  ['a column that may be set', 'grant update (isbn) on api.books to :role', ['safe BookPatch.isbn']],
  [
    'rows that may no longer be deleted',
    'revoke delete on api.books from :role',
    ['breaking Mutation.deleteBook ×10', 'breaking Mutation.deleteBook'],
  ],
  [
    'a deprecated column',
    "comment on column api.books.title is '@deprecated see name'",
    ['safe Book.title.@deprecated'],
  ],
  [
    'a new table',
    'create table api.notes (id int primary key, words text); grant select, insert on api.notes to :role',
    ['safe Mutation.createNote', 'safe Note ×9', 'safe Note', 'safe Query.notes'],
  ],
  [
    'a renamed table',
    'alter table api.notes rename to remarks',
    [
      'breaking Mutation.createNote',
      'breaking Note ×18',
      'breaking Note',
      'breaking Query.notes',
      'safe Mutation.createRemark',
      'safe Query.remarks',
      'safe Remark',
    ],
  ],
  [
    'a dropped table',
    'drop table api.remarks',
    ['breaking Mutation.createRemark', 'breaking Query.remarks', 'breaking Remark ×9', 'breaking Remark'],
  ],
])('%s', async (_, statements, expected) => {
  const { before, after } = await shop.change(statements);
  const changes = await apiChanges(before, after);
  expect(changes.map(short)).toEqual(expected);
  const lost = (await diffSchemas(before, after)).filter(
    ({ criticality, path = '' }) =>
      criticality === 'BREAKING' &&
      !changes.some(({ level, path: of, message }) => level === 'breaking' && (of === path || isListed(message, path))),
  );
  expect(lost).toEqual([]);
});

/** Whether a folded line names a path, or its type where it names types alone. */
const isListed = (message: string, path: string): boolean =>
  [path, `${path.split('.')[0]} (`].some((name) => message.includes(name));

test('a fold says what it follows from, and of what it is made', async () => {
  const table =
    'type Query { visits(orderBy: [VisitOrderBy!], condition: VisitCondition): [Visit] } type Visit { id: Int seen: Int }';
  const [change] = await apiChanges(
    `${table} enum VisitOrderBy { NATURAL ID_ASC ID_DESC } input VisitCondition { id: Int }`,
    `${table} enum VisitOrderBy { NATURAL ID_ASC ID_DESC SEEN_ASC SEEN_DESC } input VisitCondition { id: Int seen: Int }`,
  );
  expect(change?.message).toBe(
    '3 changes that follow from a new index on Visit: VisitCondition.seen, VisitOrderBy.SEEN_ASC, VisitOrderBy.SEEN_DESC',
  );
});

test('no change, no schema, and a text that is none', async () => {
  expect(await apiChanges(shop.sdl, shop.sdl)).toEqual([]);
  expect((await apiChanges('', shop.sdl)).map(({ level }) => level)).toEqual(['safe']);
  expect((await apiChanges(shop.sdl, '')).map(({ level }) => level)).toEqual(['breaking']);
  await expect(apiChanges(shop.sdl, 'type {')).rejects.toThrow('The schema after the change cannot be parsed');
});
