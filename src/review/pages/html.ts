import { counted } from '../../report/format.ts';
import { html, type Markup } from '../../report/html/markup.ts';
import { type PageSection, pageHtml } from '../../report/html/page.ts';
import { allSections, isUnchanged, type Review, type ReviewItem, type ReviewSection, worst } from '../model.ts';
import { REVIEW_STYLE } from './style.ts';
import { comparedWords, cut, firstThatFits, MARKS, markOfSection, refusesChange, verdictWords } from './words.ts';

/** The most bytes that a page may have. */
const MOST_BYTES = 2_000_000;

/** How many items of a section, and characters of one text, a page has; more of both are counted. */
interface HtmlExtent {
  readonly items: number;
  readonly text: number;
}

/** From much to what fits in any case: the first that fits is taken. */
const EXTENTS: readonly HtmlExtent[] = [
  { items: 500, text: 8_000 },
  { items: 300, text: 2_000 },
  { items: 100, text: 1_000 },
  { items: 20, text: 300 },
];

/** The review as one page of HTML that needs nothing from outside. */
export function reviewHtml(review: Review): string {
  return firstThatFits(EXTENTS, (extent) => page(review, extent), Buffer.byteLength, MOST_BYTES);
}

function page(review: Review, extent: HtmlExtent): string {
  const { project, sections, uncommitted } = review;
  const all = isUnchanged(allSections(review)) ? [] : sections;
  return pageHtml({
    title: `${project}: what this change does`,
    lead: leadOf(review),
    sections: [
      ...changed(all).map((section) => sectionOf(section, '', extent)),
      ...changed(uncommitted ?? []).map((section) => sectionOf(section, 'Uncommitted: ', extent)),
      ...notEvaluatedIn(all),
    ],
    style: REVIEW_STYLE,
  });
}

/** The sections that have something to say; of the others the summary at the top does. */
const changed = (sections: readonly ReviewSection[]): ReviewSection[] =>
  sections.filter(({ items }) => items.length > 0);

function notEvaluatedIn(sections: readonly ReviewSection[]): PageSection[] {
  const left = sections.flatMap(({ title, notEvaluated = [] }) => notEvaluated.map((why) => ({ title, why })));
  if (left.length === 0) return [];
  const content = html`<dl>${left.map(({ title, why }) => html`<dt>${title}</dt><dd>${withCode(why)}</dd>`)}</dl>`;
  return [{ title: 'Not evaluated here', content }];
}

function leadOf(review: Review): Markup {
  const { notes, sections, uncommitted, seconds } = review;
  return html`<p class="verdict ${refusesChange(review) ? 'bad' : isUnchanged(allSections(review)) ? 'good' : ''}">${verdictWords(review)}</p>
<p>${comparedWords(review)}. Each outcome was seen: every statement was executed as the persona, in a database that the commit builds. An approval is a line in the spec of the repository.</p>
${notes.map((note) => html`<p class="note-line">${note}</p>`)}
${summaryOf('What changed', sections)}
${uncommitted ? summaryOf('Uncommitted changes, in no commit yet', uncommitted) : null}
<p class="dim">✗ must not be merged · ! to look at · · note · ✔ no change · ? not evaluated. ${seconds.toFixed(1)} s.</p>`;
}

const summaryOf = (caption: string, sections: readonly ReviewSection[]): Markup =>
  html`<table class="summary"><caption>${caption}</caption><tbody>${sections.map((section) => html`<tr class="${worst(section.items) ?? 'none'}"><td class="sign">${markOfSection(section)}</td><th scope="row">${section.title}</th><td>${section.headline}</td></tr>\n`)}</tbody></table>`;

function sectionOf({ title, headline, items }: ReviewSection, prefix: string, extent: HtmlExtent): PageSection {
  const shown = items.slice(0, extent.items);
  const open = shown.filter(({ level }) => level !== 'note');
  const notes = shown.filter(({ level }) => level === 'note');
  return {
    title: `${prefix}${title}`,
    content: html`<p>${headline}</p>${open.map((item) => itemOf(item, extent))}
${notes.length > 3 ? html`<details><summary>${counted(notes.length, 'note')}</summary>${notes.map((item) => itemOf(item, extent))}</details>` : notes.map((item) => itemOf(item, extent))}
${items.length > shown.length ? html`<p>… and ${items.length - shown.length} more.</p>` : null}`,
  };
}

function itemOf({ level, title, details = [], evidence, sql, fix }: ReviewItem, { text }: HtmlExtent): Markup {
  return html`<article class="${level}"><h3><span class="sign">${MARKS[level]}</span> ${cut(title, text)}</h3>
${details.map((line) => html`<p>${withCode(cut(line, text))}</p>`)}${fix === undefined ? null : html`<p><strong>To do:</strong> ${withCode(fix)}</p>`}
${sql ? html`<details${level === 'note' ? null : html` open`}><summary>SQL before and after</summary><div class="sides"><div><h4>Before</h4>${side(sql.before, text)}</div><div><h4>After</h4>${side(sql.after, text)}</div></div></details>` : null}
${evidence === undefined ? null : html`<details${level === 'stop' ? html` open` : null}><summary>What shows it</summary><pre tabindex="0">${cut(evidence, text)}</pre></details>`}</article>\n`;
}

const side = (sql: string | undefined, most: number): Markup =>
  sql === undefined ? html`<p class="dim">not there</p>` : html`<pre tabindex="0">${cut(sql, most)}</pre>`;

/** A sentence whose commands stand in backquotes. */
const withCode = (text: string): Markup =>
  html`${text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
