import { markdownTable } from 'markdown-table';
import type { Deviation, Findings } from '../../report/deviation.ts';
import { summaryOf } from '../answer/outcome.ts';
import type { CellReport } from '../answer/report.ts';
import { alike } from '../answer/text.ts';
import { declaredWords, outcomeWords, rowWords, VERDICT_MARKS } from '../answer/words.ts';
import type { Explanation } from '../explain/model.ts';
import { inWords, relationWords } from '../explain/words.ts';
import { renderMatrix } from '../render.ts';

/** The report as a page of Markdown: the same facts as for a terminal. */
export function reportMarkdown(report: CellReport): string {
  const { explanation, table, personas, cells, findings } = report;
  const main = explanation
    ? explanationMarkdown(explanation)
    : table === null
      ? renderMatrix(cells, personas)
      : answerMarkdown(report);
  return [main.trimEnd(), '', summaryOf(report), '', ...findingsMarkdown(findings)].join('\n');
}

function answerMarkdown({ table, personas, cells }: CellReport): string {
  const sections = alike(personas, cells).map(({ names, role, own }) => {
    const lines = own.map((cell) => [
      rowWords(cell.row),
      cell.command,
      `${VERDICT_MARKS[cell.verdict]} ${outcomeWords(cell)}, ${declaredWords(cell)}`,
      code(cell.statement),
      inCell(cell.detail ?? ''),
    ]);
    return [
      `## ${names.join(', ')} (role ${role})`,
      '',
      markdownTable([['rows', 'command', 'outcome', 'statement', 'the server’s words'], ...lines]),
      '',
      `To see it: \`npx rolecall psql --as ${names[0]}\`, and paste a statement.`,
      '',
    ].join('\n');
  });
  return [`# ${table}`, '', ...sections].join('\n');
}

function explanationMarkdown(explanation: Explanation): string {
  const { table, policies, triggers } = explanation;
  const policyLines = policies.map(({ name, permissive, command, roles, using, check }) => [
    inCell(name),
    permissive ? 'permissive' : 'restrictive',
    command,
    roles.join(', '),
    code(using ?? ''),
    code(check ?? ''),
  ]);
  const sections = inWords(explanation).map(({ names, role, rowSecurity, usage, commands }) => [
    `## ${names.join(', ')} (role ${role})`,
    '',
    `- schema: ${usage}`,
    `- row level security: ${rowSecurity}`,
    '',
    markdownTable([
      ['command', 'grant', 'policies', 'rows', 'outcome', 'why', 'statement'],
      ...commands.flatMap(({ command, grant, policies: applied, triggers: fired, rows }) =>
        rows.map(({ row, mark, outcome, declared, why, truths, statement }) => [
          command,
          inCell(grant),
          inCell(fired ? `${applied}; triggers ${fired}` : applied),
          rowWords(row),
          `${mark} ${outcome}, ${declared}`,
          inCell([why, ...truths].join(' ')),
          code(statement),
        ]),
      ),
    ]),
    '',
  ]);
  return [
    `# ${table}: who may do what, and why`,
    '',
    `It is ${relationWords(explanation)}.`,
    '',
    ...(policyLines.length > 0
      ? [markdownTable([['policy', 'kind', 'for', 'to', 'using', 'with check'], ...policyLines]), '']
      : []),
    ...triggers.map(
      ({ name, definition, enabled }) => `- trigger ${name}${enabled ? '' : ' (disabled)'}: ${code(definition)}`,
    ),
    ...(triggers.length > 0 ? [''] : []),
    ...sections.flat(),
  ].join('\n');
}

function findingsMarkdown({ deviations, notEvaluated }: Findings): string[] {
  return [
    ...deviations.flatMap(deviationMarkdown),
    ...notEvaluated.flatMap(({ where, why }) => [`- not evaluated: ${where}: ${why}`]),
  ];
}

function deviationMarkdown({ where, expected, seen, evidence, fix }: Deviation): string[] {
  return [
    `## ✗ ${where}`,
    '',
    `- expected: ${expected}`,
    `- seen: ${seen}`,
    `- fix: ${fix}`,
    '',
    ...(evidence ? ['```sql', evidence, '```', ''] : []),
  ];
}

/** Text that does not end the cell of a table. */
const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Code of a cell; more backticks around it than are in it (CommonMark, code spans). */
function code(text: string): string {
  if (text === '') return '';
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${longest > 0 ? ' ' : ''}${inCell(text)}${longest > 0 ? ' ' : ''}${fence}`;
}
