import { html, Markup } from '../../report/html/markup.ts';

/** The approximate width of a letter of the timeline's text, in its units. */
export const LETTER = 6.3;

/** The smallest width that is visible. */
export const THIN = 2;

/** The style of the timeline; ink and paper are colours of the page. */
export const STYLE = new Markup(`
.locks { --both: #b42318; --writers: #93370d; --wait: #175cd3; --on: #fff; --grey: #98a2b3; font: 11px system-ui, sans-serif; min-width: 720px; width: 100%; height: auto; color: var(--ink, #1a1a1a); print-color-adjust: exact; -webkit-print-color-adjust: exact }
.locks text { fill: currentColor } .locks .on { fill: var(--on) } .locks .end { text-anchor: end } .locks .middle { text-anchor: middle } .locks .head { font-weight: 600 } .locks .failed { font: bold 15px system-ui, sans-serif; text-anchor: middle; stroke: var(--paper, #fff); stroke-width: 3px; paint-order: stroke }
.locks .both { fill: var(--both) } .locks .stripes { stroke: var(--writers); stroke-width: 3 } .locks .writers { fill: url(#locks-stripes); stroke: var(--writers) } .locks .wait { fill: var(--wait) }
.locks .paper { fill: var(--paper, #fff) } .locks .line { stroke: var(--grey) } .locks .grid { stroke: var(--grey); stroke-opacity: .35 }
.locks .refused { stroke: currentColor; stroke-width: 2; stroke-dasharray: 1 4; stroke-linecap: round } .locks .commit { stroke: currentColor; stroke-dasharray: 4 3 } .locks .migration { fill: none; stroke: currentColor }
@media (prefers-color-scheme: dark) { .locks { --both: #fda29b; --writers: #fec84b; --wait: #84caff; --on: #000; --grey: #667085 } }`);

/** The pattern of stripes. */
export const STRIPES = new Markup(
  '<defs><pattern id="locks-stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="stripes" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>',
);

/** A coordinate or length, rounded to a tenth. */
export const at = (value: number): string => String(Math.round(value * 10) / 10);

export function text(x: number, y: number, words: string, kind = ''): Markup {
  return html`<text class="${kind}" x="${at(x)}" y="${at(y)}">${words}</text>`;
}

/** A horizontal line. */
export function line(kind: string, from: number, to: number, y: number, title = ''): Markup {
  return html`<line class="${kind}" x1="${at(from)}" x2="${at(Math.max(from + THIN, to))}" y1="${at(y)}" y2="${at(y)}">${title ? html`<title>${title}</title>` : null}</line>`;
}

/** A vertical line. */
export function upright(kind: string, x: number, from: number, to: number, title = ''): Markup {
  return html`<line class="${kind}" x1="${at(x)}" x2="${at(x)}" y1="${at(from)}" y2="${at(to)}">${title ? html`<title>${title}</title>` : null}</line>`;
}

/** A rectangle with a label. */
export interface LabelledBox {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly height: number;
  readonly title: string;
  /** Written into it where there is room. */
  readonly words: string;
  /** Whether the words need a background, since the box has stripes. */
  readonly onPaper?: boolean;
}

export function box({ kind, from, to, y, height, title, words, onPaper }: LabelledBox): Markup {
  const width = Math.max(THIN, to - from);
  const long = words.length * LETTER + 8;
  const paper = html`<rect class="paper" x="${at(from + 6)}" y="${y - 2}" width="${at(long)}" height="${height + 4}"/>`;
  const label = onPaper
    ? html`${paper}${text(from + 10, y + height / 2 + 4, words)}`
    : text(from + 4, y + height / 2 + 4, words, 'on');
  return html`<g><title>${title}</title><rect class="${kind}" x="${at(from)}" y="${y}" width="${at(width)}" height="${height}"/>${words && long < width - 8 ? label : null}</g>`;
}
