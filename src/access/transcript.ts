import { become } from './statements.ts';

/**
 * What to paste into psql to see an outcome; it leaves nothing behind.
 * @param before statements that the connection's own user runs first
 */
export function transcript(
  persona: Parameters<typeof become>[0],
  { statement }: { readonly statement: string },
  before: readonly string[] = [],
): string {
  return ['begin;', ...before, ...become(persona), `${statement};`, 'rollback;'].join('\n');
}
