import { bytes } from '../../report/format.ts';
import { findingsText, summaryText, verdictText } from '../../report/text.ts';
import type { RehearsalResult } from '../result.ts';
import type { RehearsedProject } from '../settings.ts';
import { wayBackLine, wayBackNotes } from '../way-back.ts';
import { rulesUsed, totalsOf } from './totals.ts';
import { unmappedIn } from './unmapped.ts';

/**
 * The result for a terminal: differences first, then the figures.
 * @param copy the connection string of the copy, where it was kept
 */
export function resultText(project: RehearsedProject, result: RehearsalResult, copy: string | undefined): string {
  const { findings, sections, notes } = result;
  const lines = summaryText([
    ...Object.entries(figures(result, project)),
    ...(copy ? [['the copy stays', copy] as const] : []),
  ]);
  const shown = sections.map(({ title, text }) => `${title}\n${text.replaceAll(/^/gm, '  ')}\n`);
  const verdict = findings.deviations.length > 0 ? '' : ' Every row and every value is accounted for.';
  const back = wayBackNotes(result.wayBack);
  const noted = notes.length > 0 ? [`Undeclared objects, and what the migrations did\n${notesText(notes)}\n`] : [];
  return [
    findingsText(findings),
    lines,
    '',
    ...noted,
    ...(back.length > 0 ? [`What the way back would not bring back as it is\n  ${back.join('\n  ')}\n`] : []),
    ...shown,
    `${verdictText(project.name, findings)}${verdict}`,
  ].join('\n');
}

function notesText(notes: RehearsalResult['notes']): string {
  return notes.map(({ note, subjects }) => `  ${note}\n    ${subjects.join(', ')}`).join('\n');
}

function figures(result: RehearsalResult, { legacy }: RehearsedProject): Record<string, string> {
  const { source, copy, accounts, compared, comparedWith, setAside, leftOut, findings, measured } = result;
  const total = totalsOf(accounts);
  const unmapped = unmappedIn(result, legacy);
  const unchanged = compared.filter(({ differing }) => differing === 0).length;
  const bad = (first: number, second: number): string =>
    first + second > 0 ? ` + ${first} LOST + ${second} ALTERED` : '';
  const reasons = new Map<string, number>();
  for (const { reason, rows } of setAside) reasons.set(reason, (reasons.get(reason) ?? 0) + rows);
  const reasonsText = [...reasons].map(([reason, rows]) => `${rows} ${reason}`).join(', ');
  const rules = rulesUsed(accounts).map(
    ({ rule, values, largestError, largestAngle }) => `${rule} ${values}${measuredText(largestError, largestAngle)}`,
  );
  return {
    source: `${source.name}: ${source.kind}${source.version ? `, of PostgreSQL ${source.version}` : ''}`,
    copy: `on ${copy.where} (PostgreSQL ${copy.version}), compared with ${comparedWith}; ${bytes(copy.bytesBefore)} before, ${bytes(copy.bytesAfter)} after`,
    rows: `${total.rows} in ${accounts.filter((table) => table.in > 0).length} tables = ${total.carried} carried + ${total.changedRows} changed by a named rule + ${total.setAsideRows} quarantined${bad(total.lostRows, total.alteredRows)}`,
    values: `${total.values} = ${total.unchanged} unchanged + ${total.changed} changed by a named rule + ${total.setAside} quarantined + ${total.nulls} NULL${bad(total.lost, total.altered)}`,
    rules: rules.join(', ') || 'none',
    quarantined: reasonsText || 'nothing',
    kept: `${unchanged} of ${measured.length} tables unchanged, value by value`,
    ...(unmapped.length > 0
      ? { unmapped: unmapped.map(({ what, where, rows }) => `${what} → ${where} (${rows} rows)`).join('; ') }
      : {}),
    ...(leftOut.length > 0 ? { 'left out': leftOutText(leftOut) } : {}),
    'the way back': wayBackLine(result.wayBack),
    deviations: String(findings.deviations.length),
  };
}

function measuredText(error: number | undefined, angle: number | undefined): string {
  const measures = [
    ...(error === undefined ? [] : [`largest error ${error.toPrecision(3)}`]),
    ...(angle === undefined ? [] : [`largest angle ${angle.toPrecision(3)}`]),
  ];
  return measures.length > 0 ? ` (${measures.join(', ')})` : '';
}

function leftOutText(leftOut: RehearsalResult['leftOut']): string {
  const reasons = new Map<string, string[]>();
  for (const { what, why } of leftOut) reasons.set(why, [...(reasons.get(why) ?? []), what]);
  return [...reasons]
    .map(([why, all]) => `${all.length === 1 ? all[0] : `${all.length} statements`} (${why})`)
    .join('; ');
}
