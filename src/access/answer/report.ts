import type { Findings } from '../../report/deviation.ts';
import type { Explanation } from '../explain/model.ts';
import type { Persona } from '../model.ts';
import type { JudgedCell } from './judge.ts';

/** The cells that were asked about, and everything that was found about them. */
export interface CellReport {
  /** The project's name. */
  readonly name: string;
  /** The database that was probed, as it may be shown. */
  readonly database: string;
  /** The relation that was asked about; null for all of them. */
  readonly table: string | null;
  /** Those that were asked about, in the order of the configuration. */
  readonly personas: readonly Persona[];
  readonly cells: readonly JudgedCell[];
  readonly findings: Findings;
  /** The rule of the relation, where it was asked for. */
  readonly explanation: Explanation | null;
}
