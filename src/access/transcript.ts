import { become } from './statements.ts';

/**
 * The statements to paste into psql to see an outcome, in a transaction that is rolled back.
 * @param before statements that the connection's own user runs first
 */
export function transcript(
  persona: Parameters<typeof become>[0],
  { statement }: { readonly statement: string },
  before: readonly string[] = [],
): string {
  return ['begin;', ...before, ...become(persona), `${statement};`, 'rollback;'].join('\n');
}
