import type { DocumentNode } from 'graphql';
import type pg from 'pg';
import type { Persona } from '../../access/model.ts';
import { become } from '../../access/statements.ts';
import type { BuiltSchema } from '../schema.ts';
import { isEmpty } from './ask-sql.ts';
import { readRow } from './columns.ts';
import { type Difference, inWords } from './compare.ts';
import type { DocumentResult } from './documents.ts';
import { EFFECTS_SO_FAR, type Written, writeSql } from './effects.ts';
import { executeDocument, keeping, stateOf } from './execute.ts';
import type { MutationQuestion } from './mutations.ts';

/** A mutation whose answer or effects are not those of SQL. */
export interface MutationDifference extends Difference {
  readonly persona: Persona;
  readonly question: MutationQuestion;
}

/** Runs the SQL statements that must do what mutations do, as each persona. */
export async function writeAsSql(
  client: pg.Client,
  personas: readonly Persona[],
  questions: readonly MutationQuestion[],
): Promise<Written[][]> {
  const statements = questions.map(({ sql }) => sql);
  const written = await writeSql(client, personas, statements);
  return written.map((own) => own.map((one, place) => readSql(questions[place], one)));
}

/** A mutation, its document, and what SQL did in its place. */
interface MutationAsked {
  readonly question: MutationQuestion;
  readonly parsed: DocumentNode;
  readonly sql: Written;
}

/** A mutation that did not do what SQL did. */
export interface UnlikeMutation {
  readonly question: MutationQuestion;
  readonly sql: Written;
  readonly graphql: Written;
}

/** Runs mutations as a persona, each undone before the next. @returns those that did something else than SQL */
export async function unlikeMutations(
  client: pg.Client,
  built: BuiltSchema,
  persona: Persona,
  asked: readonly MutationAsked[],
): Promise<UnlikeMutation[]> {
  const unlike: UnlikeMutation[] = [];
  await client.query(`savepoint persona; ${become(persona).join(' ')} savepoint mutation`);
  for (const { question, parsed, sql } of asked) {
    const result = await executeDocument(built.schema, parsed, question.values, keeping(client));
    const graphql = await writtenBy(client, question, result);
    if (!isSame(sql, sql, graphql)) unlike.push({ question, sql, graphql });
  }
  await client.query('rollback to savepoint persona; release savepoint persona');
  return unlike;
}

/**
 * The differences that are not SQL's with itself: what a statement does not do alike a second time, such as taking an id
 * from a sequence, is not compared.
 */
export function mutationDifferences(
  persona: Persona,
  unlike: readonly UnlikeMutation[],
  again: (question: MutationQuestion) => Written | undefined,
): MutationDifference[] {
  return unlike
    .filter(({ question, sql, graphql }) => !isSame(sql, again(question) ?? sql, graphql))
    .map(({ question, sql, graphql }) => ({
      persona,
      question,
      expected: `SQL: ${wordsOf(sql)}`,
      seen: `GraphQL: ${wordsOf(graphql)}`,
    }));
}

function readSql(question: MutationQuestion | undefined, written: Written): Written {
  if ('state' in written || !question) return written;
  const { columns } = question;
  const rows = columns.length > 0 ? written.rows.map((row) => readRow(columns, row)) : written.rows;
  return { ...written, rows };
}

/** The outcome of a mutation, which is undone. */
async function writtenBy(
  client: pg.Client,
  question: MutationQuestion,
  { data, errors = [] }: DocumentResult,
): Promise<Written> {
  const [error] = errors;
  if (error) {
    await client.query(UNDO);
    const { state, message } = stateOf(error);
    // PostGraphile raises an error of its own where a statement reached no row.
    return state ? { state, message } : { rows: [], effects: [] };
  }
  const { rows } = question.rowsOf((data as { done?: unknown } | null)?.done);
  try {
    const answers = await client.query(`${EFFECTS_SO_FAR}; ${UNDO}`);
    const [, noted] = answers as unknown as readonly pg.QueryResult<{ effects: unknown[] | null }>[];
    return { rows, effects: noted?.rows[0]?.effects ?? [] };
  } catch (refused) {
    await client.query(UNDO);
    return stateOf(refused as Error);
  }
}

const UNDO = 'rollback to savepoint mutation';

/** Whether GraphQL did what SQL did, but for what SQL does not do alike twice. */
function isSame(first: Written, second: Written, graphql: Written): boolean {
  if ('state' in first || 'state' in graphql) {
    return 'state' in first && 'state' in graphql && first.state === graphql.state;
  }
  if ('state' in second) return true;
  const [sql, again, seen] = [first, second, graphql].map(({ rows, effects }) => ({
    rows: rows.filter((row) => row === '[]' || !isEmpty(row)).map((row): unknown => JSON.parse(row)),
    effects,
  }));
  return JSON.stringify(withoutUnlike(sql, again, sql)) === JSON.stringify(withoutUnlike(sql, again, seen));
}

/** A value without what differs between two others of the same form. */
function withoutUnlike(one: unknown, other: unknown, value: unknown): unknown {
  if (JSON.stringify(one) === JSON.stringify(other)) return value;
  if (!isObject(one) || !isObject(other) || !isObject(value)) return 'differs each time';
  if (Array.isArray(one) !== Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutUnlike(one[key], other[key], item)]);
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function wordsOf(written: Written): string {
  if ('state' in written) return inWords(written);
  const effects = written.effects.map((effect) => {
    const [table, command] = effect as [string, string];
    return `${command} ${table}`;
  });
  return `${inWords({ rows: written.rows })}; writes ${effects.length > 0 ? effects.join(', ') : 'nothing'}`;
}
