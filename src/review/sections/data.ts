import type { Deviation } from '../../report/deviation.ts';
import { counted } from '../../report/format.ts';
import type { StateFacts } from '../facts.ts';
import type { ReviewItem, ReviewSection } from '../model.ts';

const TITLE = 'Rows';

/** The effect of the new migrations on rows, as it was measured, and the comment that declares each loss. */
export function dataSection({ added, failure }: StateFacts): ReviewSection {
  const items = added.flatMap(({ file, losses, rows, declarations }): ReviewItem[] => [
    ...losses
      // That it fails is said of the migration, where it fails without these rows too.
      .filter((loss) => !(isFailure(file, loss) && failure?.where.startsWith(file)))
      .map((loss) => lossItem(file, loss)),
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

const isFailure = (file: string, { where, expected }: Pick<Deviation, 'where' | 'expected'>): boolean =>
  where === file && expected.startsWith('a migration that runs');

/** A finding about the rows of a table; one that is about the migration itself names its file. */
function lossItem(file: string, { where, expected, seen, evidence, fix }: Deviation): ReviewItem {
  const shared = { ...(evidence === undefined ? {} : { evidence }), fix };
  if (isFailure(file, { where, expected }))
    return {
      level: 'stop',
      title: `${file} fails on tables with rows: ${seen}`,
      ...shared,
      refusal: 'failing migration',
    };
  if (where.startsWith(file)) return { level: 'look', title: `${where}: ${seen}`, ...shared };
  return {
    level: 'stop',
    title: seen,
    details: [`${file} does not declare it`],
    ...shared,
    refusal: 'undeclared loss',
  };
}
