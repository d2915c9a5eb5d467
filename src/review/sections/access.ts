import { counted } from '../../report/format.ts';
import type { StateFacts } from '../facts.ts';
import { type ReviewItem, type ReviewSection, worstFirst } from '../model.ts';
import { callersOf } from './callers.ts';
import { callItems, openRowItems, privilegeItems, reachItems } from './calls.ts';
import { cellItems } from './cells.ts';
import { notEvaluatedSection } from './not-evaluated.ts';

const TITLE = 'Access';

/**
 * Who may do more or less than before: openings to outsiders at the top, each with the statement that shows it. Without a
 * base only what is open and not declared is said.
 */
export function accessSection(before: StateFacts | undefined, after: StateFacts): ReviewSection {
  if ('why' in after.access) return notEvaluatedSection(TITLE, after.access.why);
  // Outsiders of the base stay such: a change cannot take back by itself what is looked for.
  const outsiders = [...after.outsiders, ...(before?.outsiders ?? [])];
  const callers = callersOf({ personas: after.personas, outsiders });
  const is = after.access.value;
  const was = before && 'value' in before.access ? before.access.value : undefined;
  if (!was) {
    const open = outsideFirst([
      ...cellItems(undefined, is, callers),
      ...openRowItems(undefined, is, callers),
      ...reachItems(undefined, is),
    ]);
    const items = open.filter(({ level }) => level === 'stop');
    return {
      title: TITLE,
      headline: items.length === 0 ? 'nothing is open that the spec does not declare' : headlineOf(items),
      items,
      notEvaluated: [before && 'why' in before.access ? before.access.why : 'There is no base to compare with.'],
    };
  }
  const items = outsideFirst([
    ...cellItems(was, is, callers),
    ...openRowItems(was, is, callers),
    ...callItems(was, is, callers),
    ...reachItems(was, is),
    ...privilegeItems(was, is),
  ]);
  return {
    title: TITLE,
    headline: items.length === 0 ? `no change in ${counted(is.cells.length, 'cell')}` : headlineOf(items),
    items,
  };
}

/** The worst first, and of these what is open to outsiders. */
const outsideFirst = (items: readonly ReviewItem[]): ReviewItem[] =>
  worstFirst(items.toSorted((one, other) => Number(other.isOutside ?? false) - Number(one.isOutside ?? false)));

function headlineOf(items: readonly ReviewItem[]): string {
  const number = (level: ReviewItem['level']): number => items.filter((item) => item.level === level).length;
  const count = (level: ReviewItem['level'], words: string): string[] =>
    number(level) > 0 ? [`${number(level)} ${words}`] : [];
  return [
    ...count('stop', 'open, and not declared'),
    ...count('look', 'to look at'),
    ...(number('note') > 0 ? [counted(number('note'), 'note')] : []),
  ].join(', ');
}
