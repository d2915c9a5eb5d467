import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { committedMigrations } from '../../../../src/migrations/files.ts';
import { freshDatabase, type TestDatabase } from '../../../support/databases.ts';
import { type Constraint, constraintsOf } from './constraints.ts';

/** What every case starts from: the baseline without its constraints, to be copied, and how to migrate a copy. */
export interface Ground {
  readonly constraints: readonly Constraint[];
  /** A copy of the baseline as it is, with the constraints of the baseline. */
  intact(): Promise<TestDatabase>;
  /** A copy without the constraints that hands may have dropped. */
  loosened(): Promise<TestDatabase>;
  remove(): Promise<void>;
}

export async function ground(): Promise<Ground> {
  const [intact, loose] = [await freshDatabase(), await freshDatabase()];
  for (const { client } of [intact, loose]) {
    for (const file of ['hooks/supabase-shim.sql', 'committed/000001-legacy-baseline.sql']) {
      await client.query(await readFile(`migrations/${file}`, 'utf8'));
    }
  }
  const constraints = await constraintsOf(loose.client);
  await loose.client.query(
    constraints
      .filter(({ drift }) => !drift)
      .toReversed() // A foreign key before the key that it refers to.
      .map(({ table, drop }) => `alter table public.${table} ${drop};`)
      .join('\n'),
  );
  // A database that is connected to cannot be copied.
  for (const { client } of [intact, loose]) await client.end();
  const copyOf = ({ url }: TestDatabase) => freshDatabase(new URL(url).pathname.slice(1));
  return {
    constraints,
    intact: () => copyOf(intact),
    loosened: () => copyOf(loose),
    async remove() {
      for (const { drop } of [intact, loose]) await drop();
    },
  };
}

/** Runs the committed migrations, or what stands in for them, as graphile-migrate does: a transaction each. */
export async function migrate(client: pg.Client, migrations: readonly Migration[]): Promise<void> {
  for (const { name, sql } of migrations) {
    try {
      await client.query(`begin;\n${sql}\n;commit;`);
    } catch (error) {
      await client.query('rollback');
      const { message, where, detail } = error as Error & { where?: string; detail?: string };
      throw new Error([`${name}: ${message}`, detail, where].filter(Boolean).join('\n'), { cause: error });
    }
  }
}

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** The committed migrations; ROLECALL_TEST_MIGRATIONS names another folder, where somebody broke them on purpose. */
export async function migrationsUnderTest(): Promise<Migration[]> {
  const folder = process.env.ROLECALL_TEST_MIGRATIONS ?? 'migrations/committed';
  const names = await committedMigrations();
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(`${folder}/${name}`, 'utf8') })));
}
