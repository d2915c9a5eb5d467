/**
 * Something that is not as declared: what was expected, what was seen, and what to do. Every check gives its findings
 * in this one shape, so that every report, in words or in JSON, shows them alike.
 */
export interface Deviation {
  /** Which check found it. */
  readonly check:
    | 'access'
    | 'functions'
    | 'interference'
    | 'invariants'
    | 'catalog'
    | 'graphql'
    | 'types'
    | 'plans'
    | 're-runnable'
    | 'legacy rows'
    | 'snapshot'
    | 'structure'
    | 'migrations'
    | 'mutants'
    | 'supabase';
  /** Where: a table and persona, a file, a migration. */
  readonly where: string;
  readonly expected: string;
  readonly seen: string;
  /** SQL that shows it, ready to paste into psql, or a diff. */
  readonly evidence?: string;
  /** One sentence for people that says how to fix it. */
  readonly fix: string;
}

/** Something that was not looked at, and why. It never counts as passed. */
export interface NotEvaluated {
  readonly check: Deviation['check'];
  readonly where: string;
  readonly why: string;
  /** The setting that the connection's role may not set, where that alone is why. */
  readonly lacks?: 'track_functions' | 'session_replication_role';
}

/** The findings of one check. */
export interface Findings {
  readonly deviations: readonly Deviation[];
  readonly notEvaluated: readonly NotEvaluated[];
}

/** Joins what several checks found, in their order. */
export function mergeFindings(findings: readonly Findings[]): Findings {
  return {
    deviations: findings.flatMap(({ deviations }) => deviations),
    notEvaluated: findings.flatMap(({ notEvaluated }) => notEvaluated),
  };
}
