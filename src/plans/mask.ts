import type { PlanMode } from './model.ts';

const CONSTANT = /'(?:[^']|'')*'::("[^"]+"|[\w.]+(?: with(?:out)? time zone)?(?:\[\])?)/g;

/**
 * A line of a plan that was made for certain parameters, without them: its conditions contain them, and another run
 * draws others.
 */
export function mask(line: string, mode: PlanMode): string {
  return mode === 'custom' ? line.replaceAll(CONSTANT, '…') : line;
}
