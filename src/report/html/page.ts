import { html, Markup } from './markup.ts';
import { STYLE } from './style.ts';

/** A heading of a page, and the text below it. */
export interface PageSection {
  readonly title: string;
  readonly content: Markup;
}

/** The content of a page, from top to bottom. */
export interface PageContent {
  readonly title: string;
  /** Below the title: the verdict, and what the page is about. */
  readonly lead: Markup;
  /** Above the sections, and not in the table of contents. */
  readonly first?: Markup;
  readonly sections: readonly PageSection[];
  /** Rules in addition to those of every page. */
  readonly style?: string;
  /** A script. The page has to be complete without it. */
  readonly script?: string;
}

/**
 * A page of HTML in one file that needs nothing from outside: light and dark, on paper, on a phone, with a keyboard and with a
 * screen reader. Every page of rolecall is written by this function, so that they look and behave alike.
 */
export function pageHtml({ title, lead, first, sections, style = '', script }: PageContent): string {
  const id = (index: number): string => `part${index}`;
  const contents = html`<nav aria-label="Contents"><ul>${sections.map((section, index) => html`<li><a href="#${id(index)}">${section.title}</a></li>`)}</ul></nav>`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${new Markup(STYLE + style)}</style></head>
<body><header><h1>${title}</h1>
${lead}
${sections.length > 1 ? contents : null}</header>
<main>${first}
${sections.map((section, index) => html`<section aria-labelledby="${id(index)}"><h2 id="${id(index)}">${section.title}</h2>\n${section.content}</section>\n`)}</main>
${script === undefined ? null : html`<script>${new Markup(script)}</script>`}</body></html>
`.text;
}
