import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { diffSchemas, type SchemaChange } from '../graphql/diff.ts';
import { asItIs } from '../proof/as-it-is.ts';
import { proveCurrentSession } from '../proof/current-session.ts';
import { structureFile } from '../proof/prove.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import { compareFiles } from '../report/snapshots.ts';
import { structureChanges } from '../structure/findings.ts';
import { inWords } from '../structure/words.ts';

/** The changes that a save of current.sql made, compared with the snapshots that are checked in. */
export interface Verdict {
  readonly roles: readonly { readonly role: string; readonly changes: readonly SchemaChange[] }[];
  /** The differences between the structure and its snapshot, a sentence each. */
  readonly structure: readonly string[];
  readonly cells: number;
  /** Files that are generated from the database and no longer say what it is: `snapshot` writes them. */
  readonly stale: readonly string[];
  /** The findings, without files that are written anew: their changes are in `roles`, `structure` and `stale`. */
  readonly findings: Findings;
  readonly seconds: number;
}

const silent: Progress = { seconds: new Map(), step: async (_title, run) => run(() => {}) };

/** Proves the database in its present state, and compares the result with the snapshots that are checked in. */
export async function verdictOf(url: string, config: Config): Promise<Verdict> {
  const started = performance.now();
  const { cells, files, findings } = await asItIs(url, config, silent, { answers: false });
  const roles = await Promise.all(
    config.roles.map(async (role) => {
      const path = `${config.snapshots}/schema.${role}.graphql`;
      const before = existsSync(path) ? await readFile(path, 'utf8') : undefined;
      return { role, changes: await diffSchemas(before, files.get(path) ?? '') };
    }),
  );
  const compared = await compareFiles(files, config.snapshots);
  const path = structureFile(config);
  const structure = ((await structureChanges(path, files.get(path) ?? '')) ?? []).map((change) => inWords(change).is);
  const told = (where: string): boolean =>
    where.endsWith('.graphql') || where.endsWith('access.md') || (where === path && structure.length > 0);
  return {
    roles,
    structure,
    cells: cells.length,
    stale: compared.map(({ where }) => where).filter((where) => !told(where)),
    findings: mergeFindings([findings, await proveCurrentSession()]),
    seconds: (performance.now() - started) / 1000,
  };
}
