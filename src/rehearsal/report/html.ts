import type { TableAccount } from '../../accounting/account.ts';
import type { Deviation } from '../../report/deviation.ts';
import { bytes, count } from '../../report/format.ts';
import { deviationsHtml } from '../../report/html/deviation.ts';
import { html, Markup, NumberCell, table } from '../../report/html/markup.ts';
import { type PageSection, pageHtml } from '../../report/html/page.ts';
import type { RehearsalResult } from '../result.ts';
import type { RehearsedProject } from '../settings.ts';
import { wayBackLine, wayBackNotes } from '../way-back.ts';
import { rulesUsed, totalsOf, valuesOf } from './totals.ts';
import { unmappedIn } from './unmapped.ts';

/** Facts that a page shows in addition to the result. */
export interface ReportContext {
  readonly project: RehearsedProject;
  readonly begun: Date;
  /** Step → seconds that it took. */
  readonly seconds: ReadonlyMap<string, number>;
}

/** The result as a page of HTML that needs nothing from outside. What is wrong comes first. */
export function resultHtml(result: RehearsalResult, context: ReportContext): string {
  const title = `Rehearsal of ${context.project.name}’s migrations on ${result.source.name}`;
  const sections: PageSection[] = [
    { title: 'What was run', content: run(result, context) },
    { title: 'Rows', content: rows(result) },
    { title: 'Values', content: html`${result.accounts.filter((account) => account.in > 0).map(values)}` },
    { title: 'Rules', content: rules(result) },
    { title: 'Quarantined', content: setAside(result) },
    { title: 'Kept', content: kept(result, context.project) },
    ...(result.notes.length > 0 ? [{ title: 'Undeclared objects', content: notes(result) }] : []),
    { title: 'The way back', content: wayBack(result) },
    ...(result.leftOut.length > 0 ? [{ title: 'Left out of the copy', content: leftOut(result) }] : []),
    ...result.sections.map((section) => ({ title: section.title, content: new Markup(section.html) })),
  ];
  const { deviations } = result.findings;
  const first = deviationsHtml('Differences', deviations);
  return pageHtml({ title, lead: verdict(deviations), ...(deviations.length > 0 ? { first } : {}), sections });
}

function verdict(deviations: readonly Deviation[]): Markup {
  return deviations.length > 0
    ? html`<p class="verdict bad">${deviations.length === 1 ? 'One thing is' : `${deviations.length} things are`} not accounted for.</p>`
    : html`<p class="verdict good">Every row and every value is accounted for.</p>`;
}

function run({ source, copy, comparedWith, migrations }: RehearsalResult, { begun, seconds }: ReportContext): Markup {
  const facts: [string, string][] = [
    ['Begun', `${begun.toISOString().slice(0, 19).replace('T', ' ')} UTC`],
    ['Source', `${source.name}: ${source.kind}${source.version ? `, of PostgreSQL ${source.version}` : ''}`],
    ['Copy', `${copy.where}, PostgreSQL ${copy.version}`],
    ['Compared with', `${comparedWith}, before any migration`],
    [
      'Size',
      `${bytes(copy.bytesBefore)} before the migrations, ${bytes(copy.bytesAfter)} after, with the originals kept`,
    ],
    ['Migrations', migrations.join(', ')],
  ];
  return html`<dl>${facts.map(([name, fact]) => html`<dt>${name}</dt><dd>${fact}</dd>`)}</dl>
${table(
  'How long each step took',
  ['Step', 'Seconds'],
  [...seconds].map(([step, taken]) => [step, new NumberCell(taken.toFixed(1))]),
)}`;
}

const ROWS = ['in', 'carried', 'changed', 'setAside', 'altered', 'lost'] as const;

function rows({ accounts }: RehearsalResult): Markup {
  const total = totalsOf(accounts);
  const addedBy = ({ newRows }: TableAccount): string =>
    Object.entries(newRows)
      .map(([rule, times]) => `${count(times)} by ${rule}`)
      .join(', ');
  return html`<p>Every row of the source is carried with all of its values, carried with a value that a named rule changed, or quarantined with all of its values: rows = carried + changed + quarantined, with nothing altered and nothing lost.</p>
${table(
  'Rows by table',
  ['Table', 'Rows', 'Carried', 'Changed by rule', 'Quarantined', 'Altered', 'Lost', 'Added by the migrations'],
  accounts.map((account) => [account.table, ...ROWS.map((key) => account[key]), addedBy(account)]),
  ['All', total.rows, total.carried, total.changedRows, total.setAsideRows, total.alteredRows, total.lostRows, ''],
)}`;
}

function values(account: TableAccount): Markup {
  const total = totalsOf([account]);
  return table(
    `Values of ${account.table}, ${count(account.in)} rows`,
    [
      'Column',
      'Values',
      'Unchanged',
      'Changed',
      'By rule',
      'Quarantined',
      'NULL',
      'Altered',
      'Lost',
      'Checksum of the unchanged values, before and after',
    ],
    account.columns.map((column) => [
      column.column,
      valuesOf(column),
      column.unchanged,
      column.changed,
      column.changed > 0 ? (column.rule ?? '') : '',
      column.setAside,
      column.nulls,
      column.altered,
      column.lost,
      checksum(column.checksums),
    ]),
    [
      'All',
      total.values,
      total.unchanged,
      total.changed,
      '',
      total.setAside,
      total.nulls,
      total.altered,
      total.lost,
      '',
    ],
  );
}

function checksum(sums: TableAccount['columns'][number]['checksums']): Markup | string {
  if (!sums) return '';
  return sums.before === sums.after
    ? html`<code>${sums.before}</code>`
    : html`<code class="bad">${sums.before} → ${sums.after}</code>`;
}

function rules({ accounts }: RehearsalResult): Markup {
  const used = rulesUsed(accounts);
  if (used.length === 0) return html`<p>No rule changed anything.</p>`;
  return table(
    'Rules that changed values',
    ['Rule', 'Values', 'Largest error', 'Largest angle (1 - cosine)'],
    used.map(({ rule, values: changed, largestError, largestAngle }) => [
      rule,
      changed,
      ...[largestError, largestAngle].map((largest) =>
        largest === undefined ? '' : new NumberCell(largest.toPrecision(6)),
      ),
    ]),
  );
}

function setAside({ setAside: groups }: RehearsalResult): Markup {
  if (groups.length === 0) return html`<p>No row was quarantined.</p>`;
  return html`${table(
    'Quarantined rows, by table and reason',
    ['Table', 'Reason', 'Rows'],
    groups.map(({ table: from, reason, rows: times }) => [from, reason, times]),
    ['All', '', groups.reduce((sum, group) => sum + group.rows, 0)],
  )}
${groups.map(
  ({ table: from, reason, rows: times, samples }) =>
    html`<details><summary>${from}, ${reason}: ${samples.length < times ? `the first ${samples.length} of ${count(times)}` : count(times)}</summary>${samples.map(({ row }) => html`<pre>${row}</pre>`)}</details>\n`,
)}`;
}

function kept(result: RehearsalResult, { legacy }: RehearsedProject): Markup {
  const unmapped = unmappedIn(result, legacy);
  return html`<p>The originals are unchanged: each row of each table was compared with what was measured before the migrations.</p>
${table(
  'Tables from before the migrations, and where they are now',
  ['Before', 'Now', 'Rows', 'Columns', 'Differing rows'],
  result.compared.map(({ before, after, rows: times, columns, differing }) => [
    before,
    after ?? 'missing',
    times,
    columns.length,
    differing,
  ]),
)}
${
  unmapped.length > 0
    ? table(
        'Not named in the mapping, and kept',
        ['What', 'Where', 'Rows'],
        unmapped.map(({ what, where, rows: times }) => [what, where, times]),
      )
    : null
}`;
}

function notes({ notes: noted }: RehearsalResult): Markup {
  return html`<p>Objects that were not declared, and what the migrations did about them, in their own words.</p>
${table(
  'Notes of the migrations',
  ['Decision', 'Objects', 'Migration'],
  noted.map(({ note, subjects, migration }) => [
    note,
    html`<ul>${subjects.map((subject) => html`<li>${subject}</li>`)}</ul>`,
    migration,
  ]),
)}`;
}

function wayBack({ wayBack: went }: RehearsalResult): Markup {
  const lines = wayBackNotes(went);
  return html`<p>${wayBackLine(went)}</p>${
    lines.length > 0
      ? html`<p>What it would not bring back as it is:</p><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`
      : null
  }`;
}

function leftOut({ leftOut: statements }: RehearsalResult): Markup {
  return html`<details><summary>${count(statements.length)} statements of the dump were not run on the copy</summary>
${table(
  'Statements and why they were left out',
  ['Statement', 'Why'],
  statements.map(({ what, why }) => [html`<code>${what}</code>`, why]),
)}</details>`;
}
