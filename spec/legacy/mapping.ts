import type * as accounting from '../../src/index.ts';

/** The names of the rules by which a value may be changed; the migration says what each does. */
export type LegacyRule =
  | 'added-at'
  | 'channel-key'
  | 'channel-of-video'
  | 'clean-display-name'
  | 'count-not-negative'
  | 'fill-created-at'
  | 'fill-default'
  | 'fill-name'
  | 'fill-updated-at'
  | 'fill-url'
  | 'fill-usage-date'
  | 'fitting-slug'
  | 'gone-user'
  | 'half-precision'
  | 'impossible-to-null'
  | 'kept-session'
  | 'reset-day'
  | 'session-created-at'
  | 'transcript-of-video'
  | 'unfit-avatar-to-null'
  | 'unknown-to-default'
  | 'within-range';

/** Where a legacy column went, by a rule that has a name here. */
export interface LegacyColumn extends accounting.LegacyColumn {
  readonly rule?: { readonly name: LegacyRule; readonly sql: string };
}

export interface LegacyTable extends accounting.LegacyTable {
  readonly columns: Readonly<Record<string, LegacyColumn>>;
}

/** By the legacy table's name. */
export type LegacyMapping = Readonly<Record<string, LegacyTable>>;
