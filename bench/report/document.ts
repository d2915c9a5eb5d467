import type { Results } from './results.ts';
import { summaryOf } from './summary.ts';
import { growthTable } from './tables.ts';
import { machineLine, sectionsOf } from './text.ts';

const BEGIN = '<!-- Written by `npm run bench -- --write`, down to the next mark. -->';
const END = '<!-- The end of what `npm run bench -- --write` writes. -->';
const NOTE = '<!-- Written by `npm run bench -- --write`. -->';

/**
 * The page with the summary of all sizes between its two marks; everything else on it stays.
 * @throws Error when a mark is missing
 */
export function documentOf(page: string, all: readonly Results[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`docs/performance.md needs the lines ${BEGIN} and ${END}: put them around the summary.`);
  const sections = summaryOf(all).map(([heading, summary]) => `### ${heading}\n\n${summary}`);
  const links = all.toReversed().map((results) => `[${titleOf(results)}](performance/${results.size}.md)`);
  const growth = all.length > 1 ? ['[the growth of each query](performance/growth.md)'] : [];
  const figures = `All figures: ${[...links, ...growth].join(', ')}.`;
  return [page.slice(0, begin) + BEGIN, figures, ...sections, page.slice(end)].join('\n\n');
}

/** The pages with all figures, by their names in docs/performance: one for each size, and one that compares the sizes. */
export function pagesOf(all: readonly Results[]): Map<string, string> {
  const sizes = all.map((results) => [`${results.size}.md`, pageOf(results)] as const);
  return new Map(all.length > 1 ? [...sizes, ['growth.md', growthPage(all)]] : sizes);
}

function pageOf(results: Results): string {
  const { size } = results;
  const head = [
    `# ${titleOf(results)}`,
    NOTE,
    `What \`npm run bench -- --size ${size}\` measured; [Performance](../performance.md) says how. ${machineLine(results)}. Times in ms, as a client on the same machine sees them.`,
    `![How many times faster than legacy](${size}.svg)`,
  ];
  return `${[...head, ...sectionsOf(results).map(([heading, table]) => `## ${heading}\n\n${table}`)].join('\n\n')}\n`;
}

function growthPage(all: readonly Results[]): string {
  const head = [
    '# Growth',
    NOTE,
    "The pages and the time of each query at several sizes, for a typical user's parameters; [Performance](../performance.md) says which growth is marked. Times are the median in ms.",
  ];
  return `${[...head, growthTable(all)].join('\n\n')}\n`;
}

function titleOf({ chunks, messages }: Results): string {
  return `${chunks.toLocaleString('en-US')} chunks, ${messages.toLocaleString('en-US')} messages`;
}
