import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../errors.ts';
import { mistakesIn } from './mistakes.ts';
import type { Config } from './schema.ts';

/** The configuration could not be used; the message lists every mistake. */
export class ConfigError extends UserError {
  override readonly name = 'ConfigError';
}

/**
 * Loads and checks rolecall.config.ts.
 * @param path of the file, below the current folder or absolute
 * @throws ConfigError with all mistakes at once
 */
export async function loadConfig(path: string): Promise<Config> {
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new ConfigError(
      `There is no ${path} here. Run rolecall in the project's folder, or name the file with --config.`,
    );
  }
  let loaded: { default?: unknown };
  try {
    loaded = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (error) {
    throw new ConfigError(`${path} could not be loaded: ${(error as Error).message}`, { cause: error });
  }
  const mistakes = mistakesIn(loaded.default);
  if (mistakes.length > 0) {
    const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
    throw new ConfigError(`${path} has ${count}:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`);
  }
  return loaded.default as Config;
}
