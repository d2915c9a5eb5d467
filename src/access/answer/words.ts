import type { Outcome } from '../model.ts';
import type { JudgedCell } from './judge.ts';

/** The mark of a verdict, which says without a colour what it is. */
export const VERDICT_MARKS: Readonly<Record<JudgedCell['verdict'], string>> = {
  holds: '✔',
  deviates: '✗',
  'not evaluated': '?',
};

/** The meaning of each outcome, in one sentence. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  allowed: 'the row was returned, inserted, updated or deleted',
  filtered: 'the statement ran, and row level security hid the row from it',
  'no grant': 'the role lacks the privilege',
  'policy violation': 'the check of a policy refused the row',
  refused: 'a trigger or function of the application raised an error',
  'not possible': 'no role can do that',
  error: 'another error, which is never a denial',
  'not evaluated': 'the probe could not be made',
};

/** The classes of a table's rows as people read them: “owner's rows”, and “rows” of a table that has no others than `any`. */
export const rowWords = (row: string): string => (row === 'any' ? 'any row' : `${row} rows`);

/** The outcome of a cell with its columns: “allowed on title, note”. */
export function outcomeWords({ outcome, columns }: Pick<JudgedCell, 'outcome' | 'columns'>): string {
  if (outcome !== 'allowed' || columns === null) return outcome;
  return `${outcome} on ${columnWords(columns)}`;
}

/** “every column”, or their names. */
export const columnWords = ({ granted, of }: NonNullable<JudgedCell['columns']>): string =>
  granted.length === of ? 'every column' : granted.join(', ') || 'no column';

/** The declaration, next to what was seen: “as declared”, or “declared: denied”. */
export const declaredWords = ({ verdict, expected }: Pick<JudgedCell, 'verdict' | 'expected'>): string =>
  verdict === 'holds'
    ? 'as declared'
    : verdict === 'deviates'
      ? `declared: ${expected}`
      : `declared: ${expected}, not evaluated`;
