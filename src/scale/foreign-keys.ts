import type { Place } from './distribution.ts';
import { type Change, type Finding, type Ground, list, quoted, type TableRule } from './finding.ts';
import type { ForeignKey, Table } from './read.ts';

/** Foreign keys: within a group with the distribution column on both sides, or to tables that each node has. */
export const foreignKeyRule: TableRule = function* (table, place, ground) {
  for (const key of table.foreignKeys) yield judge(table, place, key, ground);
};

type Kinds = `${Place['kind']} ${Place['kind']}`;

function judge(table: Table, place: Place, key: ForeignKey, ground: Ground): Finding {
  const parent = ground.places.get(key.parent);
  const base = { rule: 'foreign key' as const, where: table.id, object: `${quoted(key.name)} on ${table.id}` };
  const text = `${key.name} ${list(key.columns)} to ${key.parent} ${list(key.parentColumns)}`;
  const broken = (why: string, fix: string, change = dropped(table, key)): Finding => ({
    ...base,
    status: 'broken',
    says: `${text}: ${why}`,
    fix,
    change,
  });
  if (!parent) return broken(`${key.parent} has no place`, `Place ${key.parent} in the distribution.`);
  switch (`${place.kind} ${parent.kind}` satisfies Kinds) {
    case 'local local':
    case 'local reference':
    case 'reference reference':
      return { ...base, status: 'holds', says: text };
    case 'reference local':
      return 'ar'.includes(key.onDelete) && 'ar'.includes(key.onUpdate)
        ? { ...base, status: 'holds', says: text }
        : broken('from a reference table to a local one with an action', 'Make the parent a reference table too.');
    case 'local distributed':
    case 'reference distributed':
      return broken(
        `from a ${place.kind} table to a distributed one`,
        'Distribute it with its parent, or settle who looks after it instead.',
      );
    case 'distributed local':
      return broken(
        'from a distributed table to a local one',
        'Make the parent a reference table, or settle who looks after it instead.',
      );
    default:
      break;
  }
  const column = place.kind === 'distributed' ? place.column : '';
  if (parent.kind === 'distributed' && place.kind === 'distributed' && parent.group !== place.group)
    return broken(
      `its parent is distributed by ${parent.group}`,
      'Make the parent a reference table, or settle who looks after it instead.',
    );
  const within = parent.kind === 'distributed' ? parent.column : undefined;
  const aligned = within === undefined || key.parentColumns[key.columns.indexOf(column)] === within;
  const refused = actionOn(key) && (aligned ? key.columns.includes(column) : true);
  const widened = aligned
    ? key
    : { ...key, columns: [...key.columns, column], parentColumns: [...key.parentColumns, within ?? ''] };
  if (refused) {
    return broken(
      `${actionOn(key)}, which Citus refuses in a key that has the distribution column, for any column`,
      'Settle who does it instead: the script leaves a key that only refuses.',
      recreated(
        table,
        key,
        `foreign key ${list(widened.columns)} references ${parentSql(key, ground)} ${list(widened.parentColumns)}`,
      ),
    );
  }
  if (aligned) return { ...base, status: 'holds', says: text };
  if (key.columns.includes(column) || key.parentColumns.includes(within ?? ''))
    return broken(
      'the distribution columns do not meet in it',
      'Refer to the distribution column of the parent by that of the table.',
    );
  const definition = `foreign key ${list(widened.columns)} references ${parentSql(key, ground)} ${list(widened.parentColumns)}${tail(key)}`;
  return {
    ...base,
    status: 'changed',
    says: `${text} gets ${column} on both sides`,
    change: recreated(table, key, definition),
  };
}

/** What a key does that would change the distribution column, in words. */
function actionOn({ onDelete, onUpdate }: ForeignKey): string | undefined {
  if ('nd'.includes(onDelete)) return `on delete set ${onDelete === 'n' ? 'null' : 'default'}`;
  if ('ndc'.includes(onUpdate)) return 'on update with an action';
  return undefined;
}

const parentSql = ({ parent }: ForeignKey, { byId }: Ground): string => byId.get(parent)?.sql ?? parent;

/** Everything after the columns: actions, deferrability. */
const tail = ({ definition }: ForeignKey): string => definition.replace(/^.*? REFERENCES [^(]*\([^)]*\)/, '');

function dropped(table: Table, key: ForeignKey): Change {
  return {
    drop: [`alter table ${table.sql} drop constraint ${quoted(key.name)};`],
    was: `${quoted(key.name)} on ${table.id}: ${key.definition}`,
  };
}

function recreated(table: Table, key: ForeignKey, definition: string): Change {
  return {
    ...dropped(table, key),
    add: [`alter table ${table.sql} add constraint ${quoted(key.name)} ${definition};`],
  };
}
