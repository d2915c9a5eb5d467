import { become } from '../access/statements.ts';
import type { Deviation, Findings, NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import { shortened } from './compare.ts';
import type { Explained } from './describe.ts';
import type { Interference } from './observe.ts';

/** So many dependences are shown with their statements; the rest is counted. */
const MOST_SHOWN = 30;

/** The findings about answers that depend on what their callers may not see, and about declarations of such. */
export function interferenceFindings(seen: Interference): Findings {
  if (seen.refused !== undefined) return { deviations: [], notEvaluated: [withoutRight(seen.refused)] };
  const alike = [...Map.groupBy(seen.found, (one) => `${nameOf(seen, one)}\n${one.tables.join()}`).values()];
  const shown = alike.slice(0, MOST_SHOWN).flatMap((group) => leakOf(seen, group));
  const left = alike.slice(MOST_SHOWN);
  return {
    deviations: [
      ...shown,
      ...(left.length > 0 ? [more(seen, left)] : []),
      ...(seen.missing === 0 ? needless(seen) : []),
    ],
    notEvaluated: [...unsteady(seen), ...notLookedAt(seen)],
  };
}

const nameOf = ({ questions }: Interference, { base }: Explained): string => questions[base.question]?.of ?? '';
const callersIn = ({ callers }: Interference, group: readonly Explained[]): string =>
  [...new Set(group.map(({ caller }) => callers[caller]?.name ?? ''))].join(', ');

function leakOf(seen: Interference, group: readonly Explained[]): Deviation[] {
  const [first] = group;
  const caller = first && seen.callers[first.caller];
  if (!first || !caller) return [];
  const { base, now, words, statements, tables } = first;
  const [before, after] = shortened(base.answer, now, base.volatile);
  const others = group.reduce((sum, one) => sum + one.others, 0);
  const sql = seen.questions[base.question]?.sql ?? '';
  return [
    {
      check: 'interference',
      where: `${callersIn(seen, group)} · ${nameOf(seen, first)} · ${tables.join(', ')}`,
      expected: `the same answer, whatever ${tables.join(' and ')} ${tables.length > 1 ? 'hold' : 'holds'} that ${caller.name} may not see`,
      seen: [`${before}; and when ${words}: ${after}`, ...(others > 0 ? [`${others} more answers differ`] : [])].join(
        '; ',
      ),
      evidence: [
        'begin;',
        'savepoint base;',
        ...become(caller),
        `${sql};`,
        'rollback to savepoint base;',
        'set local session_replication_role = replica;',
        ...statements,
        'set local session_replication_role = origin;',
        ...become(caller),
        `${sql};`,
        'rollback;',
      ].join('\n'),
      fix: `Have it ask who its caller is, and read with the caller’s rights or only the caller’s rows; or declare in ${declaredIn('dependencies')} why ${caller.name} may learn it.`,
    },
  ];
}

const more = (seen: Interference, left: readonly (readonly Explained[])[]): Deviation => ({
  check: 'interference',
  where: `${left.length} more functions and relations`,
  expected: 'the same answers, whatever there is that their callers may not see',
  seen: left.map(([first]) => (first ? `${nameOf(seen, first)} on ${first.tables.join(', ')}` : '')).join('; '),
  fix: 'Fix those above first: many may have one cause.',
});

/** Declarations of which something was never seen. */
function needless({ meant }: Interference): Deviation[] {
  return meant.unused().map(({ line, needless: parts }) => ({
    check: 'interference',
    where: [...(line.of ?? ['every answer']), 'on', ...line.on].join(' '),
    expected: 'declarations that are needed',
    seen: `No answer was seen that depends as declared: ${parts.join(', ')}.`,
    fix: `Take it out of ${declaredIn('dependencies')}, or add a row to ${declaredIn('world')} by which it shows.`,
  }));
}

const withoutRight = (message: string): NotEvaluated => ({
  check: 'interference',
  where: 'what answers depend on',
  why: `Other worlds can’t be made: ${message}. Connect as a user who may set session_replication_role, such as a superuser.`,
  lacks: 'session_replication_role',
});

function unsteady(seen: Interference): NotEvaluated[] {
  const byName = Map.groupBy(seen.unsteady, ({ question }) => seen.questions[question]?.of ?? '');
  return [...byName].map(([of, answers]) => ({
    check: 'interference',
    where: `${[...new Set(answers.map(({ caller }) => seen.callers[caller]?.name ?? ''))].join(', ')} · ${of}`,
    why: `The answer has other rows or keys, or another error, each time that it is asked for (${answers.length} ${answers.length === 1 ? 'call' : 'calls'}), so that worlds can’t be compared by it.`,
  }));
}

function notLookedAt({ unknown, touched }: Interference): NotEvaluated[] {
  const rigid = [...touched].flatMap(([table, any]) => (any ? [] : [table])).sort();
  return [
    ...unknown.map((where) => ({
      check: 'interference' as const,
      where,
      why: 'The select fails, so that nobody knows which rows are hidden.',
    })),
    ...rigid.map((where) => ({
      check: 'interference' as const,
      where,
      why: 'No value of its hidden rows could be changed, and no row added or taken away.',
    })),
  ];
}
