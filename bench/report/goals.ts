import type { SetName } from '../../src/plans/model.ts';
import type { QueryResult } from '../measure/queries.ts';
import type { Results } from './results.ts';

/** What the project wants of itself at 100,000 chunks and 1,000,000 messages, and what was measured. */
export interface Goal {
  readonly what: string;
  readonly limit: number;
  /** Whether the limit is the most or the least that it may be. */
  readonly kind: 'at most' | 'at least';
  readonly measured: number;
  /** What it was measured of, where there were several. */
  readonly worst?: string;
}

export function reached({ kind, limit, measured }: Goal): boolean {
  return kind === 'at most' ? measured <= limit : measured >= limit;
}

/** Every goal that these results say something about. */
export function goalsOf(results: Results): Goal[] {
  return [...searchGoals(results), ...queryGoals(results), ...wholeGoals(results)];
}

function searchGoals({ search }: Results): Goal[] {
  const limits = { small: 0.4, medium: 0.3, large: 0.1, huge: 0.1, all: Number.NaN };
  const inChannels = search.flatMap(({ channels, chunks, questions, ways }) => {
    const { 'legacy, exact': exact, target } = ways;
    if (!exact || !target) return [];
    const what = `search p50 ÷ legacy made exact, ${chunks.toLocaleString('en-US')} chunks, ${questions}`;
    return [{ what, limit: limits[channels], kind: 'at most', measured: target.p50 / exact.p50 } as const];
  });
  const recalls = search.map(({ channels, questions, ways }) => ({
    worst: `${channels}, ${questions}`,
    measured: ways.target?.recall ?? Number.NaN,
  }));
  const [worst] = recalls.toSorted((a, b) => a.measured - b.measured);
  return worst ? [...inChannels, { what: 'recall@10, the worst class', limit: 0.99, kind: 'at least', ...worst }] : [];
}

function queryGoals({ queries }: Results): Goal[] {
  const before = ({ target, legacy }: QueryResult) => legacy && target.p50 / legacy.p50;
  const without = ({ security }: QueryResult) => security && security.with.p50 / security.without.p50;
  const drifted = ({ target, drifted: then }: QueryResult) => (then ? target.p50 / then.p50 : null);
  const of = (what: string, name: string, set: SetName, limit: number, against: typeof before): Goal[] => {
    const query = queries.find((each) => each.name === name && each.set === set);
    const measured = query && against(query);
    return measured ? [{ what: `${what} (${set})`, limit, kind: 'at most', measured }] : [];
  };
  const slower = queries
    .flatMap((query) =>
      query.legacy ? [{ worst: `${query.name}, ${query.set}`, measured: query.target.p50 / query.legacy.p50 }] : [],
    )
    .toSorted((a, b) => b.measured - a.measured);
  return [
    ...(['typical', 'heavy'] as const).flatMap((set) => [
      ...of('row level security ÷ none, latest messages', 'latest-messages', set, 1.3, without),
      ...of('row level security ÷ none, count of messages', 'count-my-messages', set, 1.5, without),
      ...of('row level security ÷ none, message insert', 'send-message', set, 1.2, without),
    ]),
    ...of('count of my messages ÷ legacy', 'count-my-messages', 'typical', 0.01, before),
    ...of('search in my messages ÷ legacy', 'search-my-messages', 'typical', 0.01, before),
    ...of('deletion of a channel ÷ legacy', 'delete-channel', 'typical', 0.03, before),
    ...of('deletion of a channel ÷ legacy with transcripts', 'delete-channel', 'typical', 0.03, drifted),
    ...of('deletion of a channel ÷ legacy with transcripts', 'delete-channel', 'heavy', 0.03, drifted),
    ...(slower[0]
      ? [{ what: 'the hot query that gained least ÷ legacy', limit: 1, kind: 'at most', ...slower[0] } as const]
      : []),
  ];
}

function wholeGoals({ disk, load }: Results): Goal[] {
  const chunks = disk[0];
  const crowded = load.find(({ clients }) => clients === 32);
  return [
    ...(chunks
      ? [
          {
            what: 'disk for chunks, vectors and indexes ÷ legacy',
            limit: 0.35,
            kind: 'at most',
            measured: chunks.target / chunks.legacy,
          } as const,
        ]
      : []),
    ...(crowded
      ? [
          {
            what: 'mixed load at 32 clients, transactions a second ÷ legacy',
            limit: 5,
            kind: 'at least',
            measured: crowded.target.tps / crowded.legacy.tps,
          } as const,
          ...(crowded.exact
            ? [
                {
                  what: 'the same ÷ legacy with its search made exact',
                  limit: 5,
                  kind: 'at least',
                  measured: crowded.target.tps / crowded.exact.tps,
                } as const,
              ]
            : []),
        ]
      : []),
  ];
}
