import { SupabaseError } from './error.ts';

/** Placeholder → value; a value of null is not the same on every server, or is a secret. */
type Placeholders = ReadonlyMap<string, string | null>;

/** graphile-migrate's own placeholders. */
const OWN = [':DATABASE_NAME', ':DATABASE_OWNER'];

/** How .gmrc says that the environment has the value. */
const FROM_ENVIRONMENT = '!ENV';

/** The placeholders of a project. @param declared `placeholders` of .gmrc */
export function placeholdersIn(declared: unknown): Placeholders {
  const own = OWN.map((key): [string, null] => [key, null]);
  const others = Object.entries((declared ?? {}) as Record<string, string>).map(
    ([key, value]): [string, string | null] => [key, value === FROM_ENVIRONMENT ? null : value],
  );
  return new Map([...own, ...others]);
}

/**
 * A migration's text with the placeholders resolved as graphile-migrate does when it runs it: wherever they are, in strings too.
 * @throws SupabaseError when one has no value that could be checked in
 */
export function resolvePlaceholders(file: string, text: string, placeholders: Placeholders): string {
  const keys = [...placeholders.keys()].map((key) => key.replaceAll(/[-/\\^$*+?.()|[\]{}]/g, String.raw`\$&`));
  return text.replaceAll(new RegExp(`(?:${keys.join('|')})\\b`, 'g'), (key) => {
    const value = placeholders.get(key);
    if (typeof value === 'string') return value;
    throw new SupabaseError(
      `${file} can't be exported: ${key} has another value on each server, and an exported file has one for all. Write the migration without it, for example with current_database().`,
    );
  });
}
