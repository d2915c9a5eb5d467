import { markdownTable } from 'markdown-table';
import type { Measured } from '../measure/queries.ts';
import type { Way } from '../measure/search.ts';
import { goalsOf, reached } from './goals.ts';
import { growthOf } from './growth.ts';
import type { Results } from './results.ts';
import { rounded } from './statistics.ts';

const number = (value: number): string =>
  value.toLocaleString('en-US', { maximumSignificantDigits: 3, useGrouping: true });
const whole = (value: number): string => value.toLocaleString('en-US');
const megabytes = (bytes: number): string => `${whole(Math.round(bytes / 1024 ** 2))} MB`;

/** now ÷ before, to two significant digits. */
export function ratio(now: number, before: number): string {
  return Number((now / before).toPrecision(2)).toString();
}

/** A Markdown table; the first `left` columns are aligned to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  return markdownTable(
    [head, ...rows].map((row) => [...row]),
    { align: head.map((_, at) => (at < left ? 'l' : 'r')) },
  );
}

/** Every query on the legacy and on the new schema. A ratio below one means that the new one is faster. */
export function queriesTable({ queries }: Results): string {
  const of = (measured: Measured | null, key: 'p50' | 'p95' | 'pages' | 'rows') =>
    measured ? number(measured[key]) : '';
  return table(
    ['query', 'for', 'legacy p50', 'p95', 'now p50', 'p95', 'now ÷ legacy', 'legacy pages', 'now pages', 'rows'],
    queries.map(({ name, set, legacy, target }) => [
      name,
      set,
      of(legacy, 'p50'),
      of(legacy, 'p95'),
      of(target, 'p50'),
      of(target, 'p95'),
      legacy ? ratio(target.p50, legacy.p50) : '',
      of(legacy, 'pages'),
      of(target, 'pages'),
      of(target, 'rows'),
    ]),
    2,
  );
}

/** The cost of row level security: the same query with the same rows, with and without it. */
export function securityTable({ queries }: Results): string {
  return table(
    ['query', 'for', 'with', 'without', 'with ÷ without', 'pages with', 'without'],
    queries.flatMap(({ name, set, security }) => {
      if (!security) return [];
      const { with: on, without } = security;
      return [
        [
          name,
          set,
          number(on.p50),
          number(without.p50),
          ratio(on.p50, without.p50),
          number(on.pages),
          number(without.pages),
        ],
      ];
    }),
    2,
  );
}

/** Queries that took longer in legacy databases with tables that were added by hand. */
export function driftedTable({ queries }: Results): string {
  return table(
    ['query', 'for', 'legacy p50', 'drifted p50', 'now p50', 'now ÷ drifted'],
    queries.flatMap(({ name, set, legacy, drifted, target }) =>
      legacy && drifted
        ? [[name, set, number(legacy.p50), number(drifted.p50), number(target.p50), ratio(target.p50, drifted.p50)]]
        : [],
    ),
    2,
  );
}

/** Search by class of channels and kind of question. */
export function searchTable({ search }: Results): string {
  const cell = (way: Way | undefined, key: 'p50' | 'p95' | 'pages' | 'recall' | 'worst') =>
    way ? number(way[key]) : '';
  return table(
    [
      'channels',
      'questions',
      'legacy p50',
      'recall',
      'exact p50',
      'now p50',
      'p95',
      'recall',
      'worst',
      'now ÷ exact',
      'exact pages',
      'now pages',
    ],
    search.map(({ channels, chunks, questions, ways }) => {
      const { legacy, 'legacy, exact': exact, target } = ways;
      return [
        channels === 'all' ? 'all' : `${whole(chunks)} chunks`,
        questions,
        cell(legacy, 'p50'),
        cell(legacy, 'recall'),
        cell(exact, 'p50'),
        cell(target, 'p50'),
        cell(target, 'p95'),
        cell(target, 'recall'),
        cell(target, 'worst'),
        exact && target ? ratio(target.p50, exact.p50) : '',
        cell(exact, 'pages'),
        cell(target, 'pages'),
      ];
    }),
    2,
  );
}

/** Both ways of the new search for each class of channels: from which size on search by bits is faster. */
export function crossingTable({ search }: Results): string {
  const rows = search.flatMap(({ chunks, questions, ways }) => {
    const { 'each measured': exact, 'by bits': bits } = ways;
    if (!exact || !bits) return [];
    return [
      [
        `${whole(chunks)} chunks`,
        questions,
        number(exact.p50),
        number(bits.p50),
        ratio(bits.p50, exact.p50),
        number(exact.pages),
        number(bits.pages),
        number(bits.recall),
      ],
    ];
  });
  return table(
    ['channels', 'questions', 'exact', 'by bits', 'bits ÷ exact', 'exact pages', 'pages by bits', 'recall by bits'],
    rows,
    2,
  );
}

export function diskTable({ disk }: Results): string {
  return table(
    ['what', 'legacy', 'now', 'now ÷ legacy'],
    disk.map(({ what, legacy, target }) => [what, megabytes(legacy), megabytes(target), ratio(target, legacy)]),
  );
}

/** Transactions a second at each number of clients. */
export function loadTable({ load }: Results): string {
  return table(
    ['clients', 'legacy tps', 'with exact search', 'now tps', 'now ÷ legacy', 'now ÷ legacy with exact search'],
    load.map(({ clients, legacy, exact, target }) => [
      whole(clients),
      number(legacy.tps),
      exact ? number(exact.tps) : '',
      number(target.tps),
      ratio(target.tps, legacy.tps),
      exact ? ratio(target.tps, exact.tps) : '',
    ]),
  );
}

/** The time of each action of the mixed load. */
export function actionsTable({ load }: Results): string {
  const rows = load.flatMap(({ clients, legacy, target }) =>
    Object.entries(target.actions).map(([name, now]) => {
      const before = legacy.actions[name];
      return [
        name,
        whole(clients),
        before ? number(before.p50) : '',
        before ? number(before.p95) : '',
        number(now.p50),
        number(now.p95),
      ];
    }),
  );
  return table(['action', 'clients', 'legacy p50', 'p95', 'now p50', 'p95'], rows);
}

/** The time and the WAL of one row of each kind. */
export function writesTable({ writes }: Results): string {
  return table(
    ['one row of', 'rows', 'legacy ms', 'now ms', 'now ÷ legacy', 'legacy WAL, bytes', 'now', 'now ÷ legacy'],
    (writes?.rows ?? []).map(({ what, rows, legacy, target }) => [
      what,
      whole(rows),
      number(legacy.ms),
      number(target.ms),
      ratio(target.ms, legacy.ms),
      whole(legacy.wal),
      whole(target.wal),
      ratio(target.wal, legacy.wal),
    ]),
  );
}

/** How workers emptied the queue; some of them were killed. */
export function queueTable({ writes }: Results): string {
  return table(
    ['workers', 'killed', 'transcripts', 'finished twice', 'never', 'seconds', 'a second'],
    (writes?.queue ?? []).map(({ workers, killed, transcripts, twice, never, seconds }) => [
      whole(workers),
      whole(killed),
      whole(transcripts),
      whole(twice),
      whole(never),
      number(seconds),
      number(transcripts / seconds),
    ]),
  );
}

/** The project's goals, and whether the measured values reach them. */
export function goalsTable(results: Results): string {
  return table(
    ['goal', 'limit', 'measured', ''],
    goalsOf(results).map((goal) => [
      goal.worst ? `${goal.what}: ${goal.worst}` : goal.what,
      `${goal.kind} ${goal.limit}`,
      String(rounded(goal.measured)),
      reached(goal) ? 'reached' : 'missed',
    ]),
  );
}

/** The same queries at several sizes. */
export function growthTable(results: readonly Results[]): string {
  const sizes = results.map(({ size }) => size);
  return table(
    ['query', 'for', ...sizes.map((size) => `pages, ${size}`), ...sizes.map((size) => `p50, ${size}`), 'verdict'],
    growthOf(results).map(({ name, set, at, verdict, reason }) => [
      name,
      set,
      ...at.map((measured) => (measured ? number(measured.pages) : '')),
      ...at.map((measured) => (measured ? number(measured.p50) : '')),
      { holds: 'holds', grows: '**grows with the table**', 'meant to': `as declared: ${reason}` }[verdict],
    ]),
    2,
  );
}

/** The queries that could not be measured, and why. */
export function notMeasuredTable({ notMeasured }: Results): string {
  return table(
    ['query', 'for', 'why'],
    notMeasured.map(({ name, set, why }) => [name, set, why]),
    3,
  );
}
