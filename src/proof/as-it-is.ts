import type { Config } from '../config/schema.ts';
import { snapshotFile } from '../plans/snapshot.ts';
import { mergeFindings } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import { proveAnswers } from './answers.ts';
import { type Proof, proveAccessAndGraphql, proveCatalog, proveTypes } from './prove.ts';

/**
 * Proves a database in its present state, however it was built: every statement runs in a transaction that is rolled back, and
 * nothing is created, migrated or reset. For a branch or a server that rolecall may not rebuild, and for `watch`.
 * Plans are left to `rolecall plans`: they take a superuser, and longer than a save should.
 * @param answers whether GraphQL's answers are held against SQL's, which takes as long as all else
 */
export async function asItIs(
  url: string,
  config: Config,
  progress: Progress,
  { answers }: { readonly answers: boolean },
): Promise<Proof> {
  const catalog = await progress.step('Check the catalogs against the rules', () => proveCatalog(url, config));
  const { access, graphql } = await progress.step('Prove access, and build GraphQL schemas, as each role', () =>
    proveAccessAndGraphql(url, config),
  );
  const asked = answers
    ? await progress.step('Hold the answers of GraphQL against those of SQL', () =>
        proveAnswers(url, config, graphql.schemas),
      )
    : undefined;
  const types = await progress.step('Generate the types', () => proveTypes(url, config));
  return {
    cells: access.cells,
    counts: access.counts,
    files: new Map([
      ...access.files,
      ...(await snapshotFile(config, {})),
      ...graphql.files,
      ...types.files,
      ...catalog.files,
    ]),
    findings: mergeFindings([
      catalog.findings,
      access.findings,
      graphql.findings,
      ...(asked ? [asked.findings] : []),
      types.findings,
    ]),
  };
}
