import { readFile } from 'node:fs/promises';
import { test } from '@jest/globals';
import type pg from 'pg';
import { withClient } from '../../src/database/connect.ts';
import { serverPrograms, startOwnServer } from './own-server.ts';

/** A server that stands in for a project on Supabase's hosted service: postgres is no superuser, supabase_admin is. */
export interface HostedServer {
  /** The connection string of a role; of postgres unless told. */
  url(database: string, role?: string): string;
  /** Drops the database of this name, and makes it as a new project has it. @returns the connection string of postgres */
  project(database: string, variant?: HostedVariant): Promise<string>;
  /** Runs `use` with a connection to a database. */
  as<T>(role: string, database: string, use: (client: pg.Client) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

export interface HostedVariant {
  /** The default privileges in schema public: all to the API's roles, or none, as for projects since 30 October 2026. */
  readonly grants: 'generous' | 'none';
  /** The owner of schema extensions. */
  readonly extensions: 'postgres' | 'supabase_admin';
}

/** As most projects are now. */
export const USUAL: HostedVariant = { grants: 'generous', extensions: 'postgres' };
/** The other variant in each respect. */
export const CLOSED: HostedVariant = { grants: 'none', extensions: 'supabase_admin' };

const programs = await serverPrograms();

/** Whether the stand-in can be made: in the run on a real server, where a server with pgvector is installed. */
export const canHost: boolean = process.env.ROLECALL_TEST_REAL === '1' && programs !== undefined;

/** A test on the stand-in: skipped, and told as skipped, where it can't be made. */
export const onHosted = canHost ? test : test.skip;

/** The superuser. */
const ADMIN = 'supabase_admin';

/** Starts a server with the role postgres as the hosted service has it. `project` makes its databases. */
export async function startHosted(): Promise<HostedServer> {
  const server = await startOwnServer(programs ?? '', { superuser: ADMIN });
  const url: HostedServer['url'] = (database, role = 'postgres') =>
    Object.assign(new URL(server.url(database)), { username: role }).href;
  const as: HostedServer['as'] = (role, database, use) => withClient(url(database, role), use);
  await as(ADMIN, 'template1', (client) =>
    client.query(`
      create role postgres login createdb createrole replication bypassrls;
      create schema extensions authorization postgres;
      create extension vector schema extensions;`),
  );
  const sql = await readFile('test/support/hosted.sql', 'utf8');
  return {
    url,
    as,
    remove: server.remove,
    async project(database, variant = USUAL) {
      await as(ADMIN, 'template1', async (client) => {
        await client.query(`drop database if exists "${database}" with (force)`);
        await client.query(`create database "${database}" owner postgres template template0`);
      });
      await as(ADMIN, database, async (client) => {
        for (const [name, value] of Object.entries(variant))
          await client.query("select set_config('stand_in.' || $1, $2, false)", [name, value]);
        await client.query(sql);
      });
      return url(database);
    },
  };
}
