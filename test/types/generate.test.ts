// The types of a database have the shape that supabase-js expects, and do not depend on the order of creation.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateTypes } from '../../src/types/generate.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

const TABLES = [
  `create table api.rooms (id int primary key, kind api.kind not null default 'open', name text)`,
  `create table api.desks (id int primary key, note jsonb)`,
];
const FUNCTIONS = [
  `create function api.tidy(room_id int) returns boolean language sql as 'select true'`,
  `create function api.loud_name(api.rooms) returns text language sql stable as 'select upper($1.name)'`,
  `create function api.title(room api.rooms) returns text language sql stable as 'select room.name'`,
  `create function api.desks_in(room_id int) returns setof api.desks language sql stable as 'select * from api.desks'`,
];

let types: string;
let other: string;

beforeAll(async () => {
  types = await typesOf(TABLES, FUNCTIONS);
  other = await typesOf(TABLES.toReversed(), FUNCTIONS.toReversed());
});

const opened: TestDatabase[] = [];
afterAll(() => Promise.all(opened.map((database) => database.drop())));

async function typesOf(tables: string[], functions: string[]): Promise<string> {
  const database = await freshDatabase();
  opened.push(database);
  await database.client.query(
    [
      'create schema api',
      `create type api.kind as enum ('open', 'closed')`,
      ...tables,
      'alter table api.desks add room_id int not null unique references api.rooms',
      ...functions,
    ].join(';\n'),
  );
  return generateTypes(database.url, ['api']);
}

test('tables have Row, Insert, Update and Relationships', () => {
  expect(types).toMatch(/desks: \{\s+Row: \{\s+id: number\s+note: Json \| null\s+room_id: number\s+\}/);
  expect(types).toMatch(/rooms: \{[\s\S]*?Insert: \{\s+id: number\s+kind\?: Database\["api"\]\["Enums"\]\["kind"\]/);
  expect(types).toMatch(/Update: \{\s+id\?: number\s+note\?: Json \| null\s+room_id\?: number/);
  expect(types).toMatch(/foreignKeyName: "desks_room_id_fkey"[\s\S]*?isOneToOne: true\s+referencedRelation: "rooms"/);
});

test('functions of a row are its computed fields, and a row as an argument lacks them', () => {
  expect(types).toMatch(
    /desks: \{\s+Row: \{\s+id: number\s+note: Json \| null\s+room_id: number\s+\}\s+ComputedFields: never/,
  );
  expect(types).toMatch(
    /rooms: \{\s+Row: \{[^}]*loud_name: string \| null[^}]*\}\s+ComputedFields: "loud_name" \| "title"\s+Insert/,
  );
  expect(types).toMatch(
    /title: \{\s+Args: \{ room: Omit<Database\["api"\]\["Tables"\]\["rooms"\]\["Row"\], Database\["api"\]\["Tables"\]\["rooms"\]\["ComputedFields"\]> \}/,
  );
});

test('enums and functions are described', () => {
  expect(types).toMatch(/Enums: \{\s+kind: "open" \| "closed"/);
  expect(types).toMatch(/tidy: \{ Args: \{ room_id: number \}; Returns: boolean \}/);
  expect(types).toContain('desks_in:');
  expect(types).toContain('export type Tables<');
});

test('the order of creation does not matter', () => {
  expect(other).toBe(types);
});

test('a schema that does not exist is named', async () => {
  await expect(generateTypes(opened[0]?.url ?? '', ['api', 'nowhere'])).rejects.toThrow('has no schema nowhere');
});
