import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { AppStatement } from '../settings.ts';

/** One call of a statement of the app. Moments are those of performance.now(), in ms. */
export interface AppCall {
  readonly from: number;
  readonly to: number;
  /** The error with which it failed; its code is a SQLSTATE, or empty. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** A session of the app that sends one statement over and over. */
export interface AppSession {
  readonly name: string;
  readonly kind: 'read' | 'write';
  readonly pid: number;
  readonly calls: readonly AppCall[];
  /**
   * Runs it with each of its rows, before any migration. Rows with which it fails are not used again.
   * @throws Error when it fails with every row
   */
  warmUp(times: number): Promise<void>;
  /** Runs it once. */
  call(): Promise<AppCall>;
  /** Runs it again and again until `isOver`, with a pause of half to one and a half times `thinkMs` in between. */
  run(thinkMs: number, isOver: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** Values as the server writes them: they are only sent back to it. */
const AS_TEXT = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig;

/**
 * Opens a session for a statement of the app.
 * @throws Error when the copy holds no row to run it with, or the query for these rows fails
 */
export async function openSession(
  url: string,
  kind: AppSession['kind'],
  { name, role, settings = {}, given, sql }: AppStatement,
): Promise<AppSession> {
  const client = new pg.Client({ connectionString: url, application_name: 'rolecall app' });
  client.on('error', () => {});
  await client.connect();
  const close = (): Promise<void> => client.end().catch(() => {});
  const { rows, fields, pid } = await prepare(client, given).catch(async (error: Error) => {
    await close();
    throw error;
  });
  const columns = fields.map((field) => field.name);
  const parameters = columns.filter((column) => !column.includes('.'));
  let requests = rows.map((row) => ({
    settings: {
      role,
      ...settings,
      ...Object.fromEntries(Object.entries(row).filter(([column]) => column.includes('.'))),
    },
    values: parameters.map((column) => row[column]),
  }));
  const calls: AppCall[] = [];

  /** Each call is a transaction, as each request of PostgREST is. */
  async function call(): Promise<AppCall> {
    const request = requests[calls.length % requests.length];
    const from = performance.now();
    let error: AppCall['error'];
    try {
      await client.query('begin');
      await client.query('select set_config(key, value, true) from json_each_text($1)', [
        JSON.stringify(request?.settings),
      ]);
      await client.query(sql, request?.values);
      await client.query('commit');
    } catch (cause) {
      const { code = '', message } = cause as pg.DatabaseError;
      error = { code, message };
      await client.query('rollback').catch(() => {});
    }
    const done = { from, to: performance.now(), ...(error ? { error } : {}) };
    calls.push(done);
    return done;
  }

  async function warmUp(times: number): Promise<void> {
    const failed = new Map<(typeof requests)[number] | undefined, string>();
    for (let rest = Math.max(times, requests.length); rest > 0; rest--) {
      const request = requests[calls.length % requests.length];
      const { error } = await call();
      if (error) failed.set(request, error.message);
    }
    requests = requests.filter((request) => !failed.has(request));
    const [why] = failed.values();
    if (requests.length === 0) throw new Error(`it fails before any migration: ${why}`);
  }

  return {
    name,
    kind,
    pid,
    calls,
    call,
    warmUp,
    async run(thinkMs, isOver) {
      while (!isOver()) {
        await call();
        // Unevenly, so that sessions do not fall into step with each other.
        await setTimeout(thinkMs * (0.5 + Math.random()));
      }
    },
    close,
  };
}

async function prepare(
  client: pg.Client,
  given: string,
): Promise<{ rows: Record<string, string>[]; fields: pg.FieldDef[]; pid: number }> {
  const { rows: own } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const { rows, fields } = await client.query<Record<string, string>>({ text: given, types: AS_TEXT });
  if (rows.length === 0) throw new Error('the copy holds no row to run it with');
  return { rows, fields, pid: own[0]?.pid ?? 0 };
}
