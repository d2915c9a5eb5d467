import { styleText } from 'node:util';
import { findingsText } from '../report/text.ts';
import type { Verdict } from './verdict.ts';

const SHOWN = 12;

/** A verdict, for the terminal beside the editor. */
export function verdictLines({ roles, cells, findings, seconds }: Verdict): string {
  const deviations = findings.deviations.length;
  const head =
    deviations > 0
      ? styleText('red', `rolecall: ${deviations} ${deviations === 1 ? 'deviation' : 'deviations'}`)
      : styleText('green', `rolecall: ${cells} cells are as declared`);
  const changed = roles.filter(({ changes }) => changes.length > 0);
  const schemas = changed.flatMap(({ role, changes }) => [
    `  GraphQL, ${role}:`,
    ...changes
      .slice(0, SHOWN)
      .map(({ criticality, message }) => `    ${criticality === 'BREAKING' ? '✗' : '·'} ${message}`),
    ...(changes.length > SHOWN ? [`    … and ${changes.length - SHOWN} more`] : []),
  ]);
  const unchanged = roles.filter(({ changes }) => changes.length === 0).map(({ role }) => role);
  if (unchanged.length > 0) schemas.push(`  GraphQL, unchanged: ${unchanged.join(', ')}`);
  return [`${head} ${styleText('dim', `(${seconds.toFixed(1)} s)`)}`, ...schemas, findingsText(findings)]
    .filter(Boolean)
    .join('\n');
}
