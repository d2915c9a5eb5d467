import { counted } from '../../report/format.ts';
import type { StateFacts } from '../facts.ts';
import type { ReviewItem, ReviewSection } from '../model.ts';

const TITLE = 'Rows';

/** The effect of the new migrations on rows, as it was measured, and the comment that declares each loss. */
export function dataSection({ added, failure }: StateFacts): ReviewSection {
  const items = added.flatMap(({ file, losses, rows, declarations }): ReviewItem[] => [
    ...losses.map(
      ({ where, seen, evidence, fix }): ReviewItem => ({
        level: 'stop',
        title: where === file ? `${file} fails on tables with rows: ${seen}` : seen,
        ...(evidence === undefined ? {} : { evidence }),
        details: where === file ? [] : [`${file} does not declare it`],
        fix,
        refusal: where === file ? 'failing migration' : 'undeclared loss',
      }),
    ),
    ...rows
      // What is lost without a declaration has been said.
      .filter((line) => !losses.some(({ where }) => line.startsWith(`${where}: `)))
      .map((line): ReviewItem => {
        const table = line.slice(0, line.indexOf(': '));
        const declared = declarations.filter((each) => each.includes(` ${table}`));
        return {
          level: declared.length > 0 ? 'look' : 'note',
          title: line,
          details: [...declared.map((each) => `${file} declares it: ${each}`)],
        };
      }),
  ]);
  const touching = added.filter(({ touchesRows }) => touchesRows);
  return {
    title: TITLE,
    headline:
      items.length > 0
        ? `${counted(items.length, 'effect')} on rows`
        : added.length === 0
          ? 'no migration is new'
          : touching.length === 0
            ? `no statement of ${added.map(({ file }) => file).join(', ')} touches rows`
            : 'no row changed, of the legacy data and of the world',
    items: items.toSorted((one, other) => Number(one.level !== 'stop') - Number(other.level !== 'stop')),
    ...(failure ? { notEvaluated: [`Migrations after ${failure.where} were not run.`] } : {}),
  };
}
