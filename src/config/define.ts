import type { Config } from './schema.ts';

export type { Config } from './schema.ts';

/** Types a configuration where it is written; what it says is checked when a command loads it. */
export function defineConfig(config: Config): Config {
  return config;
}
