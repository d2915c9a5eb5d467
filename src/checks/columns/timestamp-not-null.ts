import { sortedBy } from '../../catalog/order.ts';
import { type Check, columnOf } from '../check.ts';

const TIMES = ['created_at', 'updated_at'];
const NOW = ['now()', 'CURRENT_TIMESTAMP'];

export const timestampNotNull: Check = {
  id: 'timestamp-not-null',
  expected: 'not null default now()',
  offences: ({ tables }) =>
    sortedBy(
      tables.flatMap(({ sql: table, columns }) =>
        columns
          .filter(
            ({ name, notNull, default: standard }) =>
              TIMES.includes(name) && !(notNull && NOW.includes(standard ?? '')),
          )
          .map((column) => ({ table, ...column })),
      ),
      ({ table, name }) => [table, name],
    ).map(({ table, name, notNull, default: standard }) => ({
      object: `${table}.${name}`,
      seen: `${notNull ? 'not null' : 'nullable'}, ${standard ? `default ${standard}` : 'no default'}`,
      evidence: columnOf(table, name),
    })),
};
