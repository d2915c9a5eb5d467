import type pg from 'pg';
import type { Column } from '../catalog/columns.ts';
import { type ForeignKey, readConstraints } from '../catalog/constraints.ts';
import { sortedBy } from '../catalog/order.ts';
import { type Relation, readRelations } from '../catalog/relations.ts';

/** The statement that the server runs for a foreign key when a referenced row is deleted. */
export interface Action {
  /** `schema.constraint`. */
  readonly id: string;
  readonly parent: string;
  readonly child: string;
  /** In words: cascade, set null, …. */
  readonly rule: string;
  readonly sql: string;
  readonly types: readonly string[];
  /** The query that draws values for the parameters: those of some row that refers to another. */
  readonly rows: string;
}

/** The actions of the foreign keys of these schemas when a referenced row is deleted: one statement for each key. */
export async function readActions(client: pg.Client, schemas: readonly string[]): Promise<Action[]> {
  const relations = new Map((await readRelations(client, { schemas })).map((relation) => [relation.sql, relation]));
  const constraints = await readConstraints(client, { schemas });
  const actions = constraints.flatMap((constraint) => {
    const child = relations.get(constraint.tableSql);
    // What partitions inherit is listed once, with their parent.
    return constraint.kind === 'foreign key' && !constraint.inherited && child ? [actionOf(constraint, child)] : [];
  });
  return sortedBy(actions, ({ id }) => [id]);
}

function actionOf(key: ForeignKey, child: Relation): Action {
  const columns = columnsOf(child, key.columns);
  const all = (part: (column: Column, index: number) => string, between: string): string =>
    columns.map(part).join(between);
  return {
    id: `${child.schema}.${key.name}`,
    parent: key.referenced,
    child: child.id,
    rule: key.onDelete,
    sql: statementOf(
      key,
      child,
      all(({ sql }, index) => `${sql} = $${index + 1}`, ' and '),
    ),
    types: columns.map(({ type }) => type),
    rows: `select ${all(({ sql }) => `${sql}::text`, ', ')} from ${child.sql} where ${all(({ sql }) => `${sql} is not null`, ' and ')} limit 1`,
  };
}

/** As ri_triggers.c writes it. */
function statementOf({ onDelete, onDeleteColumns, columns }: ForeignKey, child: Relation, condition: string): string {
  const changed = columnsOf(child, onDeleteColumns.length > 0 ? onDeleteColumns : columns);
  switch (onDelete) {
    case 'cascade':
      return `delete from only ${child.sql} where ${condition}`;
    case 'set null':
    case 'set default': {
      const value = onDelete === 'set null' ? 'null' : 'default';
      return `update only ${child.sql} set ${changed.map(({ sql }) => `${sql} = ${value}`).join(', ')} where ${condition}`;
    }
    default:
      return `select 1 from only ${child.sql} x where ${condition} for key share of x`;
  }
}

const columnsOf = ({ columns }: Relation, names: readonly string[]): Column[] =>
  names.flatMap((name) => columns.find((column) => column.name === name) ?? []);
