import type { Deviation, NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import type { MissingRow } from './seed.ts';

/**
 * The rows of the world that could not be added, each cause once. Rows that are only missing because of others are
 * counted with the first cause.
 */
export function missingRows(missing: readonly MissingRow[]): Deviation[] {
  const causes = missing.filter(({ follows }) => !follows);
  const told = causes.length > 0 ? causes : missing;
  const others = missing.length - told.length;
  const byCause = Map.groupBy(told, ({ table, row, reason, refusedBy }) =>
    (refusedBy ? [table, refusedBy, reason] : [table, row, reason]).join('\n'),
  );
  return [...byCause.values()].flatMap((rows, index) => {
    const [first] = rows;
    return first ? [missingRow(first, rows.length, index === 0 ? others : 0)] : [];
  });
}

/** @param others how many rows are missing because of this */
function missingRow(first: MissingRow, count: number, others: number): Deviation {
  const { table, row, reason, statement, refusedBy } = first;
  const failure = refusedBy ? `adding one fails for everybody, in ${refusedBy}: ${reason}` : reason;
  const missing = [
    ...(count > 1 ? [`${count} rows of the world are missing for it`] : []),
    ...(others > 0 ? [`${others} that follow from such rows are missing, too`] : []),
  ];
  return {
    check: 'access',
    where: row && count === 1 ? `${table} (${row})` : table,
    expected: refusedBy ? 'that a row as the world has it can be added' : 'a row to probe',
    seen: missing.length > 0 ? `${failure} (${missing.join('; ')})` : failure,
    evidence: `${statement};`,
    fix: refusedBy
      ? `Fix what refuses it; if such rows are no longer allowed, correct the row in ${declaredIn('world')}.`
      : `Correct the row in ${declaredIn('world')}, or add one.`,
  };
}

/** A finding that cannot be judged as long as rows of the world are missing, counted rather than told one by one. */
export function withoutWorld(what: string): NotEvaluated {
  return { check: 'access', where: what, why: 'Rows of the world are missing, as told above.' };
}
