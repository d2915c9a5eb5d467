import type { Config } from '../config/define.ts';
import { together } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import { type Proof, proveAccess, proveCatalog, proveGraphql, provePlannedQueries, proveTypes } from './prove.ts';

/**
 * Proves a database as it stands, whatever made it so: every statement runs in a transaction that is rolled back, and
 * nothing is created, migrated or reset. For a branch or a server that is not rolecall's to rebuild, and for `watch`.
 */
export async function asItIs(url: string, config: Config, progress: Progress): Promise<Proof> {
  const catalog = await progress.step('Hold the catalogs against the rules', () => proveCatalog(url, config));
  const access = await progress.step('Prove access as each persona', () => proveAccess(url, config));
  const plans = await progress.step('Plan the queries on tables of the declared size', () =>
    provePlannedQueries(url, config),
  );
  const graphql = await progress.step('Build the GraphQL schema of each role', () => proveGraphql(url, config));
  const types = await progress.step('Generate the types', () => proveTypes(url, config));
  return {
    cells: access.cells,
    counts: access.counts,
    files: new Map([...access.files, ...plans.files, ...graphql.files, ...types.files]),
    findings: together([catalog, access.findings, plans.findings, graphql.findings, types.findings]),
  };
}
