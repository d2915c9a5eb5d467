import type pg from 'pg';
import type { Persona } from '../../access/model.ts';
import { type Answer, ask } from '../../access/sets/ask.ts';
import { readRow } from './columns.ts';
import type { AnswerColumn, FieldQuestion, SideAnswer } from './model.ts';

/** How SQL answered a persona, and which rows of a function's a plain select gives. */
export interface SqlAnswer {
  readonly answer: SideAnswer;
  readonly visible?: SideAnswer;
}

/**
 * Asks SQL what GraphQL was asked, as each persona, in one exchange each, all of which are sent at once. The scratch schema
 * (access/sets) is to be there.
 * @returns of each persona, the answers in the order of the questions
 */
export async function askSql(
  client: pg.Client,
  personas: readonly Persona[],
  questions: readonly FieldQuestion[],
): Promise<SqlAnswer[][]> {
  const asked = questions
    .flatMap(({ sql, visible }) => [sql, ...(visible ? [visible.sql] : [])])
    .map((sql) => ({ kind: 'read' as const, sql }));
  return Promise.all(
    personas.map(async (persona) => {
      const answers = new Map((await ask(client, [persona], asked)).map((answer) => [answer.question, answer]));
      let next = 0;
      return questions.map((question): SqlAnswer => {
        const answer = sideAnswer(question.columns, answers.get(next++), question.hasTotal);
        if (!question.visible) return { answer };
        return { answer, visible: sideAnswer(question.visible.columns, answers.get(next++), false) };
      });
    }),
  );
}

function sideAnswer(columns: readonly AnswerColumn[], answer: Answer | undefined, hasTotal: boolean): SideAnswer {
  if (!answer) return { state: '', message: 'The server did not answer.' };
  if (answer.error) return answer.error;
  const [total, ...rows] = hasTotal ? answer.rows : ['', ...answer.rows];
  const read = rows.map((row) => readRow(columns, row)).filter((row) => !isEmpty(row));
  return { rows: read, ...(hasTotal ? { total: Number(total) } : {}) };
}

/** Whether a row has no value at all: GraphQL writes null for it. */
export const isEmpty = (row: string): boolean => (JSON.parse(row) as unknown[]).every((value) => value === null);
