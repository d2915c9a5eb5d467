import type { Constraint } from '../../catalog/constraints.ts';
import { sortedBy } from '../../catalog/order.ts';
import { type Check, constraintsOf, onTable } from '../check.ts';
import { allowedNames, madeOf } from '../names.ts';

/** The ending of the name, and the letter that pg_constraint has, of each kind. */
const KINDS = {
  'primary key': { ending: 'pkey', letter: 'p' },
  unique: { ending: 'key', letter: 'u' },
  'foreign key': { ending: 'fkey', letter: 'f' },
  check: { ending: 'check', letter: 'c' },
  exclusion: { ending: 'excl', letter: 'x' },
} as const;

export const constraintName: Check = {
  id: 'constraint-name',
  expected: '{table}_pkey, and {table}_{columns}_key, _fkey, _check or _excl',
  offences: ({ tables }) =>
    sortedBy(
      tables.flatMap(({ sql, name, keys, foreignKeys, checks }) =>
        [...keys, ...foreignKeys, ...checks]
          .filter((constraint) => !isNamed(constraint, name))
          .map((constraint) => ({
            object: onTable(constraint, sql),
            seen: constraint.definition,
            evidence: constraintsOf(sql, KINDS[constraint.kind].letter),
          })),
      ),
      ({ object }) => [object],
    ),
};

function isNamed({ name, kind, columns }: Constraint, tableName: string): boolean {
  const { ending } = KINDS[kind];
  if (allowedNames(tableName, kind === 'primary key' ? '' : columns.join('_'), ending).includes(name)) return true;
  // A check is named for the columns that it is about, which need not be all that it mentions.
  const [before, after] = [`${tableName}_`, `_${ending}`];
  return (
    kind === 'check' &&
    name.startsWith(before) &&
    name.endsWith(after) &&
    madeOf(name.slice(before.length, -after.length), columns)
  );
}
