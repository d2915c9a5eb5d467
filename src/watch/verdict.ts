import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { diffSchemas, type SchemaChange } from '../graphql/diff.ts';
import { committedTexts } from '../migrations/files.ts';
import { asItIs } from '../proof/as-it-is.ts';
import { proveCurrentSession } from '../proof/current-session.ts';
import { apiFile, structureFile } from '../proof/prove.ts';
import { asCheckedIn } from '../proof/snapshots.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import { compareFiles } from '../report/snapshots.ts';
import { structureChanges } from '../structure/findings.ts';
import { inWords } from '../structure/words.ts';
import { type Leftover, leftoversIn, withoutLeftovers } from './leftovers.ts';
import { changedObjects, lossesOf } from './losses.ts';
import { readSave } from './save.ts';

/** The changes that a save of current.sql made, compared with the snapshots that are checked in. */
export interface Verdict {
  readonly roles: readonly { readonly role: string; readonly changes: readonly SchemaChange[] }[];
  /** The differences between the structure and its snapshot, a sentence each. */
  readonly structure: readonly string[];
  readonly cells: number;
  /** All that is not asked on every save, in words. */
  readonly leftOut: readonly string[];
  /** Files that are generated from the database and no longer say what it is: `snapshot` writes them. */
  readonly stale: readonly string[];
  /** The findings, without files that are written anew: their changes are in `roles`, `structure` and `stale`. */
  readonly findings: Findings;
  /** Differences that current.sql does not make: an earlier save did. Findings about these objects are not among the others. */
  readonly leftovers: readonly Leftover[];
  readonly seconds: number;
}

const silent: Progress = { seconds: new Map(), step: async (_title, run) => run(() => {}) };

/**
 * Proves the database in its present state, and compares the result with the snapshots that are checked in.
 * @returns undefined when the database was changed meanwhile: the outcomes would be of two saves
 */
export async function verdictOf(url: string, config: Config): Promise<Verdict | undefined> {
  const started = performance.now();
  const save = await readSave(url);
  const { cells, files: found, findings, leftOut } = await asItIs(url, config, silent, { behaviour: false });
  if ((await readSave(url)).mark !== save.mark) return undefined;
  const files = await asCheckedIn(found, config);
  const roles = await Promise.all(
    config.roles.map(async (role) => {
      const path = `${config.snapshots}/schema.${role}.graphql`;
      return { role, changes: await diffSchemas(await textOf(path), files.get(path) ?? '') };
    }),
  );
  const compared = await compareFiles(files, config.snapshots);
  const path = structureFile(config);
  const differences = (await structureChanges(path, files.get(path) ?? '')) ?? [];
  const leftovers = differences.length > 0 ? leftoversIn(differences, save.text, await committedTexts()) : [];
  const pages = config.roles.map((role) => apiFile(config, role));
  const told = (where: string): boolean =>
    where.endsWith('.graphql') ||
    pages.includes(where) ||
    where.endsWith('access.md') ||
    (where === path && differences.length > 0);
  const access = `${config.snapshots}/access.md`;
  const isSaid = (object: string): boolean => findings.deviations.some(({ where }) => where.includes(object));
  const explained = [
    // Where access deviates, the change is not declared.
    ...changedObjects((await textOf(access)) ?? '', files.get(access) ?? '').filter((object) => !isSaid(object)),
    ...leftovers.map(({ object }) => object),
  ];
  const left = new Set(leftovers.map(({ is }) => is));
  return {
    roles,
    structure: differences.map((change) => inWords(change).is).filter((sentence) => !left.has(sentence)),
    cells: cells.length,
    leftOut,
    stale: compared.map(({ where }) => where).filter((where) => !told(where)),
    leftovers,
    findings: mergeFindings([
      withoutLeftovers(findings, leftovers, save.text),
      await proveCurrentSession(),
      { deviations: lossesOf(roles, explained), notEvaluated: [] },
    ]),
    seconds: (performance.now() - started) / 1000,
  };
}

const textOf = async (path: string): Promise<string | undefined> =>
  existsSync(path) ? readFile(path, 'utf8') : undefined;
