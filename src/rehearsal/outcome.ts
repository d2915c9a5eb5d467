import type { TableAccount } from '../accounting/account.ts';
import type { ComparedTable } from '../accounting/compare-table.ts';
import type { LegacyDifference } from '../accounting/differences.ts';
import type { MeasuredTable } from '../accounting/measure.ts';
import type { Findings } from '../report/deviation.ts';
import type { Noted } from './notes.ts';
import type { Aside } from './quarantine.ts';
import type { LeftOut } from './restore.ts';
import type { Section } from './section.ts';

/** Everything that a rehearsal found. */
export interface Outcome {
  readonly source: { readonly name: string; readonly kind: string; readonly version: string | null };
  readonly copy: {
    readonly where: string;
    readonly version: string;
    readonly bytesBefore: number;
    readonly bytesAfter: number;
  };
  readonly migrations: readonly string[];
  /** What was there before the migrations. */
  readonly measured: readonly MeasuredTable[];
  /** What the copy was compared with before it was migrated. */
  readonly comparedWith: 'every value of the source' | 'the number of rows in the dump';
  readonly accounts: readonly TableAccount[];
  readonly compared: readonly ComparedTable[];
  readonly aside: readonly Aside[];
  /** What the migrations say that they met and decided. */
  readonly notes: readonly Noted[];
  readonly leftOut: readonly LeftOut[];
  readonly differences: readonly LegacyDifference[];
  readonly findings: Findings;
  readonly sections: readonly Section[];
}
