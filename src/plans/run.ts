import type pg from 'pg';
import type { Persona } from '../access/model.ts';
import { type Call, execute } from './execute.ts';
import { type Executed, MODES, type Mode, type Query, SETS, type SetName } from './model.ts';
import type { QuerySettings } from './settings.ts';

/** The plans of a query with one set of parameters, planned in one way. */
export interface Run {
  readonly set: SetName;
  readonly mode: Mode;
  readonly call: Call;
  readonly executed: Executed;
  /** The same without row security, when the file says what that is. */
  readonly bypassed: Executed | undefined;
}

/** Why a query could not be run. */
export interface Failure {
  readonly set: SetName;
  readonly expected: string;
  readonly seen: string;
  readonly statement: string;
  readonly fix: string;
}

export interface Runs {
  readonly query: Query;
  readonly runs: readonly Run[];
  readonly failures: readonly Failure[];
}

/** Raw text, as the server writes every value: it goes back as it came. */
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
): Promise<Runs> {
  const runs: Run[] = [];
  const failures: Failure[] = [];
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
      const call: Call = {
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
export async function runAgain(client: pg.Client, runs: readonly Run[]): Promise<Run[]> {
  const again: Run[] = [];
  for (const run of runs)
    again.push({ ...run, executed: await execute(client, run.call, run.mode), bypassed: undefined });
  return again;
}

type Drawn = Readonly<Record<string, string | null>>;

async function draw(client: pg.Client, sql: string): Promise<Drawn | undefined> {
  const { rows } = await client.query<Record<string, string | null>>({ text: sql, types: AS_TEXT });
  return rows[0];
}

function nothingDrawn(set: SetName, missing: readonly string[]): Pick<Failure, 'expected' | 'seen' | 'fix'> {
  if (missing.length > 0) {
    return {
      expected: `a column for each parameter in what \`${set}\` draws`,
      seen: `no ${missing.join(', ')}`,
      fix: 'Name the columns of the drawing query as the parameters are named.',
    };
  }
  return {
    expected: `parameters for the ${set} set, drawn from the data`,
    seen: 'no row: there is nothing for the query to bite on',
    fix: 'Put rows there (the world has to have one at least), or correct the query that draws.',
  };
}

/** The same caller with the connection's own rights, which row security does not concern. */
async function bypassing(client: pg.Client, call: Call, sql: string): Promise<Call> {
  const { rows } = await client.query<{ role: string }>('select current_user as role');
  const role = rows[0]?.role ?? '';
  return { ...call, sql, persona: call.persona && { ...call.persona, role } };
}
