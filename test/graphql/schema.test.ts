// A role's GraphQL schema shows what its grants allow, all of it, and says so when something vanished.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GraphQLSchema, isObjectType, lexicographicSortSchema, printSchema } from 'graphql';
import { loadPostGraphile } from '../../src/graphql/postgraphile.ts';
import { type BuiltSchema, buildSchema, buildSchemas } from '../../src/graphql/schema.ts';
import { VectorTypesPlugin } from '../../src/graphql/vector-types.ts';
import { type Library, library } from './library.ts';

let db: Library;
let reader: BuiltSchema;
let editor: BuiltSchema;

beforeAll(async () => {
  db = await library();
  const roles = [db.reader, db.editor];
  [reader, editor] = (await buildSchemas({ connectionString: db.url, schemas: ['api'], roles })) as [
    BuiltSchema,
    BuiltSchema,
  ];
});

afterAll(() => db?.drop());

test('no warning, and nothing left out', () => {
  for (const { warnings, leftOut } of [reader, editor])
    expect({ warnings, leftOut }).toEqual({ warnings: [], leftOut: [] });
});

test('a role sees the tables and functions of its grants, and no others', () => {
  expect(fields(reader.schema, 'Query')).toEqual(expect.arrayContaining(['books', 'near', 'shorten']));
  expect(fields(reader.schema, 'Query')).not.toContain('authors');
  expect(reader.schema.getMutationType()).toBeUndefined();
  expect(fields(editor.schema, 'Query')).toEqual(expect.arrayContaining(['books', 'authors', 'near']));
  expect(fields(editor.schema, 'Query')).not.toContain('shorten');
  expect(fields(editor.schema, 'Mutation')).toEqual(expect.arrayContaining(['createBook', 'deleteAuthor', 'publish']));
});

test('a grant of columns hides the other columns', () => {
  expect(fields(reader.schema, 'Book')).toEqual(expect.arrayContaining(['title', 'embedding']));
  expect(fields(reader.schema, 'Book')).not.toContain('price');
  expect(fields(editor.schema, 'Book')).toContain('price');
});

test('vectors appear as columns, in arrays, and as arguments and results of functions', () => {
  expect(reader.sdl).toContain('embedding: Vector\n');
  expect(reader.sdl).toContain('half: HalfVector\n');
  expect(reader.sdl).toContain('parts: [Vector]\n');
  expect(reader.sdl).toContain('shorten(long: Vector): HalfVector\n');
  const args = reader.schema
    .getQueryType()
    ?.getFields()
    .near?.args.map(({ name, type }) => `${name}: ${type}`);
  expect(args).toContain('query: Vector');
  expect(reader.schema.getType('Vector')?.description).toContain('pgvector');
});

test('comments become descriptions', () => {
  expect(reader.schema.getType('Book')?.description).toBe('A book that can be lent.');
  expect(reader.sdl).toContain('"""As it stands on the cover."""');
});

test('the text is what PostGraphile alone prints for a connection that has taken the role', async () => {
  const { makeSchema, makePgService, ...presets } = await loadPostGraphile();
  const service = makePgService({
    connectionString: db.url,
    schemas: ['api'],
    pgSettingsForIntrospection: { role: db.editor },
    pubsub: false,
  });
  const { schema } = await makeSchema({
    extends: [presets.PostGraphileAmberPreset, presets.PgSimplifyInflectionPreset],
    plugins: [VectorTypesPlugin],
    pgServices: [service],
  });
  await service.release?.();
  expect(editor.sdl).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
});

test('the text does not depend on the order of creation, nor on the names of the roles', async () => {
  const other = await library({ backwards: true });
  try {
    const { sdl } = await buildSchema({ connectionString: other.url, schemas: ['api'], role: other.editor });
    expect(sdl).toBe(editor.sdl);
  } finally {
    await other.drop();
  }
});

describe('what vanishes is a warning', () => {
  const warningsAfter = async (sql: string) => {
    await db.client.query(
      `drop schema if exists odd cascade; create schema odd; grant usage on schema odd to "${db.reader}"`,
    );
    await db.client.query(sql);
    await db.client.query(`grant select on all tables in schema odd to "${db.reader}"`);
    return buildSchema({ connectionString: db.url, schemas: ['odd'], role: db.reader });
  };

  test('unknown types name the column and the function; what PostGraphile never takes is told apart', async () => {
    const { warnings, leftOut, schema } = await warningsAfter(
      `create table odd.logs (id int primary key, position pg_lsn, words tsvector, noise int);
       comment on column odd.logs.noise is '@behavior -select';
       create function odd.at(place pg_lsn) returns int language sql stable as 'select 1';
       create function odd.twice(a int) returns int language sql stable as 'select 1';
       create function odd.twice(a text) returns int language sql stable as 'select 1'`,
    );
    expect(fields(schema, 'Log')).toContain('rowId');
    expect(warnings).toContainEqual(expect.stringContaining('Column odd.logs.position (pg_lsn) is missing'));
    expect(warnings).toContainEqual(expect.stringContaining('Function odd.at(place pg_lsn) is missing'));
    expect(warnings).toContainEqual(expect.stringContaining("Could not build PgCodec for 'pg_catalog.pg_lsn'"));
    expect(warnings.join('\n')).not.toContain('odd.twice');
    expect(leftOut).toEqual([
      expect.stringMatching(
        /^Column odd.logs.words \(tsvector\) is not .*: PostGraphile hides columns of type tsvector/,
      ),
      expect.stringMatching(/^Column odd.logs.noise \(integer\) is not .*: its smart comment @behavior says so/),
      expect.stringMatching(/^Functions odd.twice\(a integer\), odd.twice\(a text\) are not .*: another function has/),
    ]);
  });

  test('names that become one in GraphQL, and what they take with them', async () => {
    const { warnings } = await warningsAfter(
      `create table odd.notes (id int primary key, top_line text);
       create function odd.notes_top_line(note odd.notes) returns text language sql stable as 'select note.top_line';
       create function odd.pick(a_b int, "aB" int) returns int language sql stable as 'select 1';
       create function odd.go_on() returns int language sql stable as 'select 1';
       create function odd."goOn"() returns int language sql stable as 'select 2'`,
    );
    expect(warnings[0]).toContain("two entities have tried to define the same key 'topLine'");
    expect(warnings).toContainEqual(
      expect.stringContaining('Columns odd.notes.id (integer), odd.notes.top_line (text) are missing'),
    );
    expect(warnings).toContainEqual(
      expect.stringContaining(
        '2 columns or functions have the GraphQL field Note.topLine, and all but one of them are missing.',
      ),
    );
    expect(warnings).toContainEqual(
      expect.stringMatching(/Functions .*odd.pick\(a_b integer, "aB" integer\) are missing/),
    );
    expect(warnings).toContainEqual(
      expect.stringContaining(
        '2 columns or functions have the GraphQL field Query.goOn, and all but one of them are missing.',
      ),
    );
  });

  test('a table and a function of one name stop the build, with the role and the name', async () => {
    const build = warningsAfter(
      `create table odd.notes (id int primary key);
       create function odd.notes() returns int language sql stable as 'select 1'`,
    );
    await expect(build).rejects.toThrow(/role "reader_\w+": Attempted to add a second resource named 'notes'/);
  });
});

test('names the roles, schemas and database that do not exist', async () => {
  const source = { connectionString: db.url, schemas: ['api', 'nowhere'], role: 'nobody_here' };
  await expect(buildSchema(source)).rejects.toThrow('it has no role "nobody_here", schema "nowhere"');
});

test('no connection stays open, not even after a failure', async () => {
  const closed: Promise<unknown>[] = [];
  const noteSocket = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    closed.push(new Promise((resolve) => socket.once('close', resolve)));
  };
  subscribe('net.client.socket', noteSocket);
  try {
    await buildSchema({ connectionString: db.url, schemas: ['api'], role: db.reader });
    await expect(buildSchema({ connectionString: db.url, schemas: ['nowhere'], role: db.reader })).rejects.toThrow();
  } finally {
    unsubscribe('net.client.socket', noteSocket);
  }
  expect(closed.length).toBeGreaterThan(1);
  // A moment passes until what was ended is closed. What stays open lets the test run out of time.
  await Promise.all(closed);
});

function fields(schema: GraphQLSchema, type: string): string[] {
  const object = schema.getType(type);
  return isObjectType(object) ? Object.keys(object.getFields()) : [];
}
