import type { Deviation } from '../../report/deviation.ts';
import { counted } from '../../report/format.ts';
import type { Collision } from '../collisions.ts';
import type { StateFacts } from '../facts.ts';
import { type ReviewItem, type ReviewSection, worstFirst } from '../model.ts';

const TITLE = 'Migration';

/** The new migrations: whether they run, and run again, what can't be taken back, and which rules of the catalogs they break. */
export function migrationSection(
  before: StateFacts | undefined,
  after: StateFacts,
  collisions: readonly Collision[],
): ReviewSection {
  const { added, failure } = after;
  const known = before && 'value' in before.structure ? before.structure.value.offences : [];
  const now = 'value' in after.structure ? after.structure.value.offences : [];
  const items = worstFirst([
    ...(failure
      ? [
          {
            level: 'stop',
            title: `${failure.where}: ${failure.why}`,
            fix: failure.fix,
            refusal: failure.refusal,
          } satisfies ReviewItem,
        ]
      : []),
    ...collisions.map(collisionItem),
    ...added.flatMap(({ offences }) => offences.map((one) => offenceItem(one))),
    ...(before ? now.filter((one) => !known.some((other) => isSame(one, other))).map(offenceItem) : []),
    ...added.flatMap(({ file, irreversible }) =>
      irreversible.map((what): ReviewItem => ({ level: 'look', title: `cannot be taken back: ${what} (${file})` })),
    ),
    ...(before ? known.filter((one) => !now.some((other) => isSame(one, other))) : []).map(
      ({ where, seen }): ReviewItem => ({ level: 'note', title: `no longer: ${where}: ${seen}` }),
    ),
  ]);
  const names = added.map(({ file }) => file);
  const clean = `${names.join(', ')} ${names.length === 1 ? 'runs' : 'run'}, and can run again`;
  return {
    title: TITLE,
    headline: items.length > 0 ? counted(items.length, 'finding') : names.length === 0 ? 'no migration is new' : clean,
    items,
    notEvaluated:
      names.length === 0
        ? []
        : [
            'Locks, rewrites and times: `npx rolecall rehearse --from <a copy of production>` measures them, on a server with sessions side by side.',
          ],
  };
}

function collisionItem({ number, ours, theirs, base }: Collision): ReviewItem {
  return {
    level: 'stop',
    title: `number ${number} is ${ours} here, and ${theirs} on ${base}`,
    details: ['git merges both without a conflict, and graphile-migrate runs neither'],
    fix: `On this branch: \`npx rolecall uncommit\`, \`git rebase ${base}\`, and \`npx rolecall commit\` again: the migration then gets the next number, and is proved on top of the other one.`,
    refusal: 'colliding migrations',
  };
}

const offenceItem = ({ check, where, expected, seen, evidence, fix }: Deviation): ReviewItem => ({
  level: 'look',
  title: check === 're-runnable' ? `cannot run again as it is: ${where}: ${seen}` : `${where}: ${seen}`,
  details: [`expected: ${expected}`],
  ...(evidence === undefined ? {} : { evidence }),
  fix,
});

const isSame = (one: Deviation, other: Deviation): boolean => one.where === other.where && one.seen === other.seen;
