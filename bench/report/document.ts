import type { Results } from './results.ts';
import { growthTable } from './tables.ts';
import { machineLine, sectionsOf } from './text.ts';

const BEGIN = '<!-- From here on written by `npm run bench -- --write`. -->';

/** The page with what a person wrote, up to a mark, and after it all figures. @throws Error when the mark is missing */
export function documentOf(page: string, all: readonly Results[]): string {
  const at = page.indexOf(BEGIN);
  if (at < 0) throw new Error(`docs/performance.md has no line ${BEGIN}: put it where the figures begin.`);
  const sizes = all.toReversed().map(partOf);
  const growth = all.length > 1 ? [`## Growth\n\n${growthTable(all)}`] : [];
  return `${[page.slice(0, at) + BEGIN, ...growth, ...sizes].join('\n\n')}\n`;
}

function partOf(results: Results): string {
  const { size, chunks, messages } = results;
  const head = [
    `## ${chunks.toLocaleString('en-US')} chunks, ${messages.toLocaleString('en-US')} messages`,
    `\`npm run bench -- --size ${size}\`: ${machineLine(results)}. Times in ms, as a client on the same machine sees them.`,
    `![How many times faster than legacy](performance/${size}.svg)`,
  ];
  return [...head, ...sectionsOf(results).map(([heading, table]) => `### ${heading}\n\n${table}`)].join('\n\n');
}
