import type { SizeName } from '../data/scale.ts';
import type { QueryResult } from '../measure/queries.ts';
import { goalsOf, reached } from './goals.ts';
import { growthOf } from './growth.ts';
import type { Results } from './results.ts';
import { quantile, rounded } from './statistics.ts';
import { ratio, table } from './tables.ts';

/** A time within a tenth of the other counts as equal. */
const EQUAL = { least: 0.9, most: 1.1 };

/** A heading and a small table for each part, over all sizes: the result at a glance. The smallest size comes first. */
export function summaryOf(all: readonly Results[]): (readonly [heading: string, table: string])[] {
  const sections = [
    ['Goals that are missed', missedGoals(all)],
    ["The app's queries", queries(all)],
    ['Growth', growth(all)],
    ['Search by meaning', search(all)],
    ['Writes', writes(all)],
    ['The queue of transcripts', queue(all)],
    ['Mixed load', load(all)],
    ['Disk', disk(all)],
  ] as const;
  return sections.flatMap(([heading, summary]) => (summary ? [[heading, summary] as const] : []));
}

function missedGoals(all: readonly Results[]): string | undefined {
  const results = all.find(({ size }) => size === '100k');
  const goals = results ? goalsOf(results) : [];
  if (goals.length === 0) return undefined;
  const missed = goals.filter((goal) => !reached(goal));
  const rows = missed.map((goal) => [
    goal.worst ? `${goal.what}: ${goal.worst}` : goal.what,
    `${goal.kind} ${goal.limit}`,
    String(rounded(goal.measured)),
  ]);
  const count = `At 100,000 chunks ${goals.length - missed.length} of ${goals.length} goals are reached.`;
  return rows.length > 0 ? `${count}\n\n${table(['goal', 'limit', 'measured'], rows)}` : count;
}

function queries(all: readonly Results[]): string | undefined {
  const rows = all.flatMap(({ size, queries: measured }) => {
    const ofLegacy = measured.flatMap(({ legacy, target }: QueryResult) => (legacy ? [target.p50 / legacy.p50] : []));
    const ofSecurity = measured.flatMap(({ security }) => (security ? [security.with.p50 / security.without.p50] : []));
    if (ofLegacy.length === 0) return [];
    const count = (test: (value: number) => boolean): string => String(ofLegacy.filter(test).length);
    return [
      [
        size,
        String(ofLegacy.length),
        count((value) => value < EQUAL.least),
        count((value) => value >= EQUAL.least && value <= EQUAL.most),
        count((value) => value > EQUAL.most),
        ratio(quantile(ofLegacy, 0.5), 1),
        ofSecurity.length > 0 ? ratio(quantile(ofSecurity, 0.5), 1) : '',
      ],
    ];
  });
  const head = ['size', 'compared', 'faster', 'equal', 'slower', 'median now ÷ legacy', 'median with ÷ without RLS'];
  return rows.length > 0 ? table(head, rows) : undefined;
}

function growth(all: readonly Results[]): string | undefined {
  const compared = growthOf(all);
  if (compared.length === 0) return undefined;
  const count = (verdict: string): string => String(compared.filter((each) => each.verdict === verdict).length);
  return table(
    ['queries', 'grow no faster than their rows', 'grow as their file declares', 'grow otherwise'],
    [[String(compared.length), count('holds'), count('meant to'), count('grows')]],
  );
}

function search(all: readonly Results[]): string | undefined {
  const rows = all.flatMap(({ size, search: measured }) => {
    const ways = measured.map((each) => each.ways);
    const factors = ways.flatMap(({ 'legacy, exact': exact, target }) =>
      exact && target ? [target.p50 / exact.p50] : [],
    );
    // Three digits: 0.997 must not read as 1.
    const recall = (way: 'legacy' | 'target'): string => {
      const shares = ways.flatMap((each) => each[way]?.recall ?? []);
      return shares.length > 0 ? String(rounded(Math.min(...shares))) : '';
    };
    if (factors.length === 0) return [];
    return [[size, ratio(Math.min(...factors), 1), ratio(Math.max(...factors), 1), recall('target'), recall('legacy')]];
  });
  const head = ['size', 'least now ÷ exact', 'most now ÷ exact', 'lowest recall now', 'lowest recall of legacy'];
  return rows.length > 0 ? table(head, rows) : undefined;
}

function writes(all: readonly Results[]): string | undefined {
  const measured = all.filter((results) => results.writes);
  const kinds = measured.at(-1)?.writes?.rows.map(({ what }) => what) ?? [];
  if (kinds.length === 0) return undefined;
  const of = (results: Results, what: string, key: 'ms' | 'wal'): string => {
    const row = results.writes?.rows.find((each) => each.what === what);
    return row ? ratio(row.target[key], row.legacy[key]) : '';
  };
  return table(
    ['now ÷ legacy, one row of', ...headings('time', measured), ...headings('WAL', measured)],
    kinds.map((what) => [
      what,
      ...measured.map((results) => of(results, what, 'ms')),
      ...measured.map((results) => of(results, what, 'wal')),
    ]),
  );
}

function queue(all: readonly Results[]): string | undefined {
  const rows = all.flatMap(({ size, writes: measured }) => {
    const runs = measured?.queue ?? [];
    const sum = (key: 'transcripts' | 'killed' | 'twice' | 'never'): string =>
      runs.reduce((total, run) => total + run[key], 0).toLocaleString('en-US');
    return runs.length > 0 ? [[size, sum('transcripts'), sum('killed'), sum('twice'), sum('never')]] : [];
  });
  const head = ['size', 'transcripts', 'workers killed', 'finished twice', 'never finished'];
  return rows.length > 0 ? table(head, rows) : undefined;
}

function load(all: readonly Results[]): string | undefined {
  const measured = all.filter((results) => results.load.length > 0);
  const clients = measured.at(-1)?.load.map((each) => each.clients) ?? [];
  if (clients.length === 0) return undefined;
  const of = (results: Results, count: number, against: 'legacy' | 'exact'): string => {
    const found = results.load.find((each) => each.clients === count);
    const before = found?.[against];
    return found && before ? ratio(found.target.tps, before.tps) : '';
  };
  return table(
    ['tps, clients', ...headings('now ÷ legacy', measured), ...headings('now ÷ legacy made exact', measured)],
    clients.map((count) => [
      String(count),
      ...measured.map((results) => of(results, count, 'legacy')),
      ...measured.map((results) => of(results, count, 'exact')),
    ]),
  );
}

function disk(all: readonly Results[]): string | undefined {
  const kinds = all.at(-1)?.disk.map(({ what }) => what) ?? [];
  const of = (results: Results, what: string): string => {
    const found = results.disk.find((each) => each.what === what);
    return found ? ratio(found.target, found.legacy) : '';
  };
  return kinds.length > 0
    ? table(
        ['bytes, now ÷ legacy', ...all.map(({ size }) => size)],
        kinds.map((what) => [what, ...all.map((results) => of(results, what))]),
      )
    : undefined;
}

function headings(what: string, all: readonly { readonly size: SizeName }[]): string[] {
  return all.map(({ size }) => `${what}, ${size}`);
}
