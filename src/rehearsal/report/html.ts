import type { Outcome } from '../outcome.ts';
import type { Mapped } from './text.ts';

/** What a page says beside the outcome. */
export interface Told {
  readonly name: string;
  readonly begun: Date;
  readonly seconds: ReadonlyMap<string, number>;
  readonly mapped: Mapped;
}

/** A page with all of it, that needs nothing from outside. */
export function outcomeHtml(_: Outcome, __: Told): string {
  return '';
}
