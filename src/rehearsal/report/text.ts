import { findingsText, summaryText, verdictText } from '../../report/text.ts';
import type { Outcome } from '../outcome.ts';
import { bytes, rulesUsed, totalsOf, unknownIn } from './figures.ts';

/** Whether a table (schema.table), or a column of it, is one that the configuration maps. */
export type Mapped = (table: string, column?: string) => boolean;

/** What a rehearsal found, for a terminal: differences first, then the figures. */
export function outcomeText(name: string, outcome: Outcome, mapped: Mapped, kept: string | undefined): string {
  const { findings, sections, notes } = outcome;
  const lines = summaryText([
    ...Object.entries(figures(outcome, mapped)),
    ...(kept ? [['the copy stays', kept] as const] : []),
  ]);
  const shown = sections.map(({ title, text }) => `${title}\n${text.replaceAll(/^/gm, '  ')}\n`);
  const verdict = findings.deviations.length > 0 ? '' : ' Every row and every value is accounted for.';
  const noted = notes.length > 0 ? [`Met and decided\n${notesText(notes)}\n`] : [];
  return [findingsText(findings), lines, '', ...noted, ...shown, `${verdictText(name, findings)}${verdict}`].join('\n');
}

function notesText(notes: Outcome['notes']): string {
  return notes.map(({ note, subjects }) => `  ${note}\n    ${subjects.join(', ')}`).join('\n');
}

function figures(outcome: Outcome, mapped: Mapped): Record<string, string> {
  const { source, copy, accounts, compared, aside, leftOut, findings, measured } = outcome;
  const total = totalsOf(accounts);
  const unknown = unknownIn(outcome, mapped);
  const whole = compared.filter(({ differing }) => differing === 0).length;
  const bad = (first: number, second: number): string =>
    first + second > 0 ? ` + ${first} LOST + ${second} ALTERED` : '';
  const reasons = new Map<string, number>();
  for (const { reason, rows } of aside) reasons.set(reason, (reasons.get(reason) ?? 0) + rows);
  const set = [...reasons].map(([reason, rows]) => `${rows} ${reason}`).join(', ');
  const rules = rulesUsed(accounts).map(
    ({ rule, values, largestError }) =>
      `${rule} ${values}${largestError === undefined ? '' : ` (largest error ${largestError.toPrecision(3)})`}`,
  );
  return {
    source: `${source.name}: ${source.kind}${source.version ? `, of PostgreSQL ${source.version}` : ''}`,
    copy: `on ${copy.where} (PostgreSQL ${copy.version}), compared with ${outcome.comparedWith}; ${bytes(copy.bytesBefore)} before, ${bytes(copy.bytesAfter)} after`,
    rows: `${total.rows} in ${accounts.filter((table) => table.in > 0).length} tables = ${total.carried} carried + ${total.changedRows} changed by a named rule + ${total.setAsideRows} set aside${bad(total.lostRows, total.alteredRows)}`,
    values: `${total.values} = ${total.unchanged} unchanged + ${total.changed} changed by a named rule + ${total.setAside} set aside + ${total.nulls} NULL${bad(total.lost, total.altered)}`,
    rules: rules.join(', ') || 'none',
    'set aside': set || 'nothing',
    kept: `${whole} of ${measured.length} tables, whole and as they were, value by value`,
    ...(unknown.length > 0
      ? { unknown: unknown.map(({ what, where, rows }) => `${what} → ${where} (${rows} rows)`).join('; ') }
      : {}),
    ...(leftOut.length > 0 ? { 'left out': leftOutText(leftOut) } : {}),
    deviations: String(findings.deviations.length),
  };
}

function leftOutText(leftOut: Outcome['leftOut']): string {
  const reasons = new Map<string, string[]>();
  for (const { what, why } of leftOut) reasons.set(why, [...(reasons.get(why) ?? []), what]);
  return [...reasons]
    .map(([why, all]) => `${all.length === 1 ? all[0] : `${all.length} statements`} (${why})`)
    .join('; ');
}
