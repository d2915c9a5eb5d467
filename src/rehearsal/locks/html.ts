import { bytes, count, counted, duration } from '../../report/format.ts';
import { html, type Markup, NumberCell, table } from '../../report/html/markup.ts';
import type { LocksObservation, ObservedMigration, ObservedStatement, UnderLoadRun } from './observation.ts';
import { filesOf, locksOf, modeWithEffect, rowsOf } from './statement-text.ts';
import { fold, tableLocks, totals, verdict } from './summary.ts';
import { timeline } from './timeline.ts';

/** An observation for the HTML report: the verdict, the timeline, and tables. */
export function observationHtml(observation: LocksObservation): Markup {
  const { alone, underLoad } = observation;
  const lines = verdict(observation);
  return html`${lines.map((line, index) => html`<p>${index === 0 ? html`<strong>${line}</strong>` : line}</p>\n`)}
${underLoad ? underLoadHtml(underLoad, lines.join(' ')) : null}
<h3>Statements</h3>
<p>${totals(alone)} Times, rows and WAL below are of that run; a DO block is one statement. Locks are held until the commit.</p>
${alone.migrations.map(migrationHtml)}`;
}

function underLoadHtml(underLoad: UnderLoadRun, description: string): Markup {
  const { operations, notEvaluated, thinkMs, sampleMs } = underLoad;
  return html`<figure class="wide" style="margin: 1rem 0">${timeline(underLoad, description)}
<figcaption>The migrations while the app runs: each of its statements is sent in a session of its own, with a pause of ${thinkMs} ms between two calls, and the locks are sampled every ${sampleMs} ms.</figcaption></figure>
${table(
  'Tables, and the locks on them',
  ['Table', 'Strongest lock', 'Held', 'Longest', 'Taken by', 'Waits for it', 'Longest wait'],
  tableLocks(underLoad).map((lock) => [
    lock.table,
    modeWithEffect(lock.mode),
    figure(lock.heldMs),
    figure(lock.longestMs),
    lock.taken,
    lock.waits,
    lock.waits > 0 ? figure(lock.longestWaitMs) : '',
  ]),
)}
${table(
  'Readers and writers, and their waits',
  [
    'Statement of the app',
    'Usually',
    'Waits',
    'Longest',
    'p95',
    'Longest without a wait',
    'Refused by the new schema',
    'Failed',
  ],
  operations.map((one) => [
    `${one.kind}: ${one.name}`,
    figure(one.usualMs),
    one.waits,
    one.waits > 0 ? figure(one.longestWaitMs) : '',
    one.waits > 0 ? figure(one.p95WaitMs) : '',
    figure(one.longestUnblockedMs),
    one.refused > 0 ? `${count(one.refused)} of ${count(one.calls)}: ${one.refusal}` : '',
    [...new Set(one.failures)].join('; '),
  ]),
)}
${notEvaluated.length > 0 ? html`<ul>${notEvaluated.map(({ operation, why }) => html`<li>${operation}: not evaluated, ${why}</li>`)}</ul>` : null}`;
}

function migrationHtml(migration: ObservedMigration): Markup {
  const { shown, folded, ms, wal } = fold(migration);
  const rest = folded.reduce((sum, statement) => sum + statement.ms, 0);
  const { name, transaction, commitMs } = migration;
  const how = transaction ? `commit ${duration(commitMs)}` : 'without a transaction';
  return html`<details><summary>${name}: ${counted(migration.statements.length, 'statement')}, ${duration(ms)}, ${bytes(wal)} of WAL, ${how}</summary>
${statements(`The longest statements of ${name}, and those that keep the app waiting`, shown)}
${folded.length > 0 ? html`<details><summary>${counted(folded.length, 'smaller one')}, ${duration(rest)} together</summary>${statements(`The other statements of ${name}`, folded)}</details>` : null}</details>\n`;
}

function statements(caption: string, shown: readonly ObservedStatement[]): Markup {
  return table(
    caption,
    ['No.', 'Statement', 'Time', 'Locks newly taken', 'Rows', 'Files', 'WAL'],
    shown.map((statement) => [
      statement.number,
      html`<code>${statement.head}</code>${nested(statement)}`,
      figure(statement.ms),
      locksOf(statement),
      rowsOf(statement),
      filesOf(statement),
      new NumberCell(bytes(statement.wal)),
    ]),
  );
}

/** Nested statements that are shown of one statement. */
const MOST_NESTED = 6;

function nested({ nested: within = [] }: ObservedStatement): Markup | null {
  if (within.length === 0) return null;
  return html`<ul>${within.slice(0, MOST_NESTED).map(({ ms, head }) => html`<li>${duration(ms)} <code>${head}</code></li>`)}</ul>`;
}

const figure = (ms: number): NumberCell => new NumberCell(duration(ms));
