import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Config } from '../config/define.ts';
import type { Deviation } from '../report/deviation.ts';
import { compareFiles, type Files } from '../report/snapshots.ts';
import { compare } from '../structure/compare.ts';
import { asDeviation, structureChanges } from '../structure/findings.ts';
import { pageOf } from '../structure/read.ts';
import { revert } from '../structure/revert.ts';
import { parse } from '../structure/text.ts';
import { isHostsOwn } from './hosts-own.ts';
import { structureFile } from './prove.ts';

/**
 * Snapshots of a database without what Supabase has by itself, for a project that runs there: in that, the structure is as
 * it is checked in.
 */
export async function asCheckedIn(files: Files, config: Config): Promise<Files> {
  const path = structureFile(config);
  const [contents, checkedIn] = [files.get(path), existsSync(path) ? await readFile(path, 'utf8') : undefined];
  if (contents === undefined || checkedIn === undefined) return files;
  const [before, after] = [parse(checkedIn), parse(contents)];
  if (!before || !after) return files;
  const isHosts = isHostsOwn(config);
  const differences = compare(before, after);
  const others = differences.filter((one) => !isHosts(one));
  if (others.length === differences.length) return files;
  return new Map(files).set(path, others.length === 0 ? checkedIn : pageOf(revert(before, after, isHosts)));
}

/** Whether a structure is the one that is checked in, but for what Supabase has by itself. Without one there, it is not. */
export async function hasCheckedInStructure(files: Files, config: Config): Promise<boolean> {
  const path = structureFile(config);
  const contents = (await asCheckedIn(files, config)).get(path);
  return contents !== undefined && (await structureChanges(path, contents))?.length === 0;
}

/**
 * Compares snapshots with the files that are checked in, and writes nothing. What differs in the structure is said in
 * words, object by object, instead of as a difference of the file.
 */
export async function compareSnapshots(found: Files, config: Config): Promise<Deviation[]> {
  const files = await asCheckedIn(found, config);
  const compared = await compareFiles(files, config.snapshots);
  const path = structureFile(config);
  const changes = (await structureChanges(path, files.get(path) ?? '')) ?? [];
  if (changes.length === 0) return compared;
  return [...compared.filter(({ where }) => where !== path), ...changes.map((one) => asDeviation(one, path))];
}
