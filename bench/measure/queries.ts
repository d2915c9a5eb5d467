import type pg from 'pg';
import type { Config } from '../../src/config/define.ts';
import { type Query, SETS, type SetName } from '../../src/plans/model.ts';
import { type Times, timesOf } from '../report/statistics.ts';
import { contest, type Limits } from './contest.ts';
import { legacyQueries } from './legacy.ts';
import { type Drawn, draw } from './parameters.ts';
import { pagesOf, runAs, type Statement, type Who } from './session.ts';

/** One query with one set of parameters: before, now, and now without row security. */
export interface QueryResult {
  readonly name: string;
  readonly title: string;
  readonly set: SetName;
  /** Why it may take longer as a table grows, where its file says that it reads all of one, or a part that grows with it. */
  readonly grows: string | null;
  readonly legacy: Measured | null;
  /** In a legacy database that was changed by hand, where that decides what it costs. */
  readonly drifted?: Times;
  readonly target: Measured;
  readonly security: Security | null;
}

/** What row level security costs: the query with it and without, in turns of their own. */
export interface Security {
  readonly with: Measured;
  readonly without: Measured;
}

export interface Measured extends Times {
  /** Rows given or changed. */
  readonly rows: number;
  readonly pages: number;
}

/** A query, or one set of its parameters, that could not be measured, and why. */
export interface NotMeasured {
  readonly name: string;
  readonly set: SetName;
  readonly why: string;
}

/** The connections to the two databases of a pair. */
export interface Clients {
  readonly legacy: pg.Client;
  readonly target: pg.Client;
}

/** How often what takes seconds runs, what is rolled back each time being a whole table more; and what takes longer, in ms, once. */
const SELDOM = { runs: 3, longest: 10_000 };

/** Runs every query with every set of its parameters, all that is compared in turn. */
export async function measureQueries(
  clients: Clients,
  queries: readonly Query[],
  config: Config,
  limits: Limits,
  tell: (what: string) => void,
): Promise<{ results: QueryResult[]; notMeasured: NotMeasured[] }> {
  const results: QueryResult[] = [];
  const notMeasured: NotMeasured[] = [];
  for (const query of queries) {
    for (const set of SETS) {
      if (set === 'heavy' && query.sets.heavy === undefined) continue;
      tell(`${query.name}, ${set}`);
      try {
        const drawn = await draw(clients.target, query, set);
        if (!drawn) throw new Error('There is nothing to draw its parameters from.');
        results.push(await measureQuery(clients, query, set, drawn, config, limits));
        if (query.sql.startsWith('delete')) await vacuum(clients);
      } catch (error) {
        notMeasured.push({ name: query.name, set, why: (error as Error).message });
      }
    }
  }
  return { results, notMeasured };
}

/** A deletion that was rolled back leaves its rows in doubt, and what comes after would look each of them up. */
async function vacuum(clients: Clients): Promise<void> {
  for (const client of [clients.legacy, clients.target]) await client.query('vacuum');
}

async function measureQuery(
  clients: Clients,
  query: Query,
  set: SetName,
  drawn: Drawn,
  config: Config,
  limits: Limits,
): Promise<QueryResult> {
  const who = whoAsks(query, drawn, config);
  const values = query.parameters.map(({ name }) => drawn[name] ?? null);
  const legacy = legacyQueries[query.name];
  const now: Competitor = [clients.target, who, { sql: query.sql, values }];
  const legacyValues = (legacy?.values ?? []).map((name) => drawn[name] ?? null);
  const before: Competitor[] = legacy
    ? [[clients.legacy, asBefore(query, who), { sql: legacy.sql, values: legacyValues }]]
    : [];
  const [target, then] = (await race([now, ...before], limits)) as [Measured, Measured | undefined];
  const drifted = legacy?.drift
    ? await seldom([clients.legacy, { ...asBefore(query, who), after: legacy.drift }, before[0]?.[2] as Statement])
    : undefined;
  const without: Competitor[] = query.bypass
    ? [[clients.target, { settings: who.settings }, { sql: query.bypass, values }]]
    : [];
  const [secured, bypass] = query.bypass ? await race([now, ...without], limits) : [];
  return {
    name: query.name,
    title: query.title,
    set,
    grows: (query.growth ?? query.allowed.find(({ kind }) => kind === 'scan'))?.reason ?? null,
    legacy: then ?? null,
    ...(drifted && { drifted }),
    target,
    security: secured && bypass ? { with: secured, without: bypass } : null,
  };
}

type Competitor = readonly [pg.Client, Who, Statement];

async function seldom(competitor: Competitor): Promise<Times> {
  const took: number[] = [];
  while (took.length < SELDOM.runs && !took.some((ms) => ms > SELDOM.longest))
    took.push((await runAs(...competitor)).ms);
  return timesOf(took);
}

/** One after the other always: some share a connection, and so a transaction. */
async function race(competitors: readonly Competitor[], limits: Limits): Promise<Measured[]> {
  const counts: number[] = [];
  for (const each of competitors) counts.push((await runAs(...each)).count);
  const times = await contest(
    competitors.map((each) => async () => (await runAs(...each)).ms),
    limits,
  );
  const measured: Measured[] = [];
  for (const [index, each] of competitors.entries())
    measured.push({ ...(times[index] as Times), rows: counts[index] as number, pages: await pagesOf(...each) });
  return measured;
}

function whoAsks({ persona }: Query, drawn: Drawn, { personas, queries }: Config): Who {
  const { role, settings } = personas[persona] as { role: string; settings: Readonly<Record<string, string>> };
  const own = drawn.caller && queries?.caller ? queries.caller(drawn.caller) : {};
  return { role, settings: { ...settings, ...own } };
}

/** What the admin does now took the service's key before. */
function asBefore({ persona }: Query, who: Who): Who {
  return persona === 'admin' ? { role: 'service_role', settings: {} } : who;
}
