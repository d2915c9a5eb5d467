import type pg from 'pg';
import { readStructure } from '../../../src/catalog/structure.ts';
import type { Mutant } from '../../../src/mutate/mutant.ts';
import { readMutableCatalog } from '../../../src/mutate/operators/catalog.ts';
import { mutantsOf } from '../../../src/mutate/operators/mutants.ts';
import { freshDatabase, type TestDatabase } from '../../support/databases.ts';
import { freshRole } from '../../support/roles.ts';

export interface Population {
  readonly client: pg.Client;
  /** The text with the names of this run's roles in place of `reader` and `writer`, quoted where SQL needs it. */
  named(text: string): string;
  /** The mutants of the schemas of the SQL; the role is `reader` in their texts. */
  mutants(): Promise<Mutant[]>;
  drop(): Promise<void>;
}

/** A database from SQL in the schema app, in which `reader` and `writer` are roles of clients. */
export async function population(sql: string): Promise<Population> {
  const roles = [
    ['reader', await freshRole()],
    ['writer', await freshRole()],
  ] as const;
  const database: TestDatabase = await freshDatabase();
  const named = (text: string): string =>
    roles.reduce((all, [name, role]) => all.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), role.name), text);
  const unnamed = (text: string): string => roles.reduce((all, [name, role]) => all.replaceAll(role.name, name), text);
  await database.client.query(named(`create schema app; set search_path = app; ${sql}; reset search_path`));
  return {
    client: database.client,
    named,
    async mutants() {
      const catalog = await readMutableCatalog(database.client, { schemas: ['app'] });
      const all = mutantsOf(catalog, { roles: roles.map(([, { name }]) => name) });
      return all.map((mutant) => ({ ...mutant, id: unnamed(mutant.id), object: unnamed(mutant.object) }));
    },
    async drop() {
      await database.drop();
      for (const [, role] of roles) await role.drop();
    },
  };
}

const REST = `
  select md5(string_agg(line, '|' order by line)) as digest from (
    select r::text as line from pg_roles r
    union all select m::text from pg_auth_members m
    union all select s::text from pg_db_role_setting s
    union all select p::text from pg_publication p
    union all select p::text from pg_publication_rel p
    union all select datacl::text from pg_database
    union all select concat(oid, relowner) from pg_class
    union all select d::text from pg_depend d where deptype = 'a' and classid = 'pg_class'::regclass
  ) lines`;

/** Everything that a mutant can change, as one text. */
async function stateOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query(REST);
  return JSON.stringify([await readStructure(client), rows]);
}

/** Runs each mutant in a transaction that is undone; gives those that fail, and those that change nothing. */
export async function idle(client: pg.Client, mutants: readonly Mutant[]): Promise<string[]> {
  const found: string[] = [];
  await client.query('begin');
  const before = await stateOf(client);
  for (const { id, sql } of mutants) {
    await client.query('savepoint mutant');
    try {
      await client.query(sql);
      if ((await stateOf(client)) === before) found.push(`${id}: it changes nothing`);
    } catch (error) {
      found.push(`${id}: ${(error as Error).message}\n${sql}`);
    }
    await client.query('rollback to savepoint mutant');
  }
  await client.query('rollback');
  return found;
}

/** Up to ten mutants of each operator: those that differ only in their column or role run alike. */
export const someOfEach = (mutants: readonly Mutant[], most = 10): Mutant[] =>
  Object.values(Object.groupBy(mutants, ({ operator }) => operator)).flatMap((all = []) => all.slice(0, most));
