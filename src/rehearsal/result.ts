import type { TableAccount } from '../accounting/account.ts';
import type { ComparedTable } from '../accounting/compare-table.ts';
import type { LegacyDifference } from '../accounting/differences.ts';
import type { MeasuredTable } from '../accounting/measure.ts';
import type { WayBackNote, WayBackTrial } from '../migrations/way-back.ts';
import type { Findings } from '../report/deviation.ts';
import type { MigrationNote } from './migration-notes.ts';
import type { ReportSection } from './report-section.ts';
import type { SkippedStatement } from './restore-dump.ts';
import type { SetAsideGroup } from './set-aside.ts';

/** Everything that a rehearsal found out: what `--format json` prints. */
export interface RehearsalResult {
  readonly source: { readonly name: string; readonly kind: string; readonly version: string | null };
  readonly copy: {
    readonly where: string;
    readonly version: string;
    readonly bytesBefore: number;
    readonly bytesAfter: number;
  };
  readonly migrations: readonly string[];
  /** The tables before the migrations. */
  readonly measured: readonly MeasuredTable[];
  /** The data with which the copy was compared before it was migrated. */
  readonly comparedWith: 'every value of the source' | 'the number of rows in the dump';
  /** The rows and values of the mapped tables. */
  readonly accounts: readonly TableAccount[];
  /** Every table that was there before the migrations, and where it is after them. */
  readonly compared: readonly ComparedTable[];
  readonly setAside: readonly SetAsideGroup[];
  readonly notes: readonly MigrationNote[];
  /** The way back: what it will not bring back as it was, and what it did to the copy; null where none is configured. */
  readonly wayBack: { readonly notes: readonly WayBackNote[]; readonly trial: WayBackTrial } | null;
  /** Statements of the dump that were not run on the copy. */
  readonly leftOut: readonly SkippedStatement[];
  readonly differences: readonly LegacyDifference[];
  readonly findings: Findings;
  readonly sections: readonly ReportSection[];
}
