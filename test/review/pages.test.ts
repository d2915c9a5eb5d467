import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Review, ReviewItem } from '../../src/review/model.ts';
import { reviewHtml } from '../../src/review/pages/html.ts';
import { MOST_CHARACTERS, reviewMarkdown } from '../../src/review/pages/markdown.ts';
import { reviewText } from '../../src/review/pages/text.ts';
import { functionsSection } from '../../src/review/sections/functions.ts';
import { inBrowser, violationsIn, withPage } from '../support/browser.ts';

const item = (level: ReviewItem['level'], title: string, more: Partial<ReviewItem> = {}): ReviewItem => ({
  level,
  title,
  details: ['before: filtered; now: allowed'],
  ...more,
});

const reviewWith = (items: readonly ReviewItem[]): Review => ({
  project: 'Notes',
  base: { name: 'main', commit: '1a2b3c4' },
  head: { name: 'feature', commit: '5d6e7f8' },
  notes: [],
  sections: [{ title: 'Access', headline: `${items.length} changes`, items, notEvaluated: ['`rolecall plans` does.'] }],
  uncommitted: undefined,
  seconds: 1,
});

test('Markdown of a huge review fits a comment, keeps the worst, and counts what it leaves out', () => {
  const statement = `select '${'x'.repeat(9_000)}';`;
  const items = [
    ...Array.from({ length: 40 }, (_, at) => item('stop', `worst ${at}`, { evidence: statement })),
    ...Array.from({ length: 4_000 }, (_, at) => item('note', `note ${at}`, { evidence: statement })),
  ];
  const text = reviewMarkdown(reviewWith(items));
  expect(text.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  expect(text).toContain('worst 0');
  const shown = [...text.matchAll(/^- \*\*/gm)].length;
  expect(text).toContain(`… and ${4_040 - shown} more, in the HTML page.`);
  expect(text).toContain('characters more');
});

test('a section that was not asked about has a question mark, and the verdict names it', () => {
  const page = '`public.f()` (definer)\n\n- anon: executes\n';
  const review = { ...reviewWith([item('note', 'a table is new')]), sections: [functionsSection(page, page)] };
  for (const text of [reviewMarkdown(review), reviewText(review, { markdown: 'a.md', html: 'a.html' })]) {
    expect(text).toContain('Not evaluated: What functions do.');
    expect(text).not.toContain('✔ What functions do');
    expect(text).not.toMatch(/✔ \| What functions do/);
  }
  expect(reviewHtml(review)).toContain('<td class="sign">?</td><th scope="row">What functions do</th>');
});

test('a name in Markdown is no markup, and mentions nobody', () => {
  const text = reviewMarkdown(
    reviewWith([item('stop', 'a*b*_c_ <img src=x> @everybody `x` | y', { evidence: 'select ```1```;' })]),
  );
  expect(text).toContain('a\\*b\\*\\_c\\_ &lt;img src=x&gt; @\u200beverybody \\`x\\` \\| y');
  expect(text).toContain('  ````sql\n  select ```1```;\n  ````');
});

test('HTML of a huge review stays below 2 MB', () => {
  const statement = `select '${'x'.repeat(9_000)}';`;
  const items = Array.from({ length: 5_000 }, (_, at) => item('note', `note ${at}`, { evidence: statement }));
  expect(Buffer.byteLength(reviewHtml(reviewWith(items)))).toBeLessThan(2_000_000);
});

inBrowser('the page can be read by everybody, in the light and in the dark, and on a phone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-page-'));
  const file = join(folder, 'review.html');
  const sql = { before: 'create table a ();', after: `create table b (${'column_of_a_long_name, '.repeat(20)});` };
  const review = reviewWith([
    item('stop', 'stranger now may select', { evidence: 'select 1;', fix: 'Run `rolecall uncommit`.' }),
    item('look', 'a table changed', { sql }),
    item('note', 'an index was added', { sql: { before: undefined, after: 'create index;' } }),
  ]);
  try {
    await writeFile(file, reviewHtml({ ...review, uncommitted: review.sections }));
    for (const colorScheme of ['light', 'dark'] as const)
      await withPage(
        file,
        async (page) => {
          expect(await violationsIn(page)).toEqual([]);
          expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        },
        { colorScheme, viewport: { width: 390, height: 800 } },
      );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a function that now changes the rows of others is there to look at; another change of it is a note', () => {
  const page = (owner: string, stranger: string): string =>
    `## public\n\n\`public.f(integer)\`, \`public.g()\` (invoker)\n\n- owner: ${owner}\n- stranger, anon: ${stranger}\n`;
  const { items } = functionsSection(
    page('executes', 'no EXECUTE'),
    page("executes · changes others' public.notes U(body)", 'executes'),
  );
  expect(items.map(({ level, title }) => `${level}: ${title}`)).toEqual([
    "look: public.f(integer) now reaches others' rows for owner",
    "look: public.g() now reaches others' rows for owner",
    'note: public.f(integer) does something else for stranger, anon',
    'note: public.g() does something else for stranger, anon',
  ]);
});
