import type { Cell, Persona } from './model.ts';
import { become } from './statements.ts';

/** What to paste into psql to see a cell's outcome; it leaves nothing behind. */
export function transcript(persona: Persona, { statement }: Pick<Cell, 'statement'>): string {
  return ['begin;', ...become(persona), `${statement};`, 'rollback;'].join('\n');
}
