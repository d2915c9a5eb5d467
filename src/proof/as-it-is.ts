import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { snapshotFile } from '../plans/snapshot.ts';
import { mergeFindings } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import type { Files } from '../report/snapshots.ts';
import { proveAnswers } from './answers.ts';
import { functionsFile, proveBehaviour } from './behaviour.ts';
import { proveInvariants } from './invariants.ts';
import { type Proof, proveAccessAndGraphql, proveCatalog, proveTypes } from './prove.ts';

/** The proof of a database as it is. */
export interface AsItIsProof extends Omit<Proof, 'counts'> {
  /** All that was left out, in words; empty where everything was proved. */
  readonly leftOut: readonly string[];
}

/**
 * Proves a database in its present state, however it was built: every statement runs in a transaction that is rolled back, and
 * nothing is created, migrated or reset. For a branch or a server that rolecall may not rebuild, and for `watch`.
 * Plans are left to `rolecall plans`: they take a superuser, and longer than a save should.
 * @param behaviour whether functions are called, and everything is asked in other worlds and of GraphQL, which takes longer
 * than all else; without it, the page of functions counts as it is checked in
 */
export async function asItIs(
  url: string,
  config: Config,
  progress: Progress,
  { behaviour }: { readonly behaviour: boolean },
): Promise<AsItIsProof> {
  const catalog = await progress.step('Check the catalogs against the rules', () => proveCatalog(url, config));
  const invariants = await progress.step('Check the invariants', () => proveInvariants(url, config));
  const { access, graphql } = await progress.step('Prove access, and build GraphQL schemas, as each role', () =>
    proveAccessAndGraphql(url, config),
  );
  const called = behaviour
    ? await progress.step('Call functions, and ask in other worlds', () =>
        proveBehaviour([{ url }], config, access.functionCells, graphql.schemas),
      )
    : undefined;
  const asked = behaviour
    ? await progress.step('Hold the answers of GraphQL against those of SQL', () =>
        proveAnswers(url, config, graphql.schemas),
      )
    : undefined;
  const types = await progress.step('Generate the types', () => proveTypes(url, config));
  return {
    cells: access.cells,
    leftOut: [
      'the plans of queries',
      ...(behaviour && !config.invariants ? ['invariants, of which the configuration has none'] : []),
      ...(behaviour ? [] : ['what functions return and change', 'what GraphQL answers']),
    ],
    files: new Map([
      ...access.files,
      ...(called?.files ?? (await asCheckedIn(functionsFile(config)))),
      ...(await snapshotFile(config, {})),
      ...graphql.files,
      ...types.files,
      ...catalog.files,
    ]),
    findings: mergeFindings([
      catalog.findings,
      invariants,
      access.findings,
      graphql.findings,
      ...(called ? [called.findings] : []),
      ...(asked ? [asked.findings] : []),
      types.findings,
    ]),
  };
}

async function asCheckedIn(path: string): Promise<Files> {
  return existsSync(path) ? new Map([[path, await readFile(path, 'utf8')]]) : new Map();
}
