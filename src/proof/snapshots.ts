import type { Config } from '../config/define.ts';
import type { Deviation } from '../report/deviation.ts';
import { compareFiles, type Files } from '../report/snapshots.ts';
import { asDeviation, structureChanges } from '../structure/findings.ts';
import { structureFile } from './prove.ts';

/**
 * Compares snapshots with the files that are checked in, and writes nothing. What differs in the structure is said in
 * words, object by object, instead of as a difference of the file.
 */
export async function compareSnapshots(files: Files, config: Config): Promise<Deviation[]> {
  const path = structureFile(config);
  const compared = await compareFiles(files, config.snapshots);
  const contents = files.get(path);
  const changes = contents === undefined ? [] : ((await structureChanges(path, contents)) ?? []);
  if (changes.length === 0) return compared;
  return [...compared.filter(({ where }) => where !== path), ...changes.map((change) => asDeviation(change, path))];
}
