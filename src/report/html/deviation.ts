import type { Deviation, NotEvaluated } from '../deviation.ts';
import { html, type Markup } from './markup.ts';

/** The deviations, one article each; they stand above all sections of a page. */
export const deviationsHtml = (title: string, deviations: readonly Deviation[]): Markup =>
  html`<section aria-labelledby="differences"><h2 id="differences">${title}</h2>${deviations.map(deviationHtml)}</section>`;

function deviationHtml({ where, expected, seen, evidence, fix }: Deviation): Markup {
  return html`<article><h3>${where}</h3><dl><dt>Expected</dt><dd>${expected}</dd><dt>Seen</dt><dd class="bad">${seen}</dd><dt>To do</dt><dd>${fix}</dd></dl>
${evidence ? html`<pre>${evidence}</pre>` : null}</article>\n`;
}

/** Everything that was not looked at, and why. */
export const notEvaluatedHtml = (items: readonly NotEvaluated[]): Markup =>
  html`<dl>${items.map(({ where, why }) => html`<dt>${where}</dt><dd>${why}</dd>`)}</dl>`;
