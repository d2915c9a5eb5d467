import { bytes, counted, duration } from './figures.ts';
import type { Beside, Observation, ObservedMigration, ObservedStatement } from './observation.ts';
import { fold, tableLocks, totals, verdict } from './summary.ts';
import { escaped, timeline } from './timeline.ts';
import { filesOf, locksOf, rowsOf, shuts } from './words.ts';

/** What was observed, for the HTML report: the verdict, the picture, and tables. */
export function observationHtml(observation: Observation): string {
  const { alone, beside } = observation;
  const lines = verdict(observation);
  const sum = totals(alone);
  return [
    ...lines.map((line, index) => `<p>${index === 0 ? `<strong>${escaped(line)}</strong>` : escaped(line)}</p>`),
    ...(beside ? besideHtml(beside, lines.join(' ')) : []),
    '<h3>Statements</h3>',
    `<p>${counted(sum.statements, 'statement')} in ${duration(sum.ms)}, ${bytes(sum.wal)} of WAL, ${counted(sum.rewritten, 'rewrite')} of a table or index. Times, rows and WAL are of the run alone; a DO block is one statement. Locks are held until the commit.</p>`,
    ...alone.migrations.map(migrationHtml),
  ].join('\n');
}

function besideHtml(beside: Beside, description: string): string[] {
  return [
    `<figure style="margin: 1em 0; overflow-x: auto">${timeline(beside, description)}<figcaption>The migrations, with the app running beside them: each of its statements in a session of its own, with ${beside.thinkMs} ms to think between two calls, and a look at the locks every ${beside.sampleMs} ms.</figcaption></figure>`,
    '<h3>Tables</h3>',
    table(
      ['table', 'strongest lock', 'held', 'longest', 'taken by'],
      tableLocks(beside).map(({ table, mode, heldMs, longestMs, taken }) => [
        table,
        shuts(mode),
        duration(heldMs),
        duration(longestMs),
        taken,
      ]),
    ),
    '<h3>Readers and writers</h3>',
    table(
      [
        'statement of the app',
        'usually',
        'waits',
        'longest wait',
        'p95',
        'longest without',
        'refused by the new schema',
        'failed',
      ],
      beside.operations.map((one) => [
        `${one.kind}: ${one.name}`,
        duration(one.usualMs),
        String(one.waits),
        one.waits > 0 ? duration(one.longestWaitMs) : '',
        one.waits > 0 ? duration(one.p95WaitMs) : '',
        duration(one.longestUnblockedMs),
        one.refused > 0 ? `${one.refused} of ${one.calls}: ${one.refusal}` : '',
        [...new Set(one.failures)].join('; '),
      ]),
    ),
    ...(beside.notEvaluated.length > 0
      ? [list(beside.notEvaluated.map(({ operation, why }) => `${operation}: not evaluated, ${why}`))]
      : []),
  ];
}

function migrationHtml(migration: ObservedMigration): string {
  const { shown, folded, ms, wal } = fold(migration);
  const rest = folded.reduce((sum, statement) => sum + statement.ms, 0);
  const summary = `${migration.name}: ${counted(migration.statements.length, 'statement')}, ${duration(ms)}, ${bytes(wal)} of WAL${migration.transaction ? `, commit ${duration(migration.commitMs)}` : ', without a transaction'}`;
  const others = `<details><summary>${counted(folded.length, 'smaller one')}, ${duration(rest)} together</summary>${statements(folded)}</details>`;
  return `<details${ms > 0 && shown.length > 0 ? ' open' : ''}><summary>${escaped(summary)}</summary>${statements(shown)}${folded.length > 0 ? others : ''}</details>`;
}

function statements(shown: readonly ObservedStatement[]): string {
  return table(
    ['no.', 'statement', 'time', 'locks newly taken', 'rows', 'files', 'WAL'],
    shown.map((statement) => [
      String(statement.number),
      statement.head,
      duration(statement.ms),
      locksOf(statement),
      rowsOf(statement),
      filesOf(statement),
      bytes(statement.wal),
    ]),
  );
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, values: readonly string[]): string =>
    `<tr>${values.map((value) => `<${tag}>${escaped(value)}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells('th', heads)}</thead><tbody>${rows.map((row) => cells('td', row)).join('\n')}</tbody></table>`;
}

function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
}
