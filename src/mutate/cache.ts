import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';
import type { MutantResult } from './result.ts';

/** All that the result of a mutant depends on, besides the mutant. */
export interface CacheKey {
  /** The structure of the unchanged database, with the digests of its functions. */
  readonly structure: string;
  /** Everything that is declared. */
  readonly declared: string;
  /** The code of rolecall. */
  readonly tool: string;
  /** The server's version. */
  readonly server: string;
}

/** The results of earlier runs of the same mutants on the same database, and where new ones are put. */
export interface MutantCache {
  get(mutant: Mutant): MutantResult | undefined;
  /** Keeps a result at once, so that a run that is stopped loses nothing. */
  put(mutant: Mutant, result: MutantResult): void;
}

/** How many files, each of another database, declarations or version of rolecall, are kept. */
const KEPT = 4;

/**
 * Opens the results of earlier runs.
 * @param folder in which they are; created when there is something to put there
 */
export function openCache(folder: string, key: CacheKey): MutantCache {
  const path = join(folder, `${digestOf(JSON.stringify([key.structure, key.declared, key.tool, key.server]))}.jsonl`);
  const results = new Map(existsSync(path) ? readFileSync(path, 'utf8').split('\n').flatMap(lineOf) : []);
  let begun = false;
  return {
    get: (mutant) => results.get(digestOfMutant(mutant)),
    put(mutant, result) {
      if (!begun) begin(folder, path);
      begun = true;
      results.set(digestOfMutant(mutant), result);
      appendFileSync(path, `${JSON.stringify([digestOfMutant(mutant), result])}\n`);
    },
  };
}

/** SHA-256 of a text, shortened to 128 bits. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const digestOfMutant = ({ id, sql, concerns, kind }: Mutant): string =>
  digestOf(JSON.stringify([id, sql, concerns, kind]));

/** A line that a killed process did not write to its end is as if it was not there. */
function lineOf(line: string): [string, MutantResult][] {
  try {
    return line === '' ? [] : [JSON.parse(line) as [string, MutantResult]];
  } catch {
    return [];
  }
}

/** Makes room: of the other files only the newest stay. A line that was left unfinished gets its end. */
function begin(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true });
  const others = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((other) => other !== path && other.endsWith('.jsonl'))
    .toSorted((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  for (const old of others.slice(KEPT - 1)) rmSync(old);
  if (existsSync(path) && !readFileSync(path, 'utf8').endsWith('\n')) appendFileSync(path, '\n');
}
