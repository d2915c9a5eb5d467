import type { Node } from 'libpg-query';
import { nodesOfType, stringOf } from '../../sql/tree.ts';

type StatementNode = Readonly<Record<string, unknown>>;

/** The kinds of objects that can't be made again as they were: rows go with them. */
const WITH_ROWS = new Map([
  ['OBJECT_TABLE', 'table'],
  ['OBJECT_SCHEMA', 'schema'],
  ['OBJECT_SEQUENCE', 'sequence'],
  ['OBJECT_TYPE', 'type'],
  ['OBJECT_EXTENSION', 'extension'],
]);

/** The statements that no later migration can undo by itself, since values go with them, or PostgreSQL has no way back. */
export function irreversibleIn(trees: readonly Node[]): string[] {
  return trees.flatMap((tree) => [
    ...[...nodesOfType(tree, 'DropStmt')].flatMap(({ removeType, objects }) => {
      const kind = WITH_ROWS.get(String(removeType));
      return kind ? (objects as readonly unknown[]).map((one) => `drop ${kind} ${nameText(one)}`) : [];
    }),
    ...[...nodesOfType(tree, 'AlterTableStmt')].flatMap(({ relation, cmds }) =>
      [...nodesOfType(cmds, 'AlterTableCmd')].flatMap(({ subtype, name }) => {
        const table = relationText(relation as StatementNode | undefined);
        if (subtype === 'AT_DropColumn') return [`drop column ${String(name)} of ${table}`];
        return subtype === 'AT_AlterColumnType' ? [`change the type of ${String(name)} of ${table}`] : [];
      }),
    ),
    ...[...nodesOfType(tree, 'AlterEnumStmt')].map(({ typeName, newVal }) => {
      const name = ((typeName as readonly unknown[]) ?? []).map(stringOf).join('.');
      return `add the label ${String(newVal)} to type ${name}, which PostgreSQL cannot take away again`;
    }),
    ...[...nodesOfType(tree, 'TruncateStmt')].flatMap(({ relations }) =>
      [...nodesOfType(relations, 'RangeVar')].map((relation) => `truncate ${relationText(relation)}`),
    ),
    ...[...nodesOfType(tree, 'DeleteStmt')].map(
      ({ relation }) => `delete from ${relationText(relation as StatementNode)}`,
    ),
  ]);
}

/** `schema.table`, or the table alone where the statement names no schema. */
const relationText = (relation: StatementNode | undefined): string =>
  [relation?.schemaname, relation?.relname].filter((part) => typeof part === 'string').join('.');

function nameText(node: unknown): string {
  const names = [...nodesOfType(node, 'String')].map(({ sval }) => String(sval));
  return names.join('.');
}
