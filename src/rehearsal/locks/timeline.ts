import { duration } from '../../report/format.ts';
import { html, type Markup } from '../../report/html/markup.ts';
import { ticks } from './axis.ts';
import { lockBarsOf } from './lock-bars.ts';
import { blockedBy, modeName } from './lock-modes.ts';
import type { OperationRun, UnderLoadRun } from './observation.ts';
import { tableLocks } from './summary.ts';
import { at, box, LETTER, line, STRIPES, STYLE, THIN, text, upright } from './svg.ts';

const WIDTH = 1_000;
const GUTTER = 260;
const RIGHT = 16;
const LANE = 22;
const TOP = 22;

/** More tables are only in the table below the timeline. */
const MOST_TABLES = 16;

/** The horizontal position of a moment. */
type TimeScale = (ms: number) => number;

/** A row of the timeline: its height, and a function that draws it below an upper edge. */
type TimelineRow = readonly [height: number, draw: (y: number) => Markup];

/**
 * The run under load as a picture (SVG): a lane for each table with its locks, and one for each statement of the app with
 * its waits. Colour is never the only difference: a lock that keeps readers waiting is solid, one that keeps only writers
 * waiting is striped and lower, and both have labels and titles.
 * @param description what the picture shows, for people who do not see it
 */
export function timeline(underLoad: UnderLoadRun, description: string): Markup {
  const { to, operations } = underLoad;
  const x: TimeScale = (ms) => GUTTER + ((WIDTH - GUTTER - RIGHT) * ms) / Math.max(to, 1);
  const of = (kind: OperationRun['kind']): TimelineRow[] =>
    operations.filter((one) => one.kind === kind).map((one) => operationLane(one, x, to));
  const rows: TimelineRow[] = [
    [LANE, (y) => migrationLane(underLoad, x, y)],
    ...headed('Tables, and the locks on them', tableLanes(underLoad, x)),
    ...headed('Readers, and their waits', of('read')),
    ...headed('Writers, and their waits', of('write')),
  ];
  let y = TOP;
  const drawn = rows.map(([height, draw]) => {
    y += height;
    return draw(y - height);
  });
  const grid = ticks(to).map((ms) => html`${upright('grid', x(ms), 16, y)}${text(x(ms), 12, axis(ms, to), 'middle')}`);
  const commits = underLoad.migrations.map((run) => upright('commit', x(run.to), TOP, y, `${run.name} is committed`));
  return html`<svg class="locks" role="img" aria-labelledby="locks-title locks-description" viewBox="0 0 ${WIDTH} ${y + 2 * LANE + 8}" xmlns="http://www.w3.org/2000/svg">
<title id="locks-title">Locks of the migrations, and waits of the app, over time</title>
<desc id="locks-description">${description}</desc>
<style>${STYLE}</style>${STRIPES}
${grid}
${drawn.map((lane) => html`${lane}\n`)}${commits}
${legend(y + 14)}
</svg>`;
}

function headed(words: string, rows: readonly TimelineRow[]): TimelineRow[] {
  return rows.length > 0 ? [[LANE + 8, (y) => text(0, y + 22, words, 'head')], ...rows] : [];
}

function migrationLane({ migrations }: UnderLoadRun, x: TimeScale, y: number): Markup {
  const boxes = migrations.map(({ name, from, to }) => {
    const [left, width] = [x(from), Math.max(THIN, x(to) - x(from))];
    const label = [name, name.replace(/^(\d+).*$/, '$1')].find((words) => words.length * LETTER < width - 6) ?? '';
    return html`<g><title>${name}: ${duration(to - from)}</title><rect class="migration" x="${at(left)}" y="${y + 2}" width="${at(width)}" height="18" rx="2"/>${text(left + 4, y + 15, label)}</g>`;
  });
  return html`${text(GUTTER - 8, y + 15, 'migrations', 'end')}${boxes}`;
}

function tableLanes(underLoad: UnderLoadRun, x: TimeScale): TimelineRow[] {
  return tableLocks(underLoad)
    .slice(0, MOST_TABLES)
    .map(({ table }) => {
      const bars = lockBarsOf(underLoad.held.filter((lock) => lock.table === table));
      return lane(table, x, underLoad.to, (y) =>
        bars.map(({ from, to, mode, by }) => {
          const blocked = blockedBy(mode);
          const words = `${modeName(mode)}, ${duration(to - from)}`;
          const title = `${table}: ${words}, taken by ${by}; keeps ${blocked} waiting`;
          const common = { from: x(from), to: x(to), title, words };
          return blocked === 'writers'
            ? box({ ...common, kind: 'writers', y: y + 6, height: 10, onPaper: true })
            : box({ ...common, kind: 'both', y: y + 2, height: 18 });
        }),
      );
    });
}

function operationLane({ name, spans }: OperationRun, x: TimeScale, to: number): TimelineRow {
  const refused = `${name}: refused by the new schema`;
  return lane(name, x, to, (y) => [
    ...spans.refused.map((span) => line('refused', x(span.from), x(span.to), y + 17, refused)),
    ...spans.waiting.map((span) => {
      const words = duration(span.to - span.from);
      const title = `${name}: waited ${words}`;
      return box({ kind: 'wait', from: x(span.from), to: x(span.to), y: y + 4, height: 14, title, words });
    }),
    ...spans.failed.map((span) => text(x(span.to), y + 16, '✕', 'failed')),
  ]);
}

function lane(name: string, x: TimeScale, to: number, draw: (y: number) => Markup[]): TimelineRow {
  return [
    LANE,
    (y) => html`${text(GUTTER - 8, y + 15, short(name), 'end')}${line('line', x(0), x(to), y + 11)}${draw(y)}`,
  ];
}

function legend(y: number): Markup {
  return html`<rect class="both" x="0" y="${y}" width="26" height="18"/>${text(32, y + 13, 'readers and writers wait')}
<rect class="writers" x="205" y="${y + 4}" width="26" height="10"/>${text(237, y + 13, 'writers wait')}
<rect class="wait" x="335" y="${y + 2}" width="26" height="14"/>${text(367, y + 13, 'a call that waited')}
${line('refused', 500, 526, y + 9)}${text(532, y + 13, 'refused: the schema is the new one')}
${text(760, y + 14, '✕', 'failed')}${text(772, y + 13, 'failed')}
${upright('commit', 835, y, y + 18)}${text(843, y + 13, 'commit')}`;
}

/** All moments of the axis are written in the same unit. */
const axis = (ms: number, until: number): string => (until < 1_000 ? `${at(ms)} ms` : `${Math.round(ms) / 1_000} s`);

/** A name that fits the gutter: a long one loses its middle. */
function short(words: string): string {
  const most = Math.floor((GUTTER - 24) / LETTER);
  return words.length <= most ? words : `${words.slice(0, most - 13)}…${words.slice(-12)}`;
}
