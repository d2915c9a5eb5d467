import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sizes } from '../../bench/data/scale.ts';
import { barsOf, chartOf } from '../../bench/report/chart.ts';
import { documentOf, pagesOf } from '../../bench/report/document.ts';
import { goalsOf, reached } from '../../bench/report/goals.ts';
import { growthOf } from '../../bench/report/growth.ts';
import type { Results } from '../../bench/report/results.ts';
import { mean, quantile, rounded, timesOf } from '../../bench/report/statistics.ts';
import { summaryOf } from '../../bench/report/summary.ts';
import { ratio } from '../../bench/report/tables.ts';
import { sectionsOf, textOf } from '../../bench/report/text.ts';
import { measured, query, results } from './results.ts';

const times = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1 });

test('a quantile is a value that was measured, with that share at or below it', () => {
  fc.assert(
    fc.property(times, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
      const found = quantile(values, share);
      const below = values.filter((value) => value <= found).length;
      const under = values.filter((value) => value < found).length;
      expect(values).toContain(found);
      expect(below / values.length).toBeGreaterThanOrEqual(share - 1e-9);
      expect(under / values.length).toBeLessThan(share);
    }),
  );
});

test('times are summarised by the middle and by what nineteen in twenty stay below', () => {
  expect(timesOf(Array.from({ length: 100 }, (_, at) => at + 1))).toEqual({ runs: 100, p50: 50, p95: 95 });
  expect([mean([1, 2, 6]), rounded(1234.5), rounded(0.0123456), ratio(1, 3)]).toEqual([3, 1230, 0.0123, '0.33']);
});

test('the report has every part that was measured, and no other', () => {
  const headings = (given: Parameters<typeof results>[0]) => sectionsOf(results(given)).map(([heading]) => heading);
  expect(headings({})).toEqual([
    'Goals',
    'Search by meaning',
    'Exact search and search by bits',
    "The app's queries",
    'Cost of row level security',
    'Legacy databases with a table of transcripts',
    'Not measured',
    'Writes',
    'The queue of transcripts',
    'Mixed load',
    'Mixed load, by action',
    'Disk',
  ]);
  const { writes: _, ...without } = results({ size: '10k', queries: [], notMeasured: [], search: [], load: [] });
  expect(sectionsOf(without).map(([heading]) => heading)).toEqual(['Disk']);
});

test('tables say what it was, what it is, and the ratio', () => {
  const cells = textOf(results())
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.replaceAll(/ +/g, ' '));
  expect(cells).toEqual(
    expect.arrayContaining([
      '| latest-messages | typical | 2.2 | 4.4 | 1.1 | 2.2 | 0.5 | 10 | 10 | 5 |',
      '| message | 500 | 0.4 | 0.2 | 0.5 | 1,000 | 500 | 0.5 |',
      '| 16 | 4 | 600 | 0 | 1 | 2 | 300 |',
      '| delete-channel | heavy | 2.2 | 110 | 1.1 | 0.01 |',
      '| my-usage | typical | | | 1.1 | 2.2 | | | 10 | 5 |',
      '| latest-messages | typical | 1.1 | 1 | 1.1 | 10 | 10 |',
      '| 20,000 chunks | cross | 5 | 0.13 | 200 | 8 | 8 | 0.995 | 0.995 | 0.04 | 100 | 100 |',
      '| 20,000 chunks | cross | 40 | 8 | 0.2 | 100 | 100 | 0.995 |',
      '| chunks | 10 MB | 3 MB | 0.3 |',
      '| 32 | 100 | 50 | 400 | 4 | 8 |',
      '| list chats | 32 | 4 | 9 | 1 | 2 |',
      '| nothing | heavy | There is nothing to draw its parameters from. |',
    ]),
  );
});

test('a goal is reached or missed by what was measured, and the worst is named', () => {
  const goals = goalsOf(results({ queries: [query('send-message'), query('slow', { target: measured(3) })] }));
  expect(goals.map((goal) => [goal.what, goal.worst ?? '', `${rounded(goal.measured)}`, reached(goal)])).toEqual([
    ['search p50 ÷ legacy made exact, 20,000 chunks, cross', '', '0.04', true],
    ['recall@10, the worst class', 'huge, cross', '0.995', true],
    ['row level security ÷ none, message insert (typical)', '', '1.1', true],
    ['the hot query that gained least ÷ legacy', 'slow, typical', '1.36', false],
    ['disk for chunks, vectors and indexes ÷ legacy', '', '0.3', true],
    ['mixed load at 32 clients, transactions a second ÷ legacy', '', '4', false],
    ['the same ÷ legacy with its search made exact', '', '8', true],
  ]);
  expect(goalsOf(results({ queries: [], search: [], disk: [], load: [] }))).toEqual([]);
});

test.each([
  ['holds', 'no more than another level of an index', measured(1, 10, 5), measured(1.2, 14, 5)],
  ['holds', 'ten times the pages for ten times the rows', measured(1, 100, 5), measured(10, 1000, 50)],
  ['grows', 'ten times the pages for as many rows', measured(1, 100, 5), measured(1, 1000, 5)],
  ['grows', 'ten times the time for as many rows', measured(5, 10, 5), measured(50, 10, 5)],
  ['holds', 'a time that is noise', measured(0.1, 10, 5), measured(0.9, 10, 5)],
] as const)('with the table, a query %s: %s', (verdict, _, before, now) => {
  const grown = (grows: string | null) =>
    growthOf([
      results({ size: '10k', queries: [query('a', { target: before, grows })] }),
      results({ queries: [query('a', { target: now, grows }), query('new')] }),
    ]);
  expect(grown(null).map((growth) => [growth.name, growth.verdict])).toEqual([
    ['a', verdict],
    ['new', 'holds'],
  ]);
  expect(grown('it counts')[0]).toMatchObject(
    verdict === 'holds' ? { verdict, reason: null } : { verdict: 'meant to', reason: 'it counts' },
  );
  expect(growthOf([results()])).toEqual([]);
});

test('the chart has a bar for all that was compared, the largest gain first, as well-formed SVG', () => {
  const shown = results({ queries: [query('a <query> & more', { target: measured(22) }), query('b')] });
  expect(barsOf(shown).map(({ label, factor }) => [label, Number(factor.toFixed(2))])).toEqual([
    ['search, 20,000 chunks, cross', 25],
    ['mixed load, 32 clients', 4],
    ['b, typical', 2],
    ['a <query> & more, typical', 0.1],
  ]);
  const svg = chartOf(shown);
  expect(svg).toContain('a &lt;query&gt; &amp; more');
  const opened = [...svg.matchAll(/<([a-z]+)(?=[\s>])[^>]*?(\/?)>/g)].filter(([, , closed]) => !closed);
  expect(opened).toHaveLength([...svg.matchAll(/<\/[a-z]+>/g)].length);
  expect(svg).not.toMatch(/NaN|undefined|width="-/);
});

const small = results({ size: '10k', chunks: 10_000 });
const begin = '<!-- Written by `npm run bench -- --write`, down to the next mark. -->';
const end = '<!-- The end of what `npm run bench -- --write` writes. -->';

test('the page keeps the text around its two marks, and the summary between them is written again', () => {
  const page = documentOf(`# Mine\n\n${begin}\n\nstale\n\n${end}\n\n## Mine too\n`, [small, results()]);
  expect(page.startsWith(`# Mine\n\n${begin}\n\nAll figures: [100,000 chunks`)).toBe(true);
  expect(page.endsWith(`\n\n${end}\n\n## Mine too\n`)).toBe(true);
  expect(page).not.toContain('stale');
  expect(page.match(/^### .*$/gm)).toEqual(
    [
      'Goals that are missed',
      "The app's queries",
      'Growth',
      'Search by meaning',
      'Writes',
      'The queue of transcripts',
      'Mixed load',
      'Disk',
    ].map((heading) => `### ${heading}`),
  );
  expect(documentOf(page, [small, results()])).toBe(page);
  expect(() => documentOf('# Mine', [])).toThrow('needs the lines <!-- Written by');
  expect(() => documentOf(`${end}\n${begin}`, [])).toThrow('needs the lines <!-- Written by');
});

test('the summary compares the sizes, and says nothing of a part that was not measured', () => {
  const cells = summaryOf([small, results()])
    .flatMap(([, text]) => text.split('\n'))
    .map((line) => line.replaceAll(/ +/g, ' '));
  expect(cells).toEqual(
    expect.arrayContaining([
      'At 100,000 chunks 7 of 8 goals are reached.',
      '| mixed load at 32 clients, transactions a second ÷ legacy | at least 5 | 4 |',
      '| 10k | 2 | 2 | 0 | 0 | 0.5 | 1.1 |',
      '| 2 | 2 | 0 | 0 |',
      '| 100k | 0.04 | 0.04 | 0.995 | 0.13 |',
      '| message | 0.5 | 0.5 | 0.5 | 0.5 |',
      '| 10k | 600 | 4 | 0 | 1 |',
      '| 32 | 4 | 4 | 8 | 8 |',
      '| chunks | 0.3 | 0.3 |',
    ]),
  );
  const { writes: _, ...without } = results({ size: '10k', queries: [], search: [], load: [] });
  expect(summaryOf([without]).map(([heading]) => heading)).toEqual(['Disk']);
});

test('each size has a page with all of its figures, and several sizes a page that compares them', () => {
  const pages = pagesOf([small, results()]);
  expect([...pages.keys()]).toEqual(['10k.md', '100k.md', 'growth.md']);
  expect(pages.get('10k.md')).toMatch(/^# 10,000 chunks, 1,000,000 messages\n/);
  expect(pages.get('100k.md')?.match(/^## .*$/gm)).toEqual(sectionsOf(results()).map(([heading]) => `## ${heading}`));
  expect(pages.get('growth.md')).toContain('| latest-messages');
  expect([...pagesOf([small]).keys()]).toEqual(['10k.md']);
});

test('the pages of docs/performance are those that their figures give: npm run bench -- --rewrite', async () => {
  const files = (await readdir('docs/performance')).filter(
    // What `npm run bench:access` and `npm run bench:limits` write has tests of its own.
    (name) => /\.(json|md)$/.test(name) && !['access.md', 'limits.md'].includes(name),
  );
  const texts = new Map(
    await Promise.all(files.map(async (name) => [name, await readFile(`docs/performance/${name}`, 'utf8')] as const)),
  );
  const all = sizes.flatMap((size) => {
    const figures = texts.get(`${size}.json`);
    return figures ? [JSON.parse(figures) as Results] : [];
  });
  const pages = [...texts].filter(([name]) => name.endsWith('.md'));
  expect(new Map(pages)).toEqual(pagesOf(all));
  const page = await readFile('docs/performance.md', 'utf8');
  expect(documentOf(page, all)).toBe(page);
});
