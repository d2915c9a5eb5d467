import { paint } from '../../report/text.ts';
import {
  allSections,
  isUnchanged,
  type Level,
  type Review,
  type ReviewItem,
  type ReviewSection,
  worst,
} from '../model.ts';
import { comparedWords, MARKS, markOfSection, refusesChange, verdictWords } from './words.ts';

const STYLES: Readonly<Record<Level, Parameters<typeof paint>[0]>> = { stop: 'red', look: 'yellow', note: 'dim' };

/** How many items of a section a terminal shows; the pages have all. */
const MOST = 8;

/** The review for a terminal: a line for each section, and what refuses the change or is to be looked at. */
export function reviewText(review: Review, pages: { readonly markdown: string; readonly html: string }): string {
  const { notes, sections, uncommitted } = review;
  const items = allSections(review).flatMap((section) => section.items);
  const verdict = paint(
    [refusesChange(review) ? 'red' : worst(items) === 'look' ? 'yellow' : 'green', 'bold'],
    verdictWords(review),
  );
  const lines = [`${comparedWords(review)}`, ...notes.map((note) => `${paint('yellow', '!')} ${note}`), ''];
  if (!isUnchanged(allSections(review)))
    lines.push(
      ...sections.flatMap(sectionLines),
      ...(uncommitted ? ['', paint('bold', 'Uncommitted changes'), ...uncommitted.flatMap(sectionLines)] : []),
      '',
    );
  return [...lines, `  ${pages.markdown}`, `  ${pages.html}`, '', verdict].join('\n');
}

function sectionLines(section: ReviewSection): string[] {
  const told = section.items.filter(({ level }) => level !== 'note');
  const more = told.length - MOST;
  return [
    `${markOfSection(section)} ${paint('bold', section.title)}: ${section.headline}`,
    ...told.slice(0, MOST).map(itemLine),
    ...(more > 0 ? [`    … and ${more} more`] : []),
  ];
}

const itemLine = ({ level, title }: ReviewItem): string =>
  `    ${paint(STYLES[level], MARKS[level])} ${title.split('\n', 1)[0]}`;
