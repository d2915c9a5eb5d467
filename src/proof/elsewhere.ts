import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import type { FunctionCell } from '../access/model.ts';
import type { Config } from '../config/schema.ts';
import { rolledBack, withClient } from '../database/connect.ts';
import { untilStopped } from '../database/running.ts';
import { dropDatabase, openServer, recreateDatabase } from '../database/server.ts';
import { type ConnectionStrings, withDatabase } from '../database/urls.ts';
import type { BuiltSchema } from '../graphql/schema.ts';
import { runQuietly } from '../migrations/graphile-migrate.ts';
import type { Findings, NotEvaluated } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import { allAtOnce } from './at-once.ts';
import { type BehaviourProof, type ProofDatabase, proveBehaviour } from './behaviour.ts';
import { fillLegacy } from './build.ts';

/** The rights that a proof needs and the role of a connection lacks. */
interface Lacking {
  readonly role: string;
  /** To write the statistics of the planner, which plans need: only a superuser may. */
  readonly statistics: boolean;
  /** Settings, which calls of functions and other worlds need. */
  readonly settings: readonly WithheldSetting[];
}

type WithheldSetting = NonNullable<NotEvaluated['lacks']>;

/** track_functions says which functions were reached; without triggers, rows of other worlds are as they are written. */
const SETTINGS: ReadonlyMap<WithheldSetting, string> = new Map([
  ['track_functions', 'all'],
  ['session_replication_role', 'replica'],
]);

/** Reads what the role of this connection lacks. A setting is tried: a host can allow it in ways that no catalog shows. */
async function readLacking(client: pg.Client): Promise<Lacking> {
  return rolledBack(client, async () => {
    const { rows } = await client.query<{ role: string; statistics: boolean }>(
      'select rolname as role, not rolsuper as statistics from pg_roles where rolname = current_user',
    );
    const settings: WithheldSetting[] = [];
    for (const [name, value] of SETTINGS) {
      await client.query('savepoint trial');
      await client.query(`set local ${name} = '${value}'`).catch(() => settings.push(name));
      await client.query('rollback to savepoint trial');
    }
    const [{ role = '', statistics = false } = {}] = rows;
    return { role, statistics, settings };
  });
}

/** In words what a role lacks; empty where it lacks nothing. */
function lackingText({ role, statistics, settings }: Lacking): string {
  const lacks = [
    ...(statistics ? ['write the statistics of the planner'] : []),
    ...(settings.length > 0 ? [`set ${settings.join(' or ')}`] : []),
  ];
  return lacks.length === 0 ? '' : `${role} may not ${lacks.join(', or ')}`;
}

/** A database like the one that is proved, on the embedded engine, where the connection is a superuser's. */
export interface Elsewhere extends Lacking {
  readonly url: string;
}

/** In words what is proved there, and why. */
export function elsewhereText(elsewhere: Elsewhere): string {
  const proved = [
    ...(elsewhere.statistics ? ['the plans of queries'] : []),
    ...(elsewhere.settings.length > 0 ? ['calls of functions, and what answers depend on'] : []),
  ];
  return `${proved.join('; ')} (on the embedded engine, since ${lackingText(elsewhere)})`;
}

/** The part of a proof to run on the embedded engine, where the role of the named server cannot. */
interface ElsewhereWork {
  readonly plans: boolean;
  readonly calls: boolean;
  /** The command of graphile-migrate that makes the database: with current.sql or without. */
  readonly run: readonly string[];
}

/**
 * Gives `use` a database on the embedded engine, made from the same legacy data and migrations, where the role of the named
 * server lacks what a proof needs; undefined where it lacks nothing. The database is dropped afterwards.
 * @param url of the database that is proved
 */
export async function withElsewhere<T>(
  url: string,
  config: Config,
  progress: Progress,
  { plans, calls, run }: ElsewhereWork,
  use: (elsewhere: Elsewhere | undefined) => Promise<T>,
): Promise<T> {
  const lacks = await withClient(url, readLacking);
  const lacking = { ...lacks, statistics: plans && lacks.statistics, settings: calls ? lacks.settings : [] };
  const why = lackingText(lacking);
  if (!why) return use(undefined);
  const engine = await openServer(config.database, {});
  const main = withDatabase(engine.urls.root, `${config.database.name}_elsewhere`);
  const urls: ConnectionStrings = { ...engine.urls, main };
  const stop = untilStopped(async () => {
    await dropDatabase(urls.root, main).catch(() => {});
    await engine.stop();
  });
  try {
    await progress.step(`Build the same on the embedded engine, since ${why}`, async () => {
      await recreateDatabase(urls.root, main);
      await withClient(main, (client) => fillLegacy(client, config));
      await runQuietly(run, urls);
    });
    return await use({ ...lacking, url: main });
  } finally {
    await stop();
  }
}

/**
 * The proof of behaviour on the server, and once more on the embedded engine, where the role lacks what it needs. The page of
 * functions is the engine's.
 */
export async function proveBehaviourThere(
  places: readonly ProofDatabase[],
  elsewhere: Elsewhere | undefined,
  config: Config,
  called: readonly FunctionCell[],
  schemas: readonly BuiltSchema[] = [],
): Promise<BehaviourProof> {
  if (!elsewhere || elsewhere.settings.length === 0) return proveBehaviour(places, config, called, schemas);
  const [here, there] = await allAtOnce([
    proveBehaviour(places, config, called, schemas),
    proveBehaviour([{ url: elsewhere.url }], config, called, schemas),
  ]);
  return { ...there, findings: findingsOfBoth(here.findings, there, elsewhere.settings) };
}

/**
 * The findings of a proof on the server and of the same on the embedded engine, each once. What was not evaluated on the
 * server for lack of a setting is left out, since the engine evaluated it or says itself why not; it stays where rows of the
 * world were missing on the engine, which then reached less.
 * @param lacking the settings that the server's role may not set
 */
export function findingsOfBoth(
  here: Findings,
  there: Pick<BehaviourProof, 'findings' | 'complete'>,
  lacking: readonly WithheldSetting[],
): Findings {
  const isDone = ({ lacks }: NotEvaluated): boolean => there.complete && lacks !== undefined && lacking.includes(lacks);
  const open = here.notEvaluated.filter((one) => !isDone(one));
  return {
    deviations: [...without(here.deviations, there.findings.deviations), ...there.findings.deviations],
    notEvaluated: [...without(open, there.findings.notEvaluated), ...there.findings.notEvaluated],
  };
}

const without = <T>(all: readonly T[], others: readonly T[]): T[] =>
  all.filter((one) => !others.some((other) => isDeepStrictEqual(one, other)));
