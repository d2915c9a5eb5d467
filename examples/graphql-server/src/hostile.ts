/** Channels, their videos, the channels of those, and so on: each level multiplies the rows. */
const deep = (levels: number): string =>
  levels === 0 ? '' : ` videos { nodes { rowId channel { rowId${deep(levels - 1)} } } }`;

/** Documents that ask for too much, each in its own way. */
export const HOSTILE: Readonly<Record<string, string>> = {
  depth: `{ channels { nodes { rowId${deep(4)} } } }`,
  aliases: `{ ${Array.from({ length: 100 }, (_, index) => `a${index}: channels { totalCount nodes { rowId videos { totalCount nodes { rowId } } } }`).join(' ')} }`,
  rows: '{ channels { nodes { rowId videos { nodes { rowId } } } } }',
  body: `{ channels(first: 1) { nodes { rowId } } } # ${'x'.repeat(60_000)}`,
};
