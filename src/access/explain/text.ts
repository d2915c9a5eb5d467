import { paint } from '../../report/text.ts';
import { rowWords } from '../answer/words.ts';
import type { Explanation } from './model.ts';
import { type ExplainedCommand, type ExplainedPersonas, type ExplainedRow, inWords, relationWords } from './words.ts';

/** The rule of a relation for a terminal: what it is, its policies and triggers, and what that makes for each persona. */
export function explanationText(explanation: Explanation): string {
  const { table, policies, triggers } = explanation;
  return [
    paint('bold', table),
    `  ${relationWords(explanation)}`,
    '',
    ...policies.flatMap(({ name, permissive, command, roles, using, check }) => [
      `  policy “${name}”: ${permissive ? '' : 'restrictive, '}for ${command}, to ${roles.join(', ')}`,
      ...(using === null ? [] : [`      using ${using}`]),
      ...(check === null ? [] : [`      with check ${check}`]),
    ]),
    ...triggers.map(
      ({ name, definition, enabled }) => `  trigger ${name}${enabled ? '' : ' (disabled)'}: ${definition}`,
    ),
    ...inWords(explanation).map(personasText),
  ].join('\n');
}

function personasText({ names, role, rowSecurity, usage, commands }: ExplainedPersonas): string {
  return [
    '',
    `${paint('bold', names.join(', '))} (role ${role})`,
    `  schema    ${usage}`,
    `  policies  ${rowSecurity}`,
    ...commands.flatMap(commandLines),
  ].join('\n');
}

function commandLines({ command, grant, policies, triggers, rows }: ExplainedCommand): string[] {
  return [
    '',
    `  ${paint('bold', command)}`,
    `    grant     ${grant}`,
    `    policies  ${policies}`,
    ...(triggers ? [`    triggers  ${triggers}`] : []),
    ...rows.flatMap(rowLines),
  ];
}

function rowLines({ row, verdict, mark, outcome, declared, why, truths, statement, detail }: ExplainedRow): string[] {
  const colour = verdict === 'holds' ? 'green' : verdict === 'deviates' ? 'red' : 'yellow';
  return [
    `    ${paint(colour, mark)} ${rowWords(row)}: ${outcome}, ${declared}. ${why}`,
    ...truths.map((truth) => `        ${truth}`),
    ...(detail ? [`        ${detail}`] : []),
    ...(statement ? [`        ${paint('dim', `${statement};`)}`] : []),
  ];
}
