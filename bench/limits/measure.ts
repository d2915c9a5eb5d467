import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { withDatabase } from '../../src/database/urls.ts';
import { runQuietly } from '../../src/migrations/graphile-migrate.ts';
import { ROOT } from '../support/project.ts';
import { BenchError } from '../support/runs.ts';
import { WORST, type WorstCall } from './calls.ts';

const DATABASE = 'bench_limits';

/** A call, and what each time that it ran took. */
export interface MeasuredCall extends WorstCall {
  readonly seconds: readonly number[];
  /** Seconds of the processor, of the server's process; null where the server is on another machine. */
  readonly processor: readonly (number | null)[];
  /** The size of what it gave, as text; null where it ended with an error. */
  readonly bytes: number | null;
}

/** Creates the database anew on the server, migrates it, and fills it. The caller ends the connection. */
export async function filledDatabase(root: string): Promise<pg.Client> {
  const url = withDatabase(root, DATABASE);
  const operator = new pg.Client({ connectionString: root });
  await operator.connect();
  try {
    await operator.query(`drop database if exists ${DATABASE} with (force)`);
    await operator.query(`create database ${DATABASE}`);
  } finally {
    await operator.end();
  }
  const shadow = withDatabase(root, `${DATABASE}_shadow`);
  await runQuietly(['migrate'], { main: url, shadow, root });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(await readFile(join(ROOT, 'bench/limits/fill.sql'), 'utf8'));
  return client;
}

/**
 * Runs each call so many times, and takes back what it did.
 * @throws BenchError when a function that somebody may execute has no call, or a call ends with an error that it may not
 */
export async function measureCalls(
  client: pg.Client,
  runs: number,
  told: (what: string) => void,
): Promise<MeasuredCall[]> {
  await requireAll(client);
  const measured: MeasuredCall[] = [];
  for (const call of WORST) {
    told(`${call.function} ${call.with}`);
    const seconds: number[] = [];
    const processor: (number | null)[] = [];
    let bytes: number | null = null;
    for (let run = 0; run < runs; run++) {
      const outcome = await measureOne(client, call);
      seconds.push(outcome.seconds);
      processor.push(outcome.processor);
      bytes = outcome.bytes;
    }
    measured.push({ ...call, seconds, processor, bytes });
  }
  return measured;
}

interface Outcome {
  readonly seconds: number;
  readonly processor: number | null;
  readonly bytes: number | null;
}

/** The server's part: what a call gives is made text there, and only its length is sent. */
async function measureOne(client: pg.Client, call: WorstCall): Promise<Outcome> {
  // One process, so that all of its time is known.
  await client.query('begin; set local max_parallel_workers_per_gather = 0');
  try {
    const pid = (await client.query('select pg_backend_pid() as pid')).rows[0].pid as number;
    await become(client, call.as);
    const [began, spent] = [performance.now(), await processorTime(pid)];
    const bytes = await client
      .query(`select sum(octet_length(given::text)) as bytes from ${call.function}(${call.arguments}) given`)
      .then(({ rows }) => Number(rows[0].bytes))
      .catch(({ code, message }: pg.DatabaseError) => {
        if (code === undefined || code !== call.fails)
          throw new BenchError(`${call.function}, ${call.with}: ${code} ${message}`);
        return null;
      });
    const seconds = (performance.now() - began) / 1000;
    const now = await processorTime(pid);
    return { seconds, processor: spent === null || now === null ? null : now - spent, bytes };
  } finally {
    await client.query('rollback');
  }
}

/** In seconds, to the hundredth, as Linux counts it; null where there is no such process here. */
async function processorTime(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat.includes('postgres') ? (Number(fields[11]) + Number(fields[12])) / 100 : null;
}

async function become(client: pg.Client, who: WorstCall['as']): Promise<void> {
  const [role, user] = { user: ['authenticated', 1], admin: ['authenticated', 2], service: ['service_role', 0] }[
    who
  ] as [string, number];
  await client.query(
    `select set_config('role', $1, true),
       set_config('request.jwt.claims', jsonb_build_object('role', $1::text, 'sub', md5('user ' || $2::int)::uuid)::text, true)`,
    [role, user],
  );
}

/** Functions of one row of a view belong to a query of that view, and triggers to the statement that fires them. */
async function requireAll(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct n.nspname || '.' || p.proname as name
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname in ('public', 'legacy_api') and p.prorettype <> 'trigger'::regtype
       and not exists (select from unnest(p.proargtypes) a join pg_type t on t.oid = a where t.typtype = 'c')
       and exists (
         select from unnest(array['anon', 'authenticated', 'service_role']) client
         where has_function_privilege(client, p.oid, 'execute')
       )
     order by 1`,
  );
  const missing = rows.map(({ name }) => name).filter((name) => !WORST.some((call) => call.function === name));
  if (missing.length > 0)
    throw new BenchError(`bench/limits/calls.ts has no call of ${missing.join(', ')}: add what takes longest.`);
}
