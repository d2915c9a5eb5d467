import { randomUUID } from 'node:crypto';
import { asRoot, freshDatabase, type TestDatabase } from '../support/databases.ts';

/** Names of roles that no other test has: roles belong to the whole server. */
interface Roles {
  readonly reader: string;
  readonly editor: string;
}

export interface Library extends Roles, TestDatabase {}

const TABLES = [
  `create table api.books (id int primary key, title text not null, price int, embedding extensions.vector(3),
     half extensions.halfvec(3), parts extensions.vector[])`,
  `create table api.authors (id int primary key, name text not null)`,
];

const FUNCTIONS = [
  `create function api.near(query extensions.vector, how_many int default 10) returns setof api.books
     language sql stable as 'select * from api.books limit how_many'`,
  `create function api.shorten(long extensions.vector) returns extensions.halfvec
     language sql immutable as 'select long::extensions.halfvec'`,
  `create function api.publish(book_id int) returns boolean language sql volatile as 'select true'`,
];

/** A small database: an API schema, vectors in a schema of their own, and two roles with different grants. */
export async function library({ backwards = false } = {}): Promise<Library> {
  const database = await freshDatabase();
  const suffix = randomUUID().slice(0, 8);
  const roles = { reader: `reader_${suffix}`, editor: `editor_${suffix}` };
  const inOrder = (statements: string[]) => (backwards ? statements.toReversed() : statements);
  await database.client.query(
    [
      `create role "${roles.reader}"`,
      `create role "${roles.editor}"`,
      'create schema extensions',
      'create extension vector schema extensions',
      'create schema api',
      ...inOrder(TABLES),
      'alter table api.books add author_id int references api.authors',
      ...inOrder(FUNCTIONS),
      `comment on table api.books is 'A book that can be lent.'`,
      `comment on column api.books.title is 'As it stands on the cover.'`,
      'revoke execute on all functions in schema api from public',
      ...grants(roles),
    ].join(';\n'),
  );
  return {
    ...database,
    ...roles,
    async drop() {
      await database.drop();
      await dropRoles(Object.values(roles));
    },
  };
}

function grants({ reader, editor }: Roles): string[] {
  return [
    `grant usage on schema api to "${reader}", "${editor}"`,
    `grant select (id, title, embedding, half, parts) on api.books to "${reader}"`,
    `grant execute on function api.near, api.shorten to "${reader}"`,
    `grant select, insert, update, delete on api.books, api.authors to "${editor}"`,
    `grant execute on function api.near, api.publish to "${editor}"`,
  ];
}

async function dropRoles(roles: readonly string[]): Promise<void> {
  await asRoot(async (root) => {
    for (const role of roles) await root.query(`drop role if exists "${role}"`);
  });
}
