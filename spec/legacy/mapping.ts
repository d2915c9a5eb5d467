/** The names of the rules by which a value may come out other than it went in; the migration says what each does. */
export type LegacyRule =
  | 'added-at'
  | 'channel-key'
  | 'channel-of-video'
  | 'count-not-negative'
  | 'fill-created-at'
  | 'fill-default'
  | 'fill-updated-at'
  | 'fill-usage-date'
  | 'gone-user'
  | 'half-precision'
  | 'impossible-to-null'
  | 'kept-session'
  | 'reset-day'
  | 'session-created-at'
  | 'transcript-of-video'
  | 'unknown-to-default'
  | 'within-range';

/** Where a legacy column went. `o` is the legacy row, `t` the target row of the same id. */
export interface LegacyColumn {
  /** SQL over `t`: the value as it is now. */
  readonly target: string;
  /** SQL over `o` that it equals if it was carried; `o.<column>` unless told. */
  readonly original?: string;
  /** What it equals otherwise: SQL over `o`, under the name of the rule. */
  readonly rule?: { readonly name: LegacyRule; readonly sql: string };
}

export interface LegacyTable {
  /** Where the old table stands now, and the name under which its rows are set aside. */
  readonly source: `legacy.${string}`;
  readonly target: `public.${string}`;
  readonly columns: Readonly<Record<string, LegacyColumn>>;
}

/** By the legacy table's name. */
export type LegacyMapping = Readonly<Record<string, LegacyTable>>;
