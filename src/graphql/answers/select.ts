import { type GraphQLOutputType, getNamedType, getNullableType, isListType, isObjectType } from 'graphql';
import { graphqlRow, rowText } from './columns.ts';
import { type AnswerColumn, type AnswerRows, FIRST } from './model.ts';

/** How the rows of a field are selected, and taken out of its answer. */
export interface Selected {
  readonly selection: string;
  readonly hasTotal: boolean;
  /** Whether it is a connection, or a list: it then takes `first`. */
  readonly isMany: boolean;
  rowsOf(given: unknown): AnswerRows;
}

type GraphqlNode = Readonly<Record<string, unknown>>;

/**
 * Selects these columns of a field's rows: of a connection's nodes and their number, of a list's items, or of one record.
 * @param scalar whether its rows are scalars: they have one column, and nothing to select
 * @param total whether to ask how many rows of a connection there are
 */
export function selectRows(
  type: GraphQLOutputType,
  columns: readonly AnswerColumn[],
  { scalar = false, total = true }: { readonly scalar?: boolean; readonly total?: boolean } = {},
): Selected {
  const braces = scalar ? '' : ` { ${fieldsOf(columns)} }`;
  const rowOf = (node: unknown): string => (scalar ? JSON.stringify([node]) : graphqlRow(columns, node as GraphqlNode));
  const rows = (nodes: unknown): string[] =>
    ((nodes ?? []) as unknown[]).filter((node) => node !== null && node !== undefined).map(rowOf);
  const nullable = getNullableType(type);
  if (isListType(nullable) && !(scalar && isListType(getNullableType(nullable.ofType)))) {
    return { selection: braces, hasTotal: false, isMany: true, rowsOf: (given) => ({ rows: rows(given) }) };
  }
  const named = getNamedType(type);
  if (isObjectType(named) && 'edges' in named.getFields()) {
    const hasTotal = total && 'totalCount' in named.getFields();
    return {
      selection: ` { ${hasTotal ? 'totalCount ' : ''}edges { node${braces} } }`,
      hasTotal,
      isMany: true,
      rowsOf(given) {
        const { totalCount, edges } = (given ?? {}) as { totalCount?: number; edges?: { node: unknown }[] };
        return {
          rows: rows((edges ?? []).map(({ node }) => node)),
          ...(hasTotal ? { total: totalCount ?? 0 } : {}),
        };
      },
    };
  }
  return { selection: braces, hasTotal: false, isMany: false, rowsOf: (given) => ({ rows: rows([given]) }) };
}

/** The row of one record, where it is there. */
export const oneRow =
  (columns: readonly AnswerColumn[]) =>
  (given: unknown): AnswerRows => ({ rows: given ? [graphqlRow(columns, given as GraphqlNode)] : [] });

/** The fields of columns, as a selection writes them. */
export const fieldsOf = (columns: readonly AnswerColumn[]): string => columns.map(({ field }) => field).join(' ');

/**
 * SQL that gives the same rows, as a text[].
 * @param from what follows FROM, with the rows as `alias`
 * @param order the columns of the order in which the first rows are taken, of `alias`
 */
export function selectSql(
  columns: readonly AnswerColumn[],
  alias: string,
  from: string,
  { hasTotal, order = [] }: { hasTotal: boolean; order?: readonly string[] },
): string {
  const ordered = order.length > 0 ? ` order by ${order.map((column) => `${alias}.${column}`).join(', ')}` : '';
  const rows = `array(select ${rowText(columns, alias)} from ${from}${ordered} limit ${FIRST})`;
  return hasTotal ? `select (select count(*)::text from ${from}) || ${rows}` : `select ${rows}`;
}
