import { constraintsOf, defineCheck } from '../check.ts';
import { allowedNames, madeOf } from '../names.ts';

interface Constraint {
  readonly id: string;
  readonly name: string;
  readonly type: 'p' | 'u' | 'f' | 'c' | 'x';
  readonly table: string;
  readonly tableName: string;
  readonly columns: readonly string[];
  readonly definition: string;
}

const ENDINGS = { p: 'pkey', u: 'key', f: 'fkey', c: 'check', x: 'excl' };

export const constraintName = defineCheck<Constraint>({
  id: 'constraint-name',
  expected: '{table}_pkey, and {table}_{columns}_key, _fkey, _check or _excl',
  query: `
    select k.id, k.conname as name, k.contype as type, k."table", k.table_name as "tableName", k.columns, pg_get_constraintdef(k.oid) as definition
      from keys k where k.contype in ('p', 'u', 'f', 'c', 'x') order by k.id`,
  offences: (rows) =>
    rows
      .filter((constraint) => !isNamed(constraint))
      .map(({ id, type, table, definition }) => ({
        object: id,
        seen: definition,
        evidence: constraintsOf(table, type),
      })),
});

function isNamed({ name, type, tableName, columns }: Constraint): boolean {
  const ending = ENDINGS[type];
  if (allowedNames(tableName, type === 'p' ? '' : columns.join('_'), ending).includes(name)) return true;
  // A check is named for the columns that it is about, which need not be all that it mentions.
  const [before, after] = [`${tableName}_`, `_${ending}`];
  return (
    type === 'c' &&
    name.startsWith(before) &&
    name.endsWith(after) &&
    madeOf(name.slice(before.length, -after.length), columns)
  );
}
