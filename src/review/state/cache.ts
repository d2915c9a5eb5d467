import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../mutate/cache.ts';
import { toolDigest } from '../../mutate/tool-digest.ts';
import type { StateFacts } from '../facts.ts';
import type { TreeFile } from '../git/trees.ts';

/** How many states are kept; a state of a project with fifty tables takes about a megabyte. */
const KEPT = 12;

/**
 * The key of a state's facts: a digest of all that they depend on.
 * @param files of the state that matter
 * @param added the migrations that are measured
 * @param server the kind and version of the server
 */
export function keyOf(files: readonly TreeFile[], added: readonly string[], config: string, server: string): string {
  const listed = files.map(({ path, blob }) => `${blob} ${path}`).join('\n');
  return digestOf(JSON.stringify([listed, added, config, server, process.version, toolDigest()]));
}

/** The facts of an earlier review; undefined where there are none, or none that can be read. */
export async function cachedFacts(folder: string, key: string): Promise<StateFacts | undefined> {
  const path = join(folder, `${key}.json`);
  if (!existsSync(path)) return undefined;
  try {
    const facts = JSON.parse(await readFile(path, 'utf8')) as StateFacts;
    await utimes(path, new Date(), new Date());
    return facts;
  } catch {
    return undefined;
  }
}

/** Keeps facts for later reviews; of earlier ones only those that were used last stay. */
export async function keepFacts(folder: string, key: string, facts: StateFacts): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Written under another name first: a process that is killed leaves no half of a file.
  const path = join(folder, `${key}.json`);
  await writeFile(`${path}.${process.pid}`, JSON.stringify(facts));
  await rename(`${path}.${process.pid}`, path);
  const kept = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
  const used = await Promise.all(kept.map(async (each) => ({ each, at: (await stat(each)).mtimeMs })));
  const old = used.toSorted((one, other) => other.at - one.at).slice(KEPT);
  for (const { each } of old) await rm(each, { force: true });
}
