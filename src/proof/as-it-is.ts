import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { mustBeAbleToActAs } from '../database/rights.ts';
import { snapshotFile } from '../plans/snapshot.ts';
import { mergeFindings } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import type { Files } from '../report/snapshots.ts';
import { proveAnswers } from './answers.ts';
import { functionsFile } from './behaviour.ts';
import { actingRoles } from './build.ts';
import { elsewhereText, proveBehaviourThere, withElsewhere } from './elsewhere.ts';
import { proveInvariants } from './invariants.ts';
import { type Proof, proveAccessAndGraphql, proveCatalog, proveTypes } from './prove.ts';
import { hasCheckedInStructure } from './snapshots.ts';

/** The proof of a database as it is. */
export interface AsItIsProof extends Omit<Proof, 'counts'> {
  /** All that was left out, in words; empty where everything was proved. */
  readonly leftOut: readonly string[];
  /** A sentence on the part that was proved on the embedded engine, and why; undefined where nothing was. */
  readonly elsewhere: string | undefined;
}

/**
 * Proves a database in its present state, however it was built: every statement runs in a transaction that is rolled back, and
 * nothing is created, migrated or reset. For a branch or a server that rolecall may not rebuild, and for `watch`. Where its
 * structure is the one that is checked in, and the connection's role may not look into calls of functions, they are also
 * proved on the embedded engine.
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
  await withClient(url, (client) => mustBeAbleToActAs(client, actingRoles(config)));
  const catalog = await progress.step('Check the catalogs against the rules', () => proveCatalog(url, config));
  const invariants = await progress.step('Check the invariants', () => proveInvariants(url, config));
  const { access, graphql } = await progress.step('Prove access, and build GraphQL schemas, as each role', () =>
    proveAccessAndGraphql(url, config),
  );
  const same = behaviour && (await hasCheckedInStructure(catalog.files, config));
  const { called, elsewhere } = behaviour
    ? await withElsewhere(url, config, progress, { plans: false, calls: same, run: ['migrate'] }, async (there) => ({
        called: await progress.step('Call functions, and ask in other worlds', () =>
          proveBehaviourThere([{ url }], there, config, access.functionCells, graphql.schemas),
        ),
        elsewhere: there && elsewhereText(there),
      }))
    : {};
  const asked = behaviour
    ? await progress.step('Hold the answers of GraphQL against those of SQL', () =>
        proveAnswers(url, config, graphql.schemas),
      )
    : undefined;
  const types = await progress.step('Generate the types', () => proveTypes(url, config));
  return {
    cells: access.cells,
    elsewhere,
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
