import { styleText } from 'node:util';
import type { Deviation, Findings, NotEvaluated } from './deviation.ts';

type Style = Parameters<typeof styleText>[0];

/** Text in a colour or weight, where the terminal shows them. */
export const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

/** Every deviation and everything that was not evaluated, for people. */
export function findingsText({ deviations, notEvaluated }: Findings): string {
  return [...deviations.map(deviationText), ...notEvaluated.map(notEvaluatedText)].join('\n');
}

function deviationText({ check, where, expected, seen, evidence, fix }: Deviation): string {
  const lines = [
    `${paint('red', '✗')} ${paint('bold', where)} ${paint('dim', check)}`,
    `    expected  ${expected}`,
    `    seen      ${seen}`,
  ];
  if (evidence) lines.push('', ...evidence.split('\n').map((line) => `      ${evidenceLine(line)}`), '');
  return [...lines, `    fix       ${fix}`, ''].join('\n');
}

function notEvaluatedText({ check, where, why }: NotEvaluated): string {
  return `${paint('yellow', '?')} ${paint('bold', where)} ${paint('dim', check)}\n    not evaluated  ${why}\n`;
}

function evidenceLine(line: string): string {
  if (line.startsWith('+')) return paint('green', line);
  if (line.startsWith('-')) return paint('red', line);
  return line;
}

/** The last line of a command that checks: the verdict. */
export function verdictText(name: string, { deviations, notEvaluated }: Findings): string {
  if (deviations.length > 0) return paint(['red', 'bold'], `${name} deviates.`);
  if (notEvaluated.length > 0)
    return paint(['yellow', 'bold'], `${name}: nothing deviates, but not everything was evaluated.`);
  return paint(['green', 'bold'], `${name} holds.`);
}

/** Lines of two columns: a heading, and its text. */
export function summaryText(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([heading]) => heading.length));
  return lines.map(([heading, text]) => `  ${paint('dim', heading.padEnd(width))}  ${text}`).join('\n');
}
