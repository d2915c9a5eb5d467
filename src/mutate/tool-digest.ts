import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from './cache.ts';

/** A digest of rolecall's own code: a probe that was changed may notice other mutants. */
export function toolDigest(): string {
  const source = join(import.meta.dirname, '..');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted();
  return digestOf(files.map((name) => `${name}\n${readFileSync(join(source, name), 'utf8')}`).join('\n'));
}
