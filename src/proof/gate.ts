import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { statementsWithoutEffect } from '../migrations/effect/without-effect.ts';
import { committedMigration, migrationBeingCommitted } from '../migrations/files.ts';
import { proveRerunnable } from '../migrations/rerun.ts';
import { sessionDeviations } from '../migrations/session/deviations.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import { proveAccess, proveCatalog, proveGraphql } from './prove.ts';

/**
 * Proves that a migration may be committed, on the shadow database that has just run it: the catalogs keep the rules, the
 * matrix is as declared, every GraphQL schema builds without warnings, each statement does what it says, and it can run
 * again.
 * @returns undefined when nothing is being committed: graphile-migrate runs its hooks on the shadow database for other
 * commands too
 */
export async function gate(urls: ConnectionStrings, config: Config): Promise<Findings | undefined> {
  const name = await migrationBeingCommitted();
  if (!name) return undefined;
  const committed = await committedMigration(name, urls);

  const catalog = await proveCatalog(urls.shadow, config);
  const access = await proveAccess(urls.shadow, config);
  const graphql = await proveGraphql(urls.shadow, config);
  const idle = await withClient(urls.shadow, (client) => statementsWithoutEffect(client, committed));
  const rerun = await withClient(urls.shadow, (client) => proveRerunnable(client, committed, config.world));
  return mergeFindings([
    { deviations: await sessionDeviations(committed), notEvaluated: [] },
    { deviations: idle, notEvaluated: [] },
    catalog.findings,
    access.findings,
    graphql.findings,
    rerun,
  ]);
}
