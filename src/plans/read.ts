import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { parseQuery } from './header.ts';
import type { Query } from './model.ts';
import type { QuerySettings } from './settings.ts';

/**
 * Reads every query file, in the order of their names.
 * @throws ConfigError with all mistakes of all files at once
 */
export async function readQueries({ folder, sizes }: QuerySettings, { personas }: Config): Promise<Query[]> {
  if (!existsSync(folder))
    throw new ConfigError(`There is no folder ${folder}, where \`queries.folder\` says the queries are.`);
  const context = { personas: Object.keys(personas), tables: Object.keys(sizes) };
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const queries: Query[] = [];
  const mistakes: string[] = [];
  for (const name of files) {
    const file = join(folder, name);
    const parsed = parseQuery(file, await readFile(file, 'utf8'), context);
    if ('query' in parsed) queries.push(parsed.query);
    else mistakes.push(...parsed.mistakes.map((mistake) => `  - ${file}: ${mistake}`));
  }
  if (mistakes.length > 0)
    throw new ConfigError(
      `The queries have ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.join('\n')}`,
    );
  return queries;
}
