import { barsOf, ticks } from './bars.ts';
import { duration } from './figures.ts';
import { blockedBy, modeName } from './modes.ts';
import type { Beside, OperationRun, Span } from './observation.ts';
import { tableLocks } from './summary.ts';

const WIDTH = 1_000;
const GUTTER = 250;
const RIGHT = 16;
const LANE = 22;
const LETTER = 6.3;
/** The smallest thing that can be seen. */
const THIN = 2;

/** Tables and statements of the app beyond these are told in words. */
const MOST_TABLES = 16;

const STYLE = `
.locks { --both: #b42318; --writers: #93370d; --wait: #175cd3; --on: #fff; --line: #98a2b3; --ink: #1d2939; --paper: #fff; font: 11px system-ui, sans-serif; min-width: 720px; width: 100%; height: auto }
.locks text { fill: currentColor } .locks .on { fill: var(--on) } .locks .end { text-anchor: end } .locks .middle { text-anchor: middle }
.locks .head { font-weight: 600 } .locks .both { fill: var(--both) } .locks .stripes { stroke: var(--writers); stroke-width: 3 } .locks .writers { fill: url(#locks-stripes); stroke: var(--writers) }
.locks .wait { fill: var(--wait) } .locks .line { stroke: var(--line); stroke-width: 1 } .locks .refused { stroke: currentColor; stroke-width: 2; stroke-dasharray: 1 4; stroke-linecap: round }
.locks .paper { fill: var(--paper) } .locks .ink { fill: var(--ink) }
.locks .grid { stroke: var(--line); stroke-opacity: .35 } .locks .commit { stroke: currentColor; stroke-dasharray: 4 3 } .locks .migration { fill: none; stroke: currentColor }
@media (prefers-color-scheme: dark) { .locks { --both: #fda29b; --writers: #fec84b; --wait: #84caff; --on: #000; --line: #667085; --ink: #fff; --paper: #000 } }
@media print { .locks { --both: #b42318; --writers: #93370d; --wait: #175cd3; --on: #fff; --line: #98a2b3; --ink: #1d2939; --paper: #fff; print-color-adjust: exact; -webkit-print-color-adjust: exact } }`;

/**
 * The run beside the app as a picture: a lane for each table with its locks, and one for each statement of the app with
 * its waits. Nothing in it is told by colour alone: what shuts out readers is solid, what shuts out writers is
 * striped and lower, and titles say the rest.
 * @param description what the picture shows, for who does not see it
 */
export function timeline(beside: Beside, description: string): string {
  const x = (ms: number): number => GUTTER + ((WIDTH - GUTTER - RIGHT) * ms) / Math.max(beside.to, 1);
  const tables = tableLocks(beside).slice(0, MOST_TABLES);
  const readers = beside.operations.filter(({ kind }) => kind === 'read');
  const writers = beside.operations.filter(({ kind }) => kind === 'write');
  const parts: string[] = [];
  let y = 22;
  const heading = (words: string): void => {
    y += 8;
    parts.push(text(0, y + 14, words, 'head'));
    y += LANE;
  };

  parts.push(migrations(beside, x, y));
  y += LANE;
  if (tables.length > 0) heading('Tables, and the locks on them');
  for (const { table } of tables) {
    parts.push(text(GUTTER - 8, y + 15, short(table), 'end'), line(x(0), x(beside.to), y + 11));
    for (const bar of barsOf(beside.held.filter((lock) => lock.table === table))) {
      const both = blockedBy(bar.mode) === 'readers and writers';
      const words = `${modeName(bar.mode)}, ${duration(bar.to - bar.from)}`;
      const title = `${table}: ${words}, taken by ${bar.by}; keeps ${blockedBy(bar.mode)} waiting`;
      parts.push(
        both
          ? box(x(bar.from), x(bar.to), y + 2, 18, 'both', title, words)
          : box(x(bar.from), x(bar.to), y + 6, 10, 'writers', title, words, 'over'),
      );
    }
    y += LANE;
  }
  for (const [words, operations] of [
    ['Readers, and their waits', readers],
    ['Writers, and their waits', writers],
  ] as const) {
    if (operations.length > 0) heading(words);
    for (const operation of operations) {
      parts.push(lane(operation, x, y, beside.to));
      y += LANE;
    }
  }
  const commits = beside.migrations.map(
    ({ name, to }) =>
      `<line class="commit" x1="${at(x(to))}" x2="${at(x(to))}" y1="22" y2="${y}"><title>${escaped(name)} is committed</title></line>`,
  );
  const grid = ticks(beside.to).map(
    (ms) =>
      `<line class="grid" x1="${at(x(ms))}" x2="${at(x(ms))}" y1="16" y2="${y}"/>${text(x(ms), 12, axis(ms, beside.to), 'middle')}`,
  );
  const height = y + 2 * LANE + 8;
  return [
    `<svg class="locks" role="img" aria-labelledby="locks-title locks-description" viewBox="0 0 ${WIDTH} ${height}" xmlns="http://www.w3.org/2000/svg">`,
    `<title id="locks-title">Locks of the migrations, and waits of the app, over time</title>`,
    `<desc id="locks-description">${escaped(description)}</desc>`,
    `<style>${STYLE}</style>`,
    '<defs><pattern id="locks-stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="stripes" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>',
    ...grid,
    ...parts,
    ...commits,
    legend(y + 14),
    '</svg>',
  ].join('\n');
}

function migrations({ migrations: runs }: Beside, x: (ms: number) => number, y: number): string {
  const boxes = runs.map(({ name, from, to }) => {
    const [left, width] = [x(from), Math.max(THIN, x(to) - x(from))];
    const label = [name, name.replace(/^(\d+).*$/, '$1')].find((words) => words.length * LETTER < width - 6) ?? '';
    return `<g><title>${escaped(name)}: ${duration(to - from)}</title><rect class="migration" x="${at(left)}" y="${y + 2}" width="${at(width)}" height="18" rx="2"/>${label ? text(left + 4, y + 15, label) : ''}</g>`;
  });
  return [text(GUTTER - 8, y + 15, 'migrations', 'end'), ...boxes].join('');
}

function lane({ name, spans }: OperationRun, x: (ms: number) => number, y: number, to: number): string {
  return [
    text(GUTTER - 8, y + 15, short(name), 'end'),
    line(x(0), x(to), y + 11),
    ...spans.refused.map(
      (span) =>
        `<line class="refused" x1="${at(x(span.from))}" x2="${at(Math.max(x(span.from) + THIN, x(span.to)))}" y1="${y + 17}" y2="${y + 17}"><title>${escaped(name)}: refused by the new schema</title></line>`,
    ),
    ...spans.waiting.map((span: Span) => {
      const words = duration(span.to - span.from);
      return box(x(span.from), x(span.to), y + 4, 14, 'wait', `${name}: waited ${words}`, words);
    }),
  ].join('');
}

function legend(y: number): string {
  const entries: [string, string][] = [
    ['both', 'readers and writers wait'],
    ['writers', 'writers wait'],
    ['wait', 'a call that waited'],
  ];
  let left = 0;
  const shown = entries.map(([kind, words]) => {
    const part = `<rect class="${kind}" x="${left}" y="${kind === 'writers' ? y + 4 : y}" width="26" height="${kind === 'writers' ? 10 : 18}"/>${text(left + 32, y + 13, words)}`;
    left += 32 + words.length * LETTER + 22;
    return part;
  });
  const refused = `<line class="refused" x1="${at(left)}" x2="${at(left + 26)}" y1="${y + 9}" y2="${y + 9}"/>${text(left + 32, y + 13, 'refused: the schema is the new one')}`;
  const commit = `<line class="commit" x1="${at(left + 262)}" x2="${at(left + 262)}" y1="${y}" y2="${y + 18}"/>${text(left + 270, y + 13, 'commit')}`;
  return [...shown, refused, commit].join('');
}

/** A box with a title, and with words in it where they fit. */
function box(
  from: number,
  to: number,
  y: number,
  height: number,
  kind: string,
  title: string,
  words = '',
  ink = 'on',
): string {
  const width = Math.max(THIN, to - from);
  const fits = words && words.length * LETTER < width - 8;
  const paper = `<rect class="paper" x="${at(from + 6)}" y="${y - 2}" width="${at(words.length * LETTER + 8)}" height="${height + 4}"/>`;
  const label =
    ink === 'over'
      ? `${paper}${text(from + 10, y + height / 2 + 4, words, 'ink')}`
      : text(from + 4, y + height / 2 + 4, words, ink);
  return `<g><title>${escaped(title)}</title><rect class="${kind}" x="${at(from)}" y="${y}" width="${at(width)}" height="${height}"/>${fits ? label : ''}</g>`;
}

function text(x: number, y: number, words: string, kind = ''): string {
  return `<text${kind ? ` class="${kind}"` : ''} x="${at(x)}" y="${at(y)}">${escaped(words)}</text>`;
}

function line(from: number, to: number, y: number): string {
  return `<line class="line" x1="${at(from)}" x2="${at(to)}" y1="${y}" y2="${y}"/>`;
}

const at = (value: number): string => String(Math.round(value * 10) / 10);
/** One unit for the whole axis. */
const axis = (ms: number, until: number): string => (until < 1_000 ? `${at(ms)} ms` : `${Math.round(ms) / 1_000} s`);

/** What stands in the gutter: a long name loses its middle. */
function short(words: string): string {
  const most = Math.floor((GUTTER - 8) / LETTER);
  return words.length <= most ? words : `${words.slice(0, most - 13)}…${words.slice(-12)}`;
}

/** Text as XML and HTML have it. */
export function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
