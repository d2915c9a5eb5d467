import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readSubject } from '../../src/access/subject.ts';
import { type Dependents, readDependents } from '../../src/mutate/dependents.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;
let dependents: Dependents;

beforeAll(async () => {
  database = await freshDatabase();
  await database.client.query(`
    create schema app;
    create function app.me() returns text language sql stable as $$ select 'me'::text $$;
    create table app.parents (id int primary key, owner text default app.me());
    create table app.children (id int primary key, parent int references app.parents, note text);
    create view app.titles as select note from app.children;
    create function app.touch() returns trigger language plpgsql as $$ begin perform app.me(); return new; end $$;
    create table app.touched (id int primary key);
    create trigger touch before insert on app.touched for each row execute function app.touch();
    create function app.plain() returns bigint language sql set search_path = app as $$ select count(*) from children $$;
    create function app.elsewhere() returns int language sql set search_path = pg_catalog as $$ select 1 as children $$;
    alter table app.children enable row level security;
    create policy own on app.children using (note = app.me());`);
  dependents = await readDependents(database.client, (await readSubject(database.client, ['app'], [])).catalog);
});

afterAll(() => database.drop());

const idsOf = (concerns: readonly string[]) => dependents(concerns).map(({ id }) => id);

test('what is changed comes first, and then what depends on it by policies, defaults, triggers, views and bodies', () => {
  const found = dependents(['app.me()']);
  expect(found[0]).toEqual({ kind: 'function', id: 'app.me()', distance: 0 });
  expect(
    found
      .filter(({ distance }) => distance === 1)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['app.children', 'app.parents', 'app.touch()']);
  expect(
    found
      .filter(({ distance }) => distance === 2)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['app.plain()', 'app.titles', 'app.touched']);
});

test('a foreign key makes no dependency, and a name that the search path does not reach none either', () => {
  expect(idsOf(['app.parents'])).toEqual(['app.parents']);
  expect(idsOf(['app.children'])).not.toContain('app.elsewhere()');
});

test('what a mutant concerns besides comes last, and a role or a schema is behind everything', () => {
  expect(idsOf(['app.parents', 'app.touched'])).toEqual(['app.parents', 'app.touched']);
  expect(idsOf(['somebody'])).toContain('app.titles');
});
