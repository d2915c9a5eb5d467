import type { Config } from '../config/define.ts';
import type { Deviation } from '../report/deviation.ts';
import { compareFiles, type Files } from '../report/snapshots.ts';
import { asDeviation, structureChanges } from '../structure/findings.ts';
import { isHostsOwn } from './hosts-own.ts';
import { structureFile } from './prove.ts';

/** In what a structure differs from the one that is checked in. */
interface StructureComparison {
  /** In words, without what Supabase has by itself. */
  readonly deviations: readonly Deviation[];
  /** Whether that is the only difference, or there is none. */
  readonly same: boolean;
  /** Whether the objects differ at all. */
  readonly differs: boolean;
}

/** Compares the structure in `files` with the one that is checked in. Without one there, nothing is the same. */
export async function compareStructure(files: Files, config: Config): Promise<StructureComparison> {
  const path = structureFile(config);
  const contents = files.get(path);
  const changes = contents === undefined ? undefined : await structureChanges(path, contents);
  const isHosts = isHostsOwn(config);
  const deviations = (changes ?? []).filter((one) => !isHosts(one)).map((one) => asDeviation(one, path));
  return { deviations, same: changes !== undefined && deviations.length === 0, differs: (changes ?? []).length > 0 };
}

/**
 * Compares snapshots with the files that are checked in, and writes nothing. What differs in the structure is said in
 * words, object by object, instead of as a difference of the file.
 */
export async function compareSnapshots(files: Files, config: Config): Promise<Deviation[]> {
  const compared = await compareFiles(files, config.snapshots);
  const { deviations, differs } = await compareStructure(files, config);
  if (!differs) return compared;
  return [...compared.filter(({ where }) => where !== structureFile(config)), ...deviations];
}
