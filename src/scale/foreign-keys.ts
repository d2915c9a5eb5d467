import type { ForeignKey, ReferentialAction } from '../catalog/constraints.ts';
import type { Table } from '../catalog/table.ts';
import type { Place } from './distribution.ts';
import { type Change, type CheckInput, type Finding, list, type TableRule } from './finding.ts';

/** Foreign keys: within a group with the distribution column on both sides, or to tables that each node has. */
export const foreignKeyRule: TableRule = function* (table, place, input) {
  for (const key of table.foreignKeys) yield judge(table, place, key, input);
};

type Kinds = `${Place['kind']} ${Place['kind']}`;

function judge(table: Table, place: Place, key: ForeignKey, input: CheckInput): Finding {
  const parent = input.places.get(key.referenced);
  const parentTable = input.byId.get(key.referenced);
  const base = { rule: 'foreign key' as const, where: table.id, object: `${key.sql} on ${table.id}` };
  const text = `${key.name} ${list(key.columns, table)} to ${key.referenced} ${list(key.referencedColumns, parentTable)}`;
  const broken = (why: string, fix: string, change = dropped(table, key)): Finding => ({
    ...base,
    status: 'broken',
    says: `${text}: ${why}`,
    fix,
    change,
  });
  if (!parent) return broken(`${key.referenced} has no place`, `Place ${key.referenced} in the distribution.`);
  switch (`${place.kind} ${parent.kind}` satisfies Kinds) {
    case 'local local':
    case 'local reference':
    case 'reference reference':
      return { ...base, status: 'holds', says: text };
    case 'reference local':
      return REFUSING.includes(key.onDelete) && REFUSING.includes(key.onUpdate)
        ? { ...base, status: 'holds', says: text }
        : broken('from a reference table to a local one with an action', 'Make the parent a reference table too.');
    case 'local distributed':
    case 'reference distributed':
      return broken(
        `from a ${place.kind} table to a distributed one`,
        'Distribute it with its parent, or settle how the reference is kept instead.',
      );
    case 'distributed local':
      return broken(
        'from a distributed table to a local one',
        'Make the parent a reference table, or settle how the reference is kept instead.',
      );
    default:
      break;
  }
  const column = place.kind === 'distributed' ? place.column : '';
  if (parent.kind === 'distributed' && place.kind === 'distributed' && parent.group !== place.group)
    return broken(
      `its parent is distributed by ${parent.group}`,
      'Make the parent a reference table, or settle how the reference is kept instead.',
    );
  const within = parent.kind === 'distributed' ? parent.column : undefined;
  const aligned = within === undefined || key.referencedColumns[key.columns.indexOf(column)] === within;
  const refused = actionOn(key) && (aligned ? key.columns.includes(column) : true);
  const widened = aligned
    ? key
    : { ...key, columns: [...key.columns, column], referencedColumns: [...key.referencedColumns, within ?? ''] };
  const references = `foreign key ${list(widened.columns, table)} references ${key.referencedSql} ${list(widened.referencedColumns, parentTable)}`;
  if (refused) {
    return broken(
      `${actionOn(key)}, which Citus refuses in a key that has the distribution column, for any column`,
      'Settle what does it instead: the script keeps the foreign key without the action.',
      recreated(table, key, references),
    );
  }
  if (aligned) return { ...base, status: 'holds', says: text };
  if (key.columns.includes(column) || key.referencedColumns.includes(within ?? ''))
    return broken(
      'it does not pair the distribution columns',
      'Add the distribution columns of both tables to the foreign key.',
    );
  const definition = `${references}${tail(key, table)}`;
  return {
    ...base,
    status: 'changed',
    says: `${text} gets ${column} on both sides`,
    change: recreated(table, key, definition),
  };
}

/** Actions that change no row. */
const REFUSING: readonly ReferentialAction[] = ['no action', 'restrict'];

/** The action of a key that would change the distribution column, in words; undefined when it has none. */
function actionOn({ onDelete, onUpdate }: ForeignKey): string | undefined {
  if (onDelete === 'set null' || onDelete === 'set default') return `on delete ${onDelete}`;
  return REFUSING.includes(onUpdate) ? undefined : 'on update with an action';
}

/** Everything after the columns: actions, deferrability. */
function tail(key: ForeignKey, table: Table): string {
  const set = key.onDeleteColumns.length > 0 ? ` ${list(key.onDeleteColumns, table)}` : '';
  const clauses = [
    [key.matchFull, 'MATCH FULL'],
    [key.onUpdate !== 'no action', `ON UPDATE ${key.onUpdate.toUpperCase()}`],
    [key.onDelete !== 'no action', `ON DELETE ${key.onDelete.toUpperCase()}${set}`],
    [key.deferrable, 'DEFERRABLE'],
    [key.initiallyDeferred, 'INITIALLY DEFERRED'],
    [!key.enforced, 'NOT ENFORCED'],
    [key.enforced && !key.validated, 'NOT VALID'],
  ] as const;
  return clauses.flatMap(([there, clause]) => (there ? [` ${clause}`] : [])).join('');
}

function dropped(table: Table, key: ForeignKey): Change {
  return {
    drop: [`alter table ${table.sql} drop constraint ${key.sql};`],
    was: `${key.sql} on ${table.id}: ${key.definition}`,
  };
}

function recreated(table: Table, key: ForeignKey, definition: string): Change {
  return {
    ...dropped(table, key),
    add: [`alter table ${table.sql} add constraint ${key.sql} ${definition};`],
  };
}
