/** Text that is HTML already. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | null | undefined | readonly Part[];

/** HTML with everything escaped that is put into it, but other HTML. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, n) => text + (n < parts.length ? written(parts[n]) : '')).join(''));
}

/** A table with a caption and totals, whose first column names its rows. Numbers stand to the right. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Part[])[],
  total?: readonly Part[],
): Markup {
  const cell = (part: Part, n: number): Markup => {
    if (n === 0) return html`<th scope="row">${part}</th>`;
    return typeof part === 'number' ? html`<td class="n">${count(part)}</td>` : html`<td>${part}</td>`;
  };
  const number = (n: number): boolean => typeof rows[0]?.[n] === 'number';
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((name, n) => (number(n) ? html`<th scope="col" class="n">${name}</th>` : html`<th scope="col">${name}</th>`))}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
${total ? html`<tfoot><tr>${total.map(cell)}</tr></tfoot>` : null}</table></div>\n`;
}

/** A number with its thousands apart. */
export const count = (value: number): string => value.toLocaleString('en').replaceAll(',', '\u202f');

function written(part: Part): string {
  if (part === null || part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(written).join('');
  return String(part).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
