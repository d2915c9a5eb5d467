import { styleText } from 'node:util';
import type { SchemaChange } from '../graphql/diff.ts';
import { toRun } from '../report/layout.ts';
import { findingsText } from '../report/text.ts';
import type { Verdict } from './verdict.ts';

const SHOWN = 12;

/** A verdict, for the terminal next to the editor. */
export function verdictLines({
  roles,
  structure,
  stale,
  leftovers,
  cells,
  leftOut,
  findings,
  seconds,
}: Verdict): string {
  const deviations = findings.deviations.length;
  const head =
    deviations > 0
      ? styleText('red', `rolecall: ${deviations} ${deviations === 1 ? 'deviation' : 'deviations'}`)
      : leftovers.length > 0
        ? styleText('yellow', 'rolecall: nothing deviates but for what an earlier save left')
        : styleText('green', `rolecall: ${cells} cells are as declared`);
  const told = roles.map(({ role, changes }) => ({ role, changes: worthTelling(changes) }));
  const changed = told.filter(({ changes }) => changes.length > 0);
  const schemas = changed.flatMap(({ role, changes }) => [
    `  GraphQL, ${role}:`,
    ...changes
      .slice(0, SHOWN)
      .map(({ criticality, message }) => `    ${criticality === 'BREAKING' ? '✗' : '·'} ${message}`),
    ...(changes.length > SHOWN ? [`    … and ${changes.length - SHOWN} more`] : []),
  ]);
  const unchanged = told.filter(({ changes }) => changes.length === 0).map(({ role }) => role);
  if (unchanged.length > 0) schemas.push(`  GraphQL, unchanged: ${unchanged.join(', ')}`);
  const changes = [
    ...(structure.length > 0 ? ['  Structure:'] : []),
    ...structure.slice(0, SHOWN).map((sentence) => `    · ${sentence}`),
    ...(structure.length > SHOWN ? [`    … and ${structure.length - SHOWN} more`] : []),
  ];
  const files = stale.length > 0 ? [styleText('dim', `  ${toRun('snapshot')} writes anew: ${stale.join(', ')}`)] : [];
  const left = [
    ...(leftovers.length > 0 ? ['  Left over from an earlier save; current.sql does not make it:'] : []),
    ...leftovers
      .slice(0, SHOWN)
      .flatMap(({ is, undo }) => [`    · ${is}`, `        ${undo ?? `${toRun('reset')} builds the database again`}`]),
    ...(leftovers.length > SHOWN ? [`    … and ${leftovers.length - SHOWN} more; ${toRun('reset')} removes all`] : []),
  ];
  const time = styleText('dim', `(${seconds.toFixed(1)} s)`);
  return [`${head} ${time}`, ...schemas, ...changes, ...left, ...files, notAsked(leftOut), findingsText(findings)]
    .filter(Boolean)
    .join('\n');
}

/** A new type is listed once, without its fields; changes of descriptions are left to the snapshot. */
function worthTelling(changes: readonly SchemaChange[]): SchemaChange[] {
  const added = changes.flatMap(({ message }) => /^Type '(.+)' was added/.exec(message)?.[1] ?? []);
  return changes.filter(
    ({ message, path }) => !/ has description '/.test(message) && !added.some((type) => path?.startsWith(`${type}.`)),
  );
}

/** A quiet line, so that nobody takes a green verdict for more than it is. */
const notAsked = (leftOut: readonly string[]): string =>
  leftOut.length > 0
    ? styleText(
        'dim',
        `  Not asked while you type: ${leftOut.join(', ')}. ${toRun('check')} and ${toRun('commit')} do.`,
      )
    : '';
