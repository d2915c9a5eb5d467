import { counted } from '../../report/format.ts';
import { allSections, isUnchanged, type Level, type Review, type ReviewItem, type ReviewSection } from '../model.ts';
import { comparedWords, cut, firstThatFits, MARKS, markOfSection, verdictWords } from './words.ts';

/** GitHub takes 65,536 characters as a comment of a pull request: the rest is for a line by whoever posts it. */
export const MOST_CHARACTERS = 65_000;

/** How much a page shows. What is left out is counted. */
interface MarkdownExtent {
  /** Items of a section. */
  readonly items: number;
  /** The levels whose evidence is shown. */
  readonly evidence: readonly Level[];
  /** Characters of one text. */
  readonly text: number;
}

/** From everything to what fits in any case: the first that fits is taken. */
const EXTENTS: readonly MarkdownExtent[] = [
  { items: 200, evidence: ['stop', 'look', 'note'], text: 4_000 },
  { items: 60, evidence: ['stop', 'look'], text: 2_000 },
  { items: 30, evidence: ['stop', 'look'], text: 1_000 },
  { items: 15, evidence: ['stop'], text: 600 },
  { items: 5, evidence: [], text: 300 },
];

/** The review as Markdown that fits a comment of a pull request: what is long is folded, what is too much is counted. */
export function reviewMarkdown(review: Review): string {
  const written = firstThatFits(
    EXTENTS,
    (extent) => page(review, extent),
    (text) => text.length,
    MOST_CHARACTERS,
  );
  return written.length <= MOST_CHARACTERS ? written : cut(written, MOST_CHARACTERS - 100);
}

function page(review: Review, extent: MarkdownExtent): string {
  const { project, notes, sections, uncommitted } = review;
  const head = [
    `## ${plain(project)}: what this change does`,
    '',
    `**${plain(verdictWords(review))}** ${plain(comparedWords(review))}.`,
    '',
    ...notes.map((note) => `> ${plain(note)}\n`),
  ];
  if (isUnchanged(allSections(review)) && notes.length === 0) return `${head.join('\n').trimEnd()}\n`;
  return `${[
    ...head,
    ...body(sections, extent, '###'),
    ...(uncommitted
      ? [
          '## Uncommitted changes',
          '',
          'In the working tree, and in no commit yet.',
          '',
          ...body(uncommitted, extent, '###'),
        ]
      : []),
    ...footer(),
  ].join('\n')}\n`;
}

function body(sections: readonly ReviewSection[], extent: MarkdownExtent, heading: string): string[] {
  return [
    '|   | section | what changed |',
    '| - | ------- | ------------ |',
    ...sections.map(
      (section) => `| ${markOfSection(section)} | ${plain(section.title)} | ${plain(section.headline)} |`,
    ),
    '',
    ...sections.filter(({ items }) => items.length > 0).flatMap((section) => sectionText(section, extent, heading)),
    ...notEvaluatedText(sections),
  ];
}

function sectionText({ title, items }: ReviewSection, extent: MarkdownExtent, heading: string): string[] {
  const shown = items.slice(0, extent.items);
  const folded = shown.filter(({ level }) => level === 'note');
  const open = shown.filter(({ level }) => level !== 'note');
  const more = items.length - shown.length;
  return [
    `${heading} ${plain(title)}`,
    '',
    ...open.flatMap((item) => itemText(item, extent)),
    ...(folded.length > 3 || (folded.length > 0 && open.length > 0)
      ? [
          '',
          `<details><summary>${counted(folded.length, 'note')}</summary>`,
          '',
          ...folded.flatMap((item) => itemText(item, extent)),
          '',
          '</details>',
        ]
      : folded.flatMap((item) => itemText(item, extent))),
    ...(more > 0 ? ['', `… and ${more} more, in the HTML page.`] : []),
    '',
  ];
}

function itemText({ level, title, details = [], evidence, sql, fix }: ReviewItem, extent: MarkdownExtent): string[] {
  const shows = extent.evidence.includes(level);
  const texts = [...details, ...(fix === undefined ? [] : [`To do: ${fix}`])];
  return [
    `- **${MARKS[level]}** ${plain(cut(title, extent.text))}`,
    ...texts.map((text) => `  <br>${kept(cut(text, extent.text))}`),
    ...(shows && sql
      ? folded('SQL', [
          ...(sql.before === undefined ? [] : [code(`-- before\n${sql.before}`, extent)]),
          ...(sql.after === undefined ? [] : [code(`-- after\n${sql.after}`, extent)]),
        ])
      : []),
    ...(shows && evidence !== undefined ? folded('what shows it', [code(evidence, extent)]) : []),
  ];
}

/** Indented, so that it belongs to the item above it. */
function folded(summary: string, blocks: readonly string[]): string[] {
  const lines = [`<details><summary>${summary}</summary>`, '', ...blocks, '', '</details>'];
  return ['', ...lines.flatMap((block) => block.split('\n')).map((line) => (line === '' ? '' : `  ${line}`)), ''];
}

/** A block of code, with a fence that its text does not have. */
function code(text: string, { text: most }: MarkdownExtent): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const language = /^[+\-@ ]/.test(text) && !text.startsWith('--') ? 'diff' : 'sql';
  return `${fence}${language}\n${cut(text, most)}\n${fence}`;
}

function notEvaluatedText(sections: readonly ReviewSection[]): string[] {
  const lines = sections.flatMap(({ title, notEvaluated = [] }) =>
    notEvaluated.map((why) => `- ${plain(title)}: ${kept(why)}`),
  );
  if (lines.length === 0) return [];
  return ['<details><summary>Not evaluated here</summary>', '', ...lines, '', '</details>', ''];
}

const footer = (): string[] => [
  '<sub>✗ must not be merged · ! to look at · · note · ✔ no change · ? not evaluated. An approval is a line in the spec of the repository.</sub>',
];

/** Text without anything that Markdown or HTML would read, and that mentions nobody; in one line. */
const plain = (text: string): string =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_~|[\]#]/g, (sign) => `\\${sign}`)
    .replaceAll('@', '@\u200b');

/** Our own sentences, whose code stays code. */
const kept = (text: string): string =>
  text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? plain(part) : `\`${part}\``))
    .join('');
