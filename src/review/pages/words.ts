import { counted } from '../../report/format.ts';
import { allSections, isUnchanged, type Level, type Review, type ReviewSection, worst } from '../model.ts';

/** The mark of a level, which says without a colour what it is. */
export const MARKS: Readonly<Record<Level, string>> = { stop: '✗', look: '!', note: '·' };

/** The mark of a section: of its worst item, or that nothing changed, or that nobody looked. */
export function markOfSection({ items, isUnasked }: ReviewSection): string {
  const level = worst(items);
  if (level) return MARKS[level];
  return isUnasked ? '?' : '✔';
}

/** “feature (1a2b3c4) against main (5d6e7f8)”. */
export const comparedWords = ({ base, head }: Review): string =>
  `${head.name} (${head.commit}) against ${base.name} (${base.commit})`;

/** The verdict in one sentence. */
export function verdictWords(review: Review): string {
  const items = allSections(review).flatMap((section) => section.items);
  const count = (level: Level): number => items.filter((item) => item.level === level).length;
  const [stop, look, note] = [count('stop'), count('look'), count('note')];
  const rest = [...(look > 0 ? [`${look} to look at`] : []), ...(note > 0 ? [counted(note, 'note')] : [])].join(', ');
  const unasked = [...new Set(allSections(review).flatMap(({ title, isUnasked }) => (isUnasked ? [title] : [])))];
  const asked = unasked.length > 0 ? ` Not evaluated: ${unasked.join(', ')}.` : '';
  if (stop > 0) return `Must not be merged: ${counted(stop, 'finding')}.${rest ? ` Besides, ${rest}.` : ''}${asked}`;
  if (isUnchanged(allSections(review)))
    return review.notes.length > 0
      ? `Nothing that could be compared changed.${asked}`
      : `Nothing changed: access, API, structure, rows and migrations are as before.${asked}`;
  return `Nothing refuses it: ${rest}.${asked}`;
}

/** Whether a review refuses the change. */
export const refusesChange = (review: Review): boolean =>
  allSections(review).some(({ items }) => worst(items) === 'stop');

/** A text cut at a length, with how much of it was left out. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}\n… and ${text.length - most} characters more`;

/**
 * The first page that is short enough.
 * @param extents from everything to what fits in any case
 * @param size of a page, in the unit of `most`
 */
export function firstThatFits<Extent>(
  extents: readonly Extent[],
  write: (extent: Extent) => string,
  size: (page: string) => number,
  most: number,
): string {
  let page = '';
  for (const extent of extents) {
    page = write(extent);
    if (size(page) <= most) break;
  }
  return page;
}
