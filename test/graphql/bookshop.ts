import { randomUUID } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { buildSchema } from '../../src/graphql/schema.ts';
import { asRoot, freshDatabase } from '../support/databases.ts';

/** A small API as PostGraphile makes it, and what becomes of it when the database changes. */
export interface Bookshop {
  /** The schema that the role has at first: its text, and as PostGraphile built it. */
  readonly sdl: string;
  readonly schema: GraphQLSchema;
  /** Changes the database, which stays so, and gives the schema before and after; `:role` stands for the role. */
  change(statements: string): Promise<{ readonly before: string; readonly after: string }>;
  drop(): Promise<void>;
}

const TABLES = `
create schema api;
grant usage on schema api to :role;
create type api.mood as enum ('good', 'bad', 'mixed');
create type api.place as (lat int, long int);
create table api.authors (
  id int primary key,
  name text not null,
  born date,
  mood api.mood not null default 'good',
  home api.place
);
comment on column api.authors.born is E'@deprecated nobody keeps it\\nWhen they were born.';
create index on api.authors (born);
create table api.books (
  id bigint generated always as identity primary key,
  title text not null,
  isbn text unique,
  author_id int not null references api.authors,
  sold_7_days int,
  cost int,
  unique (author_id, title)
);
create table api.visits (seen date, what text);
create table api.letters (id int primary key, words text not null);
create view api.titles as select id, title from api.books;
create function api.authors_shout(author api.authors) returns text language sql stable as 'select upper(author.name)';
create function api.best(how_many int) returns setof api.books language sql stable
  as 'select * from api.books limit how_many';
create function api.counts(out word text, out times int) returns setof record language sql stable
  as 'select title, 1 from api.books';
create function api.years() returns setof int language sql stable as 'select 1';
create function api.publish(book_id int) returns api.books language sql volatile
  as 'select * from api.books where id = book_id';
grant select, insert, update, delete on api.authors to :role;
grant select (id, title, isbn, author_id, sold_7_days), insert, update (title, sold_7_days), delete on api.books to :role;
grant select, insert on api.visits to :role;
grant insert on api.letters to :role;
grant select on api.titles to :role;
`;

/** Makes the database, and the role of its API. */
export async function bookshop(): Promise<Bookshop> {
  const role = `reader_${randomUUID().slice(0, 8)}`;
  const database = await freshDatabase();
  const run = (statements: string) => database.client.query(statements.replaceAll(':role', `"${role}"`));
  const read = () => buildSchema({ connectionString: database.url, schemas: ['api'], role });
  await run(`create role :role; ${TABLES}`);
  const { sdl, schema } = await read();
  let before = sdl;
  return {
    sdl,
    schema,
    async change(statements) {
      await run(statements);
      const { sdl: after } = await read();
      const both = { before, after };
      before = after;
      return both;
    },
    async drop() {
      await database.drop();
      await asRoot((root) => root.query(`drop role "${role}"`));
    },
  };
}
