import { count } from '../format.ts';

/** Text that is HTML already. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A number with its unit, which a table aligns as it aligns numbers. */
export class NumberCell extends Markup {
  constructor(words: string) {
    super(html`<span class="n">${words}</span>`.text);
  }
}

type HtmlContent = string | number | Markup | null | undefined | readonly HtmlContent[];

/** HTML with everything escaped that is put into it, but other HTML. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlContent[]): Markup {
  return new Markup(strings.map((text, n) => text + (n < parts.length ? written(parts[n]) : '')).join(''));
}

/** A table with a caption and totals, whose first column names its rows. Numbers are aligned to the right. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly HtmlContent[])[],
  total?: readonly HtmlContent[],
): Markup {
  const cell = (part: HtmlContent, n: number): Markup => {
    if (n === 0) return html`<th scope="row"${long(part)}>${part}</th>`;
    if (typeof part === 'number') return html`<td class="n">${count(part)}</td>`;
    return part instanceof NumberCell ? html`<td class="n">${part}</td>` : html`<td${long(part)}>${part}</td>`;
  };
  const number = (n: number): boolean => rows.some((row) => typeof row[n] === 'number' || row[n] instanceof NumberCell);
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((name, n) => (number(n) ? html`<th scope="col" class="n">${name}</th>` : html`<th scope="col">${name}</th>`))}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
${total ? html`<tfoot><tr>${total.map(cell)}</tr></tfoot>` : null}</table></div>\n`;
}

/** Only a long text may be broken within its words, so that it does not become a column of letters. */
function long(part: HtmlContent): Markup | null {
  const characters = part instanceof Markup ? part.text.replaceAll(/<[^>]*>/g, '').length : String(part).length;
  return characters > LONG ? new Markup(' class="long"') : null;
}

const LONG = 40;

function written(part: HtmlContent): string {
  if (part === null || part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(written).join('');
  return String(part).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
