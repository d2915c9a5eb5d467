import type pg from 'pg';
import type { Persona } from '../access/model.ts';
import { execute, type QueryCall } from './execute.ts';
import { type Executed, MODES, type PlanMode, type Query, SETS, type SetName } from './model.ts';
import type { QuerySettings } from './settings.ts';

/** The plans of a query with one set of parameters, planned in one way. */
export interface QueryRun {
  readonly set: SetName;
  readonly mode: PlanMode;
  readonly call: QueryCall;
  readonly executed: Executed;
  /** The same without row security, when the file says what that is. */
  readonly bypassed: Executed | undefined;
}

/** Why a query could not be run. */
export interface RunFailure {
  readonly set: SetName;
  readonly expected: string;
  readonly seen: string;
  readonly statement: string;
  readonly fix: string;
}

export interface QueryRuns {
  readonly query: Query;
  readonly runs: readonly QueryRun[];
  readonly failures: readonly RunFailure[];
}

/** Values as text, as the server writes them: they are sent back unchanged. */
const AS_TEXT = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig;

/**
 * Runs a query as its persona with each set of parameters, planned for any and planned for these.
 * @param options.warm whether each is run once before: a first run reads catalogs too
 */
export async function runQuery(
  client: pg.Client,
  query: Query,
  personas: readonly Persona[],
  caller: QuerySettings['caller'],
  { warm = false }: { readonly warm?: boolean } = {},
): Promise<QueryRuns> {
  const runs: QueryRun[] = [];
  const failures: RunFailure[] = [];
  const persona = personas.find(({ name }) => name === query.persona) as Persona;
  for (const set of SETS) {
    const drawing = query.sets[set];
    if (drawing === undefined && (set === 'heavy' || query.parameters.length > 0)) continue;
    let statement = drawing ?? query.sql;
    await client.query('savepoint drawing');
    try {
      const drawn = drawing === undefined ? {} : await draw(client, drawing);
      const missing = query.parameters.filter(({ name }) => !drawn || !(name in drawn)).map(({ name }) => name);
      if (!drawn || missing.length > 0) {
        failures.push({ set, statement, ...nothingDrawn(set, drawn ? missing : []) });
        continue;
      }
      statement = query.sql;
      const own = drawn.caller && caller ? { ...persona.settings, ...caller(drawn.caller) } : persona.settings;
      const call: QueryCall = {
        sql: query.sql,
        types: query.parameters.map(({ type }) => type),
        values: query.parameters.map(({ name }) => drawn[name] ?? null),
        persona: { ...persona, settings: own },
      };
      for (const mode of MODES) {
        statement = query.sql;
        if (warm) await execute(client, call, mode);
        const executed = await execute(client, call, mode);
        statement = query.bypass ?? '';
        const bypassed = query.bypass && (await execute(client, await bypassing(client, call, query.bypass), mode));
        runs.push({ set, mode, call, executed, bypassed: bypassed || undefined });
      }
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (!code) throw error;
      const seen = `${code}: ${message}`;
      failures.push({
        set,
        expected: 'a statement that runs',
        seen,
        statement,
        fix: `Correct the statement in ${query.file}.`,
      });
    } finally {
      await client.query('rollback to savepoint drawing; release savepoint drawing');
    }
  }
  return { query, runs, failures };
}

/** Runs the same calls again: something about the database has changed. */
export async function runAgain(client: pg.Client, runs: readonly QueryRun[]): Promise<QueryRun[]> {
  const again: QueryRun[] = [];
  for (const run of runs)
    again.push({ ...run, executed: await execute(client, run.call, run.mode), bypassed: undefined });
  return again;
}

type Drawn = Readonly<Record<string, string | null>>;

async function draw(client: pg.Client, sql: string): Promise<Drawn | undefined> {
  const { rows } = await client.query<Record<string, string | null>>({ text: sql, types: AS_TEXT });
  return rows[0];
}

function nothingDrawn(set: SetName, missing: readonly string[]): Pick<RunFailure, 'expected' | 'seen' | 'fix'> {
  if (missing.length > 0) {
    return {
      expected: `a column for each parameter in what \`${set}\` draws`,
      seen: `no ${missing.join(', ')}`,
      fix: 'Name the columns of the drawing query as the parameters are named.',
    };
  }
  return {
    expected: `parameters for the ${set} set, drawn from the data`,
    seen: 'no row, so the query has no parameters',
    fix: 'Add rows (at least one to the world), or correct the query that draws the parameters.',
  };
}

/** The same caller with the connection's own rights, which row level security does not restrict. */
async function bypassing(client: pg.Client, call: QueryCall, sql: string): Promise<QueryCall> {
  const { rows } = await client.query<{ role: string }>('select current_user as role');
  const role = rows[0]?.role ?? '';
  return { ...call, sql, persona: call.persona && { ...call.persona, role } };
}
