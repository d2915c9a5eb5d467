import { readFile } from 'node:fs/promises';
import { test } from '@jest/globals';
import pg from 'pg';
import config from '../../../rolecall.config.ts';
import { committedMigrations } from '../../../src/migrations/files.ts';
import { fillLegacy } from '../../../src/proof/build.ts';
import { parseStatements } from '../../../src/sql/statements.ts';
import { type OwnServer, type OwnServerOptions, serverPrograms, startOwnServer } from '../../support/own-server.ts';
import { type Running, runRolecall } from '../../support/project.ts';
import { type DatabaseState, stateOf } from './state.ts';

/** A server of its own with a legacy database, of which every case gets a copy. */
export interface Ground extends OwnServer {
  /** A copy of the legacy database; copies are made one after another. */
  copy(of?: string): Promise<string>;
  /** Runs `use` with a connection to a database. */
  on<T>(database: string, use: (client: pg.Client) => Promise<T>): Promise<T>;
  stateOf(database: string): Promise<DatabaseState>;
  /** `rolecall migrate` on a database, still running. */
  migrate(database: string, env?: Record<string, string>): Running;
}

const programs = await serverPrograms();

/** A test that kills a server: not on the one under test. Skipped on the embedded engine, and where no server is installed. */
export const onOwnServer = programs && process.env.ROLECALL_TEST_REAL ? test : test.skip;

const LEGACY = 'legacy';

export async function groundOn(options: OwnServerOptions = {}): Promise<Ground> {
  const server = await startOwnServer(programs ?? '', options);
  let copies = 0;
  const on: Ground['on'] = async (database, use) => {
    const client = new pg.Client({ connectionString: server.url(database) });
    client.on('error', () => {});
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end().catch(() => {});
    }
  };
  await on('postgres', (root) => root.query(`create database ${LEGACY}`));
  await on(LEGACY, (client) => fillLegacy(client, config));
  return {
    ...server,
    on,
    async copy(of = LEGACY) {
      const database = `copy_${++copies}`;
      await on('postgres', (root) => root.query(`create database ${database} template ${of}`));
      return database;
    },
    stateOf: (database) => on(database, stateOf),
    migrate: (database, env = {}) =>
      runRolecall('.', ['migrate'], {
        DATABASE_URL: server.url(database),
        ROOT_DATABASE_URL: server.url('postgres'),
        ...env,
      }),
  };
}

/** A committed migration, in statements. */
export interface Statements {
  readonly name: string;
  readonly statements: readonly string[];
}

export async function migrationsInStatements(): Promise<Statements[]> {
  const names = await committedMigrations();
  return Promise.all(
    names.map(async (name) => ({
      name,
      statements: (await parseStatements(await readFile(`migrations/committed/${name}`, 'utf8'))).map(
        ({ sql }) => `${sql};`,
      ),
    })),
  );
}
