import type { Node, TypeName } from 'libpg-query';
import { quoteIdentifier } from '../../sql/quote.ts';
import { type StatementFields, textOf } from './statement.ts';

/** A column of a dump's CREATE TABLE. */
export interface DumpedColumn {
  readonly name: string;
  /** SQL of its type. */
  readonly type: string;
  /** The same without modifiers such as a length: what to_regtype takes. */
  readonly plainType: string;
}

/** The columns of a CREATE TABLE statement, in order. */
export function columnsIn({ tableElts = [] }: StatementFields): DumpedColumn[] {
  return tableElts.flatMap((element) => {
    if (!('ColumnDef' in element)) return [];
    const { colname = '', typeName = {} } = element.ColumnDef;
    return [{ name: colname, ...written(typeName) }];
  });
}

/**
 * A type as the parser names it: pg_catalog.varchar for character varying, with the same modifiers. Modifiers that are
 * neither numbers nor words are left out: without them a column takes at least the same values.
 */
function written({ names = [], typmods = [], arrayBounds = [] }: TypeName): Omit<DumpedColumn, 'name'> {
  const name = names.map((each) => quoteIdentifier(textOf(each))).join('.');
  const modifiers = typmods.flatMap(modifier);
  const array = arrayBounds.length > 0 ? '[]' : '';
  const all = modifiers.length > 0 && modifiers.length === typmods.length;
  return { type: `${name}${all ? `(${modifiers.join(', ')})` : ''}${array}`, plainType: `${name}${array}` };
}

function modifier(node: Node): string[] {
  if ('A_Const' in node && node.A_Const.ival) return [String(node.A_Const.ival.ival ?? 0)];
  if ('ColumnRef' in node)
    return [(node.ColumnRef.fields ?? []).map((each) => quoteIdentifier(textOf(each))).join('.')];
  return [];
}
