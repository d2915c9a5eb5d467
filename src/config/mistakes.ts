import { accessMistakes } from '../access/mistakes.ts';
import { accessSettings } from '../access/settings.ts';
import { legacyMistakes } from '../accounting/settings.ts';
import { functionsMistakes, functionsSettings } from '../functions/settings.ts';
import { onlineMistakes } from '../online/settings.ts';
import { restoreMistakes } from '../quarantine/settings.ts';
import { rehearsalMistakes } from '../rehearsal/settings.ts';
import { type Config, configSettings } from './schema.ts';

/**
 * Every mistake in a configuration, each with its path and what is expected there. Contradictions within a room's
 * settings are listed if the shape of that room's settings is right, even when another room's is not.
 */
export function mistakesIn(config: unknown): string[] {
  const { error } = configSettings.safeParse(config);
  const misshapen = error?.issues ?? [];
  const wrong = new Set(misshapen.map(({ path }) => path[0]));
  const settings = config as Config;
  const rooms: [keys: string[], mistakes: (settings: Config) => Iterable<string>][] = [
    [Object.keys(accessSettings.shape), accessMistakes],
    [Object.keys(functionsSettings.shape), functionsMistakes],
    [['legacy'], ({ legacy }) => (legacy ? [...legacyMistakes(legacy), ...rehearsalMistakes(legacy)] : [])],
    [['legacy'], ({ legacy }) => (legacy?.restore ? restoreMistakes(legacy.restore) : [])],
    [['online'], ({ online }) => (online ? onlineMistakes(online) : [])],
  ];
  return [
    ...misshapen.map(({ path, message }) => `${path.join('.') || 'default export'}: ${message}`),
    // A path of its own says that nothing of the configuration can be read.
    ...(wrong.has(undefined) && !isObject(config)
      ? []
      : rooms.flatMap(([keys, mistakes]) => (keys.some((key) => wrong.has(key)) ? [] : [...mistakes(settings)]))),
  ];
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
