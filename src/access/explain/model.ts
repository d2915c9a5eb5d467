import type { CellColumns, JudgedCell } from '../answer/judge.ts';
import type { Command } from '../model.ts';

/** The rule of one relation: what `rolecall access --explain` prints as JSON. */
export interface Explanation {
  readonly table: string;
  readonly kind: string;
  readonly owner: string;
  readonly rowSecurity: { readonly enabled: boolean; readonly forced: boolean };
  /** Of a view: whose rights reach what it reads. */
  readonly view: { readonly rights: 'caller' | 'owner'; readonly reads: readonly string[] } | null;
  readonly policies: readonly ExplainedPolicy[];
  readonly triggers: readonly ExplainedTrigger[];
  readonly personas: readonly PersonaRule[];
}

export interface ExplainedPolicy {
  readonly name: string;
  readonly permissive: boolean;
  readonly command: string;
  readonly roles: readonly string[];
  /** The expressions as SQL; null for a clause that is not there. */
  readonly using: string | null;
  readonly check: string | null;
}

export interface ExplainedTrigger {
  readonly name: string;
  readonly function: string;
  /** As pg_get_triggerdef() writes it. */
  readonly definition: string;
  readonly commands: readonly Command[];
  readonly enabled: boolean;
}

export interface PersonaRule {
  readonly persona: string;
  readonly role: string;
  readonly rowSecurity: RowSecurityState;
  /** Where USAGE of the schema comes from; none when the role lacks it. */
  readonly usage: readonly HeldGrant[];
  readonly commands: readonly CommandRule[];
}

/** Whether policies hold for a role on a relation, and if not, why. */
export interface RowSecurityState {
  readonly state: 'applies' | 'off' | 'bypassed';
  readonly why: string;
}

export interface CommandRule {
  readonly command: Command;
  /** Where the privilege comes from; none when the role lacks it. */
  readonly grants: readonly HeldGrant[];
  /** The columns on which the server let the role name the command; null where it did not allow it, and for delete. */
  readonly columns: CellColumns | null;
  /** The names of the policies that apply: one of the permissive ones has to be true, and all of the restrictive ones. */
  readonly permissive: readonly string[];
  readonly restrictive: readonly string[];
  /** The names of the triggers that fire. */
  readonly triggers: readonly string[];
  readonly rows: readonly RowRule[];
}

/** A privilege that a role has. */
export interface HeldGrant {
  /** As PostgreSQL names it, such as `SELECT`. */
  readonly privilege: string;
  /** The columns that it is for; null for the table, or the schema. */
  readonly columns: readonly string[] | null;
  /** The way from the role to the one to which it was granted, as in `authenticated → readers`; the last may be `public`. */
  readonly through: readonly string[];
  /** Why there needs to be no grant: `superuser`, `owner`, or a predefined role. */
  readonly without: string | null;
}

/** A class of rows: what the probe showed, and why. */
export interface RowRule
  extends Pick<JudgedCell, 'row' | 'outcome' | 'expected' | 'verdict' | 'statement' | 'detail' | 'state'> {
  /** One sentence: what made the outcome. */
  readonly why: string;
  readonly policies: readonly PolicyTruth[];
}

/** A clause of a policy, evaluated for a row as a persona. */
export interface PolicyTruth {
  readonly policy: string;
  readonly permissive: boolean;
  readonly clause: 'using' | 'with check';
  /** The row that it was evaluated for: the one that is there, or the one that the probe writes. */
  readonly about: RowState;
  /** Its value: null counts as false, as it does for a policy. `unknown` where it could not be evaluated. */
  readonly value: boolean | 'unknown';
  /** Each condition that AND, OR and NOT join, where there are several. */
  readonly terms: readonly { readonly sql: string; readonly value: boolean }[];
  /** Why it could not be evaluated. */
  readonly problem: string | null;
}

export type RowState = 'the row' | 'the inserted row' | 'the updated row';
