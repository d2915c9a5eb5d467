import type { Layout } from './settings.ts';

/**
 * In a message: the place where people declare a key of the configuration. Rooms know keys and no file; `inLayout`
 * puts the project's own file there.
 */
export const declaredIn = (key: string): string => `⟦${key}⟧`;

/** In a message: a command of rolecall as the project's people type it. */
export const toRun = (command: string): string => `⟦run ${command}⟧`;

/** Puts the project's own files and commands into a text, for `declaredIn` and `toRun`. */
export function inLayout(text: string, { declared = {}, run = 'npx rolecall' }: Layout = {}): string {
  return text.replaceAll(/⟦(run )?([^⟧]+)⟧/g, (_, command: string | undefined, key: string) =>
    command ? `\`${run} ${key}\`` : (declared[key] ?? `\`${key}\` (rolecall.config.ts)`),
  );
}
