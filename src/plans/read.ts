import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessSettings } from '../access/settings.ts';
import { UserError } from '../errors.ts';
import { parseQuery } from './header.ts';
import type { Query } from './model.ts';
import type { QuerySettings } from './settings.ts';

/** Query files can't be read; the message lists every mistake. */
export class QueryFileError extends UserError {
  override readonly name = 'QueryFileError';
}

/**
 * Reads every query file, in the order of their names.
 * @throws QueryFileError with all mistakes of all files at once
 */
export async function readQueries(
  { folder, sizes }: QuerySettings,
  { personas }: Pick<AccessSettings, 'personas'>,
): Promise<Query[]> {
  if (!existsSync(folder))
    throw new QueryFileError(`There is no folder ${folder}, where \`queries.folder\` says the queries are.`);
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
    throw new QueryFileError(
      `The queries have ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.join('\n')}`,
    );
  return queries;
}
