import { findingsText, paint } from '../../report/text.ts';
import { explanationText } from '../explain/text.ts';
import type { Persona } from '../model.ts';
import { renderMatrix } from '../render.ts';
import type { JudgedCell } from './judge.ts';
import { holds, summaryOf } from './outcome.ts';
import type { CellReport } from './report.ts';
import { declaredWords, outcomeWords, rowWords, VERDICT_MARKS } from './words.ts';

/** The report for a terminal: the explanation where it was asked for, the cells of one relation, or else the matrix. */
export function reportText(report: CellReport): string {
  const { explanation, table, findings } = report;
  const main = explanation
    ? `${explanationText(explanation)}\n`
    : table === null
      ? matrixText(report)
      : answerText(report);
  return [main, findingsText(findings), verdictLine(report)].filter(Boolean).join('\n');
}

/** Each class of rows and command of one relation, with the statement that shows it. */
function answerText(report: CellReport): string {
  const { table, personas, cells } = report;
  const sections = alike(personas, cells).map(({ names, role, own }) =>
    [
      `${paint('bold', `${table} as ${names.join(', ')}`)} (role ${role})`,
      ...[...Map.groupBy(own, ({ row }) => row)].flatMap(([row, cellsOfRow]) => [
        '',
        `  ${rowWords(row)}`,
        ...cellsOfRow.flatMap(cellLines),
      ]),
      '',
      `  To see it: npx rolecall psql --as ${names[0]}, and paste a statement.`,
      '',
    ].join('\n'),
  );
  return sections.join('\n');
}

/** The matrix in marks, as in snapshots/access.md. */
const matrixText = ({ personas, cells }: CellReport): string => renderMatrix(cells, personas);

/** The last line of the report. */
function verdictLine(report: CellReport): string {
  const deviates = report.findings.deviations.length > 0 || report.cells.some(({ verdict }) => verdict === 'deviates');
  return paint([deviates ? 'red' : holds(report) ? 'green' : 'yellow', 'bold'], summaryOf(report));
}

function cellLines(cell: JudgedCell): string[] {
  const { command, verdict, statement, detail } = cell;
  const mark = paint(verdict === 'holds' ? 'green' : verdict === 'deviates' ? 'red' : 'yellow', VERDICT_MARKS[verdict]);
  return [
    `  ${mark} ${command.padEnd(6)}  ${outcomeWords(cell)}, ${declaredWords(cell)}`,
    ...(statement ? [`      ${paint('dim', `${statement};`)}`] : []),
    ...(detail ? [`      ${detail}`] : []),
  ];
}

interface AlikePersonas {
  readonly names: readonly string[];
  readonly role: string;
  readonly own: readonly JudgedCell[];
}

/** Personas of one role for whom every cell is the same stand together. */
export function alike(personas: readonly Persona[], cells: readonly JudgedCell[]): AlikePersonas[] {
  const groups = Map.groupBy(personas, ({ name, role }) =>
    JSON.stringify([role, ...cells.filter((cell) => cell.persona === name).map(({ persona: _, ...cell }) => cell)]),
  );
  return [...groups.values()].map((group) => ({
    names: group.map(({ name }) => name),
    role: group[0]?.role ?? '',
    own: cells.filter(({ persona }) => persona === group[0]?.name),
  }));
}
