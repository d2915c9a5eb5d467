import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { statementsWithoutEffect } from '../migrations/effect/without-effect.ts';
import { committedMigration, migrationBeingCommitted } from '../migrations/files.ts';
import { proveRerunnable } from '../migrations/rerun.ts';
import { sessionDeviations } from '../migrations/session/deviations.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import { proveAnswers } from './answers.ts';
import { proveBehaviour } from './behaviour.ts';
import { proveAccess, proveCatalog, proveGraphql, provePlannedQueries } from './prove.ts';
import { proveRows } from './rows.ts';

/** The findings of the gate about a migration. */
export interface GateProof {
  readonly findings: Findings;
  /** Each table whose rows it changed, with the numbers, a line each. */
  readonly rows: readonly string[];
}

/**
 * Proves that a migration may be committed, on the shadow database that has just run it: the catalogs keep the rules, the
 * matrix is as declared, every GraphQL schema builds without warnings, the queries have the plans that they need, each
 * statement does what it says, no row or value goes that it does not declare, and it can run again.
 * @param before the newest migration before the commit, where that is known
 * @returns undefined when nothing is being committed: graphile-migrate runs its hooks on the shadow database for other
 * commands too
 */
export async function gate(
  urls: ConnectionStrings,
  config: Config,
  before: string | undefined,
): Promise<GateProof | undefined> {
  const name = await migrationBeingCommitted(before);
  if (!name) return undefined;
  const committed = await committedMigration(name, urls);

  const catalog = await proveCatalog(urls.shadow, config);
  // Before access, as in a proof from nothing: what that writes and rolls back makes files larger, and plans cost more.
  const plans = await provePlannedQueries(urls.shadow, config);
  const access = await proveAccess(urls.shadow, config);
  // Not GraphQL in other worlds: its answers are those of SQL, and check asks in them, too.
  const behaviour = await proveBehaviour(urls.shadow, config, access.functionCells);
  const graphql = await proveGraphql(urls.shadow, config);
  const answers = await proveAnswers(urls.shadow, config, graphql.schemas);
  const idle = await withClient(urls.shadow, (client) => statementsWithoutEffect(client, committed));
  const rows = await proveRows(urls, config, committed);
  const rerun = await withClient(urls.shadow, (client) => proveRerunnable(client, committed, config.world));
  return {
    rows: rows.lines,
    findings: mergeFindings([
      { deviations: await sessionDeviations(committed), notEvaluated: [] },
      { deviations: idle, notEvaluated: [] },
      { deviations: rows.deviations, notEvaluated: [] },
      catalog.findings,
      access.findings,
      behaviour.findings,
      plans.findings,
      graphql.findings,
      answers.findings,
      rerun,
    ]),
  };
}

/**
 * Whether findings refuse a migration. Plans need a superuser, whom a server may not give: that they were not evaluated
 * for this is said, and refuses nothing.
 */
export function refuses({ deviations, notEvaluated }: Findings): boolean {
  return deviations.length > 0 || notEvaluated.some(({ check }) => check !== 'plans');
}
