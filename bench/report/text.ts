import type { Results } from './results.ts';
import {
  actionsTable,
  crossingTable,
  diskTable,
  driftedTable,
  goalsTable,
  loadTable,
  notMeasuredTable,
  queriesTable,
  queueTable,
  searchTable,
  securityTable,
  writesTable,
} from './tables.ts';

/** One line: the server, the machine, and its load. */
export function machineLine({ machine }: Results): string {
  const { cores, memory, server, vector, buffers, loadBefore, loadAfter } = machine;
  return `PostgreSQL ${server}, pgvector ${vector}, shared_buffers ${buffers}; ${cores} cores, ${memory} GB; load ${loadBefore.toFixed(1)} before, ${loadAfter.toFixed(1)} after`;
}

/** A heading for each part that was measured, and its table. */
export function sectionsOf(results: Results): (readonly [heading: string, table: string])[] {
  const { queries, notMeasured, search, load, writes } = results;
  return [
    ...(results.size === '100k' ? [['Goals', goalsTable(results)] as const] : []),
    ...(search.length > 0
      ? ([
          ['Search by meaning', searchTable(results)],
          ['Exact search and search by bits', crossingTable(results)],
        ] as const)
      : []),
    ...(queries.length > 0
      ? ([
          ["The app's queries", queriesTable(results)],
          ['Cost of row level security', securityTable(results)],
        ] as const)
      : []),
    ...(queries.some(({ drifted }) => drifted)
      ? [['Legacy databases with a table of transcripts', driftedTable(results)] as const]
      : []),
    ...(notMeasured.length > 0 ? [['Not measured', notMeasuredTable(results)] as const] : []),
    ...(writes
      ? ([
          ['Writes', writesTable(results)],
          ['The queue of transcripts', queueTable(results)],
        ] as const)
      : []),
    ...(load.length > 0
      ? ([
          ['Mixed load', loadTable(results)],
          ['Mixed load, by action', actionsTable(results)],
        ] as const)
      : []),
    ['Disk', diskTable(results)],
  ];
}

/** For a terminal. */
export function textOf(results: Results): string {
  const { size, chunks, messages } = results;
  const head = `${size}: ${chunks.toLocaleString('en-US')} chunks, ${messages.toLocaleString('en-US')} messages; ms\n${machineLine(results)}`;
  return `${[head, ...sectionsOf(results).map(([heading, table]) => `${heading}\n\n${table}`)].join('\n\n')}\n`;
}
