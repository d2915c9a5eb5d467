import { html, type Markup } from '../../report/html/markup.ts';
import { type PageSection, pageHtml } from '../../report/html/page.ts';
import { allSections, isUnchanged, type Review, type ReviewItem, type ReviewSection, worst } from '../model.ts';
import { REVIEW_STYLE } from './style.ts';
import { comparedWords, cut, MARKS, markOfSection, refusesChange, verdictWords } from './words.ts';

/** How many items of a section, and characters of one text, the page has; more of both are counted. */
const [MOST_ITEMS, MOST_TEXT] = [500, 8_000];

/** The review as one page of HTML that needs nothing from outside. */
export function reviewHtml(review: Review): string {
  const { project, sections, uncommitted } = review;
  const all = isUnchanged(allSections(review)) ? [] : sections;
  return pageHtml({
    title: `${project}: what this change does`,
    lead: leadOf(review),
    sections: [
      ...all.map((section) => sectionOf(section, '')),
      ...(uncommitted ?? []).map((section) => sectionOf(section, 'Uncommitted: ')),
    ],
    style: REVIEW_STYLE,
  });
}

function leadOf(review: Review): Markup {
  const { notes, sections, uncommitted, seconds } = review;
  return html`<p class="verdict ${refusesChange(review) ? 'bad' : 'good'}">${verdictWords(review)}</p>
<p>${comparedWords(review)}. Each outcome was seen: every statement was executed as the persona, in a database that the commit builds. An approval is a line in the spec of the repository.</p>
${notes.map((note) => html`<p class="note-line">${note}</p>`)}
${summaryOf('What changed', sections)}
${uncommitted ? summaryOf('Uncommitted changes, in no commit yet', uncommitted) : null}
<p class="dim">✗ must not be merged · ! to look at · · of less weight · ✔ no change · ? not evaluated. ${seconds.toFixed(1)} s.</p>`;
}

const summaryOf = (caption: string, sections: readonly ReviewSection[]): Markup =>
  html`<table class="summary"><caption>${caption}</caption><tbody>${sections.map((section) => html`<tr class="${worst(section.items) ?? 'none'}"><td class="sign">${markOfSection(section)}</td><th scope="row">${section.title}</th><td>${section.headline}</td></tr>\n`)}</tbody></table>`;

function sectionOf({ title, headline, items, notEvaluated = [] }: ReviewSection, prefix: string): PageSection {
  const shown = items.slice(0, MOST_ITEMS);
  const open = shown.filter(({ level }) => level !== 'note');
  const notes = shown.filter(({ level }) => level === 'note');
  return {
    title: `${prefix}${title}`,
    content: html`<p>${headline}</p>${open.map(itemOf)}
${notes.length > 3 ? html`<details><summary>${notes.length} of less weight</summary>${notes.map(itemOf)}</details>` : notes.map(itemOf)}
${items.length > shown.length ? html`<p>… and ${items.length - shown.length} more.</p>` : null}
${notEvaluated.map((why) => html`<p class="dim">Not evaluated here: ${why}</p>`)}`,
  };
}

function itemOf({ level, title, details = [], evidence, sql, fix }: ReviewItem): Markup {
  return html`<article class="${level}"><h3><span class="sign">${MARKS[level]}</span> ${cut(title, MOST_TEXT)}</h3>
${details.map((line) => html`<p>${cut(line, MOST_TEXT)}</p>`)}${fix === undefined ? null : html`<p><strong>To do:</strong> ${fix}</p>`}
${sql ? html`<details${level === 'note' ? null : html` open`}><summary>SQL before and after</summary><div class="sides"><div><h4>Before</h4>${side(sql.before)}</div><div><h4>After</h4>${side(sql.after)}</div></div></details>` : null}
${evidence === undefined ? null : html`<details${level === 'stop' ? html` open` : null}><summary>Statement</summary><pre tabindex="0">${cut(evidence, MOST_TEXT)}</pre></details>`}</article>\n`;
}

const side = (sql: string | undefined): Markup =>
  sql === undefined ? html`<p class="dim">not there</p>` : html`<pre tabindex="0">${cut(sql, MOST_TEXT)}</pre>`;
