/** One small change of a database, and what it concerns. */
export interface Mutant {
  /** Stable between runs: operator, object and place, e.g. `policy-using-true public.channels "owners read" `. */
  readonly id: string;
  readonly operator: string;
  /** The object that is changed, as PostgreSQL names it. */
  readonly object: string;
  /** In words: `USING of policy x on y: true`. */
  readonly what: string;
  /** SQL that makes the change; run in a transaction that is rolled back. */
  readonly sql: string;
  /** Tables and functions (signatures) whose behaviour can change by it. */
  readonly concerns: readonly string[];
  /** Whether it concerns who may do what, or something else (a default, an index, a check). */
  readonly kind: 'access' | 'other';
  /** The right that its SQL takes besides that of the object's owner: a role without it cannot evaluate the mutant. */
  readonly needs?: 'superuser';
}
