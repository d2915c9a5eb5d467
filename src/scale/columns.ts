import { type CheckInput, type Finding, list, type TableRule } from './finding.ts';

/** The distribution column: there, not null, not generated, of a type with a hash, and the same one in its group. */
export const columnRule: TableRule = function* (table, place, input) {
  const identities = table.columns.filter(({ identity }) => identity !== null);
  if (place.kind !== 'local') {
    for (const { name, type } of identities.filter((column) => column.type !== 'bigint'))
      yield broken(
        table.id,
        name,
        `an identity of type ${type}`,
        'Citus supports identity columns of type bigint only: make it a bigint, or a uuid.',
      );
  }
  if (place.kind !== 'distributed') return;
  const column = table.columns.find(({ name }) => name === place.column);
  if (!column) {
    yield broken(
      table.id,
      place.column,
      'there is no such column',
      'Name the column with the key of the row’s owner, or add it.',
    );
    return;
  }
  const faults = [
    ...(column.notNull ? [] : ['may be null']),
    ...(column.generation ? ['is generated'] : []),
    ...(column.hashable ? [] : [`${column.type} can't be hashed`]),
    ...otherType(column.type, place.group, table.id, input),
  ];
  for (const fault of faults)
    yield broken(
      table.id,
      place.column,
      fault,
      'Distribute by a plain column that is never null and has the type of its group.',
    );
  if (faults.length === 0)
    yield {
      rule: 'column',
      where: table.id,
      object: `${table.id}.${place.column}`,
      status: 'holds',
      says: `distributed by ${list([place.column], table)} ${column.type}, never null`,
    };
};

/** Tables are on one node for equal values only where these have equal types. */
function otherType(type: string, group: string, id: string, { distribution, byId }: CheckInput): string[] {
  const [first] = Object.entries(distribution.groups[group] ?? {});
  if (!first || first[0] === id) return [];
  const other = byId.get(first[0])?.columns.find(({ name }) => name === first[1])?.type;
  return other === undefined || other === type
    ? []
    : [`is ${type}, and ${first[0]}.${first[1]} of its group is ${other}`];
}

const broken = (where: string, column: string, says: string, fix: string): Finding => ({
  rule: 'column',
  where,
  object: `${where}.${column}`,
  status: 'broken',
  says: `${column}: ${says}`,
  fix,
});
