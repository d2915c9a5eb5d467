import type pg from 'pg';
import type { Persona } from '../../src/access/model.ts';
import { personasOf } from '../../src/access/personas.ts';
import { withWorld } from '../../src/access/seeded.ts';
import type { Value, WorldRow } from '../../src/access/settings.ts';
import { readSubject } from '../../src/access/subject.ts';
import { withClient } from '../../src/database/connect.ts';
import { type ComparedAnswers, compareAnswers } from '../../src/graphql/answers/prove.ts';
import type { AnswerWorld } from '../../src/graphql/answers/questions.ts';
import { type BuiltSchema, buildSchema } from '../../src/graphql/schema.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

/** A shop of two customers, each of whom sees and changes their own orders. */
const SHOP = (role: string): string => `
  create schema app; grant usage on schema app to ${role};
  create function app.me() returns text language sql stable as $$ select current_setting('test.me', true) $$;
  create table app.customers (name text primary key, email text not null, city text);
  create table app.orders (
    id int generated always as identity primary key, customer text not null references app.customers on delete cascade,
    sum int not null, note text, placed_at timestamptz not null default clock_timestamp()
  );
  create index on app.orders (customer); create index on app.customers (city);
  alter table app.customers enable row level security; alter table app.orders enable row level security;
  create policy own on app.customers to ${role} using (name = app.me());
  create policy own on app.orders to ${role} using (customer = app.me());
  grant select, insert, update, delete on app.customers, app.orders to ${role};`;

export const WORLD: readonly WorldRow[] = [
  ...['me', 'you'].map((name) => ({
    table: 'app.customers',
    row: `${name}r own`,
    values: { name, email: `${name}@example.com`, city: 'Kyiv' },
    insert: { name: `another ${name}`, email: 'a@example.com' },
    update: { city: 'Lviv' },
  })),
  ...['me', 'me', 'you'].map((customer, index) => ({
    table: 'app.orders',
    row: `${customer}r ${index}`,
    values: { customer, sum: index + 1, note: `note ${index}` },
    insert: { customer, sum: 7 },
    update: { note: null },
  })),
];

export interface Shop {
  readonly database: TestDatabase;
  readonly built: BuiltSchema;
  readonly personas: readonly Persona[];
  /** Uses the world, in a transaction that is rolled back. */
  within<T>(use: (client: pg.Client, world: AnswerWorld) => Promise<T>): Promise<T>;
  compared(): Promise<ComparedAnswers>;
  drop(): Promise<void>;
}

/**
 * The shop, with whatever else `sql` makes in it, and the schema of the role that both customers have.
 * @param calls arguments for functions, by their names
 */
export async function shop(
  sql: (role: string) => string,
  calls: Readonly<Record<string, readonly Value[]>> = {},
): Promise<Shop> {
  const database = await freshDatabase();
  const { name: role, drop } = await freshRole();
  await database.client.query(`${SHOP(role)} ${sql(role)}`);
  const built = await buildSchema({ connectionString: database.url, schemas: ['app'], role });
  const personas = personasOf({
    personas: Object.fromEntries(
      ['me', 'you', 'nobody'].map((name) => [name, { role, settings: { 'test.me': name } }]),
    ),
  });
  const within: Shop['within'] = (use) =>
    withClient(
      database.url,
      async (client) => {
        const subject = await readSubject(client, ['app'], WORLD);
        return withWorld(client, subject, WORLD, ({ rows }) =>
          use(client, {
            relations: subject.all,
            functions: subject.functions,
            rows,
            argumentsOf: ({ name }) => (calls[name] ? [calls[name]] : []),
          }),
        );
      },
      { pipeline: true },
    );
  return {
    database,
    built,
    personas,
    within,
    compared: () => within((client, world) => compareAnswers(client, [built], personas, world)),
    async drop() {
      await database.drop();
      await drop();
    },
  };
}
