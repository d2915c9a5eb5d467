import { html, Markup } from '../../report/html/markup.ts';
import type { JudgedCell } from '../answer/judge.ts';
import type { CellReport } from '../answer/report.ts';
import { declaredWords, OUTCOME_WORDS, outcomeWords, rowWords, VERDICT_MARKS } from '../answer/words.ts';
import { COMMANDS, type Outcome } from '../model.ts';
import { markOf } from '../render.ts';

/** From this length on a statement scrolls in a box of its own: a row can hold a vector of thousands of numbers. */
const LONG_STATEMENT = 600;

/** The cells of one class of rows and one persona: four marks, which open to what was expected and what was seen. */
interface Field {
  readonly id: string;
  readonly table: string;
  readonly row: string;
  readonly persona: string;
  readonly cells: readonly JudgedCell[];
}

/**
 * The matrix as a table: a row for each class of rows, a column for each persona, four marks a field. A field is a button that
 * opens a popover, which needs no script. The filter above it appears where scripts run.
 */
export function heatMap({ cells, personas }: CellReport): Markup {
  const tables = [...Map.groupBy(cells, ({ table }) => table)].sort(([one], [other]) => (one < other ? -1 : 1));
  const columns = personas.length + 1;
  let number = 0;
  const bodies = tables.map(([table, own]) => {
    const rows = [...Map.groupBy(own, ({ row }) => row)].map(([row, ofRow]) => {
      const fields = personas.map(({ name }) => {
        const ofField = ofRow.filter(({ persona }) => persona === name);
        return ofField.length === 0
          ? undefined
          : fieldOf({ id: `f${number++}`, table, row, persona: name, cells: ofField });
      });
      const mark = ofRow.some(({ verdict }) => verdict === 'deviates') ? new Markup(' data-deviates') : null;
      return html`<tr${mark}><th scope="row">${rowWords(row)}</th>${fields.map((field) => html`<td>${field}</td>`)}</tr>\n`;
    });
    return html`<tbody data-table="${table}"><tr class="table"><th scope="rowgroup" colspan="${columns}"><span>${table}</span></th></tr>\n${rows}</tbody>`;
  });
  return html`${filter(tables.map(([table]) => table))}
${legend(cells)}
<div class="wide tall" role="region" aria-label="Rows and personas" tabindex="0"><table class="heat">
<caption>Marks for select, insert, update and delete. A field opens to what was declared, the outcome and the statement.</caption>
<thead><tr><th scope="col">Rows</th>${personas.map(({ name, role }) => html`<th scope="col">${name}${role === name ? null : html`<br><span class="dim">${role}</span>`}</th>`)}</tr></thead>
${bodies}</table></div>`;
}

/** Hidden until the script shows it: without a script it could do nothing. */
function filter(tables: readonly string[]): Markup {
  return html`<form class="filter" hidden>
<label>Table <select name="table"><option value="">all ${tables.length}</option>${tables.map((table) => html`<option>${table}</option>`)}</select></label>
<label><input type="checkbox" name="deviations"> only deviations</label>
<output></output></form>`;
}

/** The marks that are in use, and what they mean. */
function legend(cells: readonly JudgedCell[]): Markup {
  const used = new Set(cells.map(({ outcome }) => outcome));
  const outcomes = (Object.keys(OUTCOME_WORDS) as Outcome[]).filter((outcome) => used.has(outcome));
  const sample = (outcome: Outcome): Markup =>
    outcome === 'allowed'
      ? html`${COMMANDS.map((command) => mark({ outcome, command }))}`
      : mark({ outcome, command: 'select' });
  return html`<ul class="legend">${outcomes.map((outcome) => html`<li>${sample(outcome)} <strong>${outcome}</strong>: ${OUTCOME_WORDS[outcome]}</li>`)}
<li><span class="sign">${VERDICT_MARKS.deviates}</span> and a frame: not as declared</li></ul>`;
}

const mark = (cell: Pick<JudgedCell, 'outcome' | 'command'>): Markup =>
  html`<span class="mark ${cell.outcome.replaceAll(' ', '-')}" aria-hidden="true">${markOf(cell)}</span>`;

function fieldOf(field: Field): Markup {
  const { id, table, row, persona, cells } = field;
  const inOrder = COMMANDS.flatMap((command) => cells.find((cell) => cell.command === command) ?? []);
  const deviates = inOrder.some(({ verdict }) => verdict === 'deviates');
  const open = !deviates && inOrder.some(({ verdict }) => verdict === 'not evaluated');
  const sign = deviates ? VERDICT_MARKS.deviates : open ? VERDICT_MARKS['not evaluated'] : null;
  const spoken = inOrder.map(
    (cell) => `${cell.command} ${cell.outcome}${cell.verdict === 'holds' ? '' : `, ${declaredWords(cell)}`}`,
  );
  const label = `${persona}, ${table}, ${rowWords(row)}: ${spoken.join('; ')}`;
  return html`<button type="button" class="field${sign === null ? '' : ' differs'}" popovertarget="${id}" aria-label="${label}">${inOrder.map(mark)}${sign === null ? null : html`<span class="sign" aria-hidden="true">${sign}</span>`}</button>
<div popover id="${id}" role="dialog" aria-labelledby="${id}t"><div class="head"><h3 id="${id}t">${persona} · ${table} · ${rowWords(row)}</h3><button type="button" popovertarget="${id}" popovertargetaction="hide" autofocus>Close</button></div>
<p>To see an outcome, paste its statement into <code>npx rolecall psql --as ${persona}</code>.</p>
${inOrder.map(cellHtml)}</div>`;
}

function cellHtml(cell: JudgedCell): Markup {
  const { command, verdict, expected, statement, detail } = cell;
  const scrolls =
    statement.length > LONG_STATEMENT
      ? new Markup(' class="box" tabindex="0" role="region" aria-label="Statement"')
      : null;
  return html`<section><h4>${mark(cell)} ${command}</h4>
<dl><dt>Declared</dt><dd>${expected}</dd><dt>Outcome</dt><dd class="${verdict === 'deviates' ? 'bad' : ''}">${outcomeWords(cell)} <span class="verdict-words">${VERDICT_MARKS[verdict]} ${declaredWords(cell)}</span></dd>${detail === undefined ? null : html`<dt>Server</dt><dd>${detail}</dd>`}</dl>
${statement === '' ? null : html`<pre${scrolls}>${statement};</pre>`}</section>\n`;
}
