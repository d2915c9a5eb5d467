import { isEmpty, type SqlAnswer } from './ask-sql.ts';
import { FIRST, type FieldQuestion, type SideAnswer } from './model.ts';

/** How the answers to a question differ. */
export interface Difference {
  readonly expected: string;
  readonly seen: string;
}

/** Holds an answer of GraphQL's against SQL's. Rows are compared as sets, and where there are too many by their number. */
export function difference(
  question: Pick<FieldQuestion, 'hasTotal' | 'ordered' | 'visible'>,
  sql: SqlAnswer,
  graphql: SideAnswer,
): Difference | undefined {
  return unlike(question, sql.answer, graphql) ?? hiddenRows(question, sql, graphql);
}

function unlike(
  { hasTotal, ordered }: Pick<FieldQuestion, 'hasTotal' | 'ordered'>,
  sql: SideAnswer,
  graphql: SideAnswer,
): Difference | undefined {
  const both = { expected: `SQL: ${inWords(sql)}`, seen: `GraphQL: ${inWords(graphql)}` };
  if ('state' in sql || 'state' in graphql) {
    return 'state' in sql && 'state' in graphql && sql.state === graphql.state ? undefined : both;
  }
  if (hasTotal && sql.total !== graphql.total) return both;
  const [some, given] = [sql.rows.filter(isSomething), graphql.rows.filter(isSomething)].map((rows) => rows.toSorted());
  if (!ordered && sql.rows.length >= FIRST) return some?.length === given?.length ? undefined : both;
  return JSON.stringify(some) === JSON.stringify(given) ? undefined : both;
}

const isSomething = (row: string): boolean => !isEmpty(row);

/** Rows of a table that a function gives, and that a plain select of the table does not. */
function hiddenRows(
  { visible }: Pick<FieldQuestion, 'visible'>,
  { visible: seen }: SqlAnswer,
  graphql: SideAnswer,
): Difference | undefined {
  if (!visible || !seen || 'state' in graphql) return undefined;
  const keys = new Set('state' in seen ? [] : seen.rows);
  const hidden = graphql.rows.filter((row) => {
    const values: unknown[] = JSON.parse(row);
    return !isEmpty(row) && !keys.has(JSON.stringify(visible.places.map((place) => values[place] ?? null)));
  });
  if (hidden.length === 0) return undefined;
  const why = 'state' in seen ? ` (${seen.state}: ${seen.message})` : '';
  return {
    expected: `rows that select gives from ${visible.relation}${why}`,
    seen: `GraphQL: ${hidden.length} more: ${someOf(hidden)}`,
  };
}

/** An answer in one line. */
export function inWords(answer: SideAnswer): string {
  if ('state' in answer) return `${answer.state || 'an error'}: ${answer.message}`;
  const total = answer.total === undefined ? '' : `totalCount ${answer.total}, `;
  const rows = answer.rows.filter(isSomething);
  return `${total}${rows.length} ${rows.length === 1 ? 'row' : 'rows'}${rows.length > 0 ? `: ${someOf(rows)}` : ''}`;
}

function someOf(rows: readonly string[]): string {
  const shown = rows.slice(0, 3).map((row) => (row.length > 200 ? `${row.slice(0, 200)}…` : row));
  return `${shown.join(' ')}${rows.length > 3 ? ' …' : ''}`;
}
