import type { Config } from './schema.ts';

export type { Config } from './schema.ts';

/** Gives a configuration its type where it is written; its contents are checked when a command loads it. */
export function defineConfig(config: Config): Config {
  return config;
}
