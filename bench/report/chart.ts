import type { Results } from './results.ts';
import { ratio } from './tables.ts';

/** One bar: what it is of, and how many times faster (or, below one, slower) it became. */
export interface Bar {
  readonly label: string;
  readonly factor: number;
  readonly group: 'query' | 'search' | 'load';
}

const colours = { query: '#3b7dd8', search: '#2a9d6f', load: '#b8791b' } as const;
const names = {
  query: 'a query of the app',
  search: 'search in a channel, against legacy made exact',
  load: 'mixed load',
} as const;

/** What a chart of these results shows, the largest gain first. */
export function barsOf({ queries, search, load }: Results): Bar[] {
  const bars: Bar[] = [
    ...queries.flatMap(({ name, set, legacy, target }) =>
      legacy ? [{ label: `${name}, ${set}`, factor: legacy.p50 / target.p50, group: 'query' as const }] : [],
    ),
    ...search.flatMap(({ chunks, questions, ways }) => {
      const { 'legacy, exact': exact, target } = ways;
      const label = `search, ${chunks.toLocaleString('en-US')} chunks, ${questions}`;
      return exact && target ? [{ label, factor: exact.p50 / target.p50, group: 'search' as const }] : [];
    }),
    ...load.map(({ clients, legacy, target }) => ({
      label: `mixed load, ${clients} client${clients === 1 ? '' : 's'}`,
      factor: target.tps / legacy.tps,
      group: 'load' as const,
    })),
  ];
  return bars.toSorted((a, b) => b.factor - a.factor);
}

const row = 18;
const left = 290;
const width = 900;
const top = 64;

/** Horizontal bars on a logarithmic axis, so that twice as fast and half as fast are equally long. */
export function chartOf(results: Results): string {
  const bars = barsOf(results);
  const tens = Math.max(1, ...bars.map(({ factor }) => Math.ceil(Math.log10(factor))));
  const x = (factor: number): number =>
    Math.round(left + ((Math.log10(factor) + 1) / (tens + 1)) * (width - left - 60));
  const height = top + bars.length * row + 30;
  const ticks = Array.from({ length: tens + 2 }, (_, at) => 10 ** (at - 1));
  const grid = ticks.map(
    (tick) =>
      `<line x1="${x(tick)}" y1="${top - 6}" x2="${x(tick)}" y2="${height - 24}" stroke="${tick === 1 ? '#555' : '#ddd'}"/>` +
      `<text x="${x(tick)}" y="${height - 10}" text-anchor="middle">${tick}×</text>`,
  );
  const drawn = bars.map(({ label, factor, group }, index) => {
    const y = top + index * row;
    const [from, to] = [Math.min(x(1), x(Math.max(factor, 0.1))), Math.max(x(1), x(Math.max(factor, 0.1)))];
    return (
      `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${escaped(label)}</text>` +
      `<rect x="${from}" y="${y + 2}" width="${Math.max(1, to - from)}" height="${row - 5}" fill="${colours[group]}"/>` +
      `<text x="${to + 5}" y="${y + 12}">${ratio(factor, 1)}</text>`
    );
  });
  const legend = (Object.keys(names) as (keyof typeof names)[]).map(
    (group, at) =>
      `<rect x="${left + at * 170 + (at === 2 ? 130 : 0)}" y="30" width="11" height="11" fill="${colours[group]}"/>` +
      `<text x="${left + 16 + at * 170 + (at === 2 ? 130 : 0)}" y="40">${names[group]}</text>`,
  );
  const title = `How many times faster than legacy: ${results.chunks.toLocaleString('en-US')} chunks, ${results.messages.toLocaleString('en-US')} messages`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11" fill="#222">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${left}" y="20" font-size="14">${escaped(title)}</text>`,
    ...legend,
    ...grid,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
