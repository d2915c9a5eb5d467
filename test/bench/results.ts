import type { Measured, QueryResult } from '../../bench/measure/queries.ts';
import type { Way } from '../../bench/measure/search.ts';
import type { Results } from '../../bench/report/results.ts';

export const measured = (p50: number, pages = 10, rows = 5): Measured => ({ runs: 3, p50, p95: p50 * 2, rows, pages });

/** One query, twice as fast as before and a tenth slower than without row security, except for what is said. */
export const query = (name: string, given: Partial<QueryResult> = {}): QueryResult => ({
  name,
  title: 'A query.',
  set: 'typical',
  grows: null,
  legacy: measured(2.2),
  target: measured(1.1),
  security: { with: measured(1.1), without: measured(1) },
  ...given,
});

const way = (p50: number, recall = 1): Way => ({ runs: 3, p50, p95: p50, pages: 100, recall, worst: recall });

/** What a small run might have found. */
export const results = (given: Partial<Results> = {}): Results => ({
  size: '100k',
  chunks: 100_000,
  messages: 1_000_000,
  machine: { cores: 2, memory: 24, server: '15.1', vector: '0.8.0', buffers: '256MB', loadBefore: 0.1, loadAfter: 1.2 },
  queries: [
    query('latest-messages'),
    query('my-usage', { legacy: null, security: null }),
    query('delete-channel', { set: 'heavy', drifted: measured(110) }),
  ],
  notMeasured: [{ name: 'nothing', set: 'heavy', why: 'There is nothing to draw its parameters from.' }],
  search: [
    {
      channels: 'huge',
      chunks: 20_000,
      questions: 'cross',
      ways: {
        legacy: way(5, 0.13),
        'legacy, exact': way(200),
        target: way(8, 0.995),
        'each measured': way(40),
        'by bits': way(8, 0.995),
      },
    },
  ],
  disk: [{ what: 'chunks', legacy: 10 * 2 ** 20, target: 3 * 2 ** 20 }],
  writes: {
    rows: [{ what: 'message', rows: 500, legacy: { ms: 0.4, wal: 1_000 }, target: { ms: 0.2, wal: 500 } }],
    queue: [{ workers: 16, killed: 4, transcripts: 600, seconds: 2, twice: 0, never: 1 }],
  },
  load: [
    {
      clients: 32,
      legacy: { tps: 100, actions: { 'list chats': { runs: 10, p50: 4, p95: 9 } } },
      exact: { tps: 50, actions: { 'list chats': { runs: 5, p50: 8, p95: 18 } } },
      target: { tps: 400, actions: { 'list chats': { runs: 40, p50: 1, p95: 2 } } },
    },
  ],
  ...given,
});
