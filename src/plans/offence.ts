import type { Allowance, Executed } from './model.ts';

/** One thing that a plan does and should not do. */
export interface PlanOffence {
  /** The line of a query file that would allow it; undefined when none can. */
  readonly allowance?: Pick<Allowance, 'kind' | 'object'>;
  readonly expected: string;
  readonly seen: string;
  /** `seen` in a few words, without the place. */
  readonly what: string;
  readonly fix: string;
  /** The plans that do it, where they are not the planner's choice. */
  readonly plans?: Executed;
}
