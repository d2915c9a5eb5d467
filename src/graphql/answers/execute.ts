import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type pg from 'pg';
import type { ServerError } from '../../access/attempt.ts';
import { loadPostGraphile } from '../postgraphile.ts';
import type { DocumentError, DocumentResult } from './documents.ts';

interface Statement {
  readonly text: string;
  readonly values?: unknown[];
  readonly arrayMode?: boolean;
}

/** A statement that was sent for a document, and the SQLSTATE with which it failed. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly state?: string;
}

/** The one who answers the statements of documents: PostGraphile begins no transaction of its own. */
export type Answering = (statement: Statement) => Promise<pg.QueryResult>;

/** Statements run as they come, and what they change stays. */
export const keeping =
  (client: pg.Client): Answering =>
  ({ text, values = [], arrayMode }) =>
    client.query({ text, values, ...(arrayMode ? { rowMode: 'array' } : {}) });

/** Each statement is undone, so that an error stops no other. @param savepoint is to be there */
export function undoing(client: pg.Client, savepoint: string): Answering {
  const run = keeping(client);
  return async (statement) => {
    const [answer, undone] = await Promise.allSettled([
      run(statement),
      client.query(`rollback to savepoint ${savepoint}`),
    ]);
    if (undone.status === 'rejected') throw undone.reason;
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  };
}

/** Has every statement noted once it was answered. */
export function noting(answering: Answering, note: (statement: SentStatement) => void): Answering {
  return async (statement) => {
    const { text, values = [] } = statement;
    try {
      const answer = await answering(statement);
      note({ text, values });
      return answer;
    } catch (error) {
      note({ text, values, state: (error as ServerError).code ?? '' });
      throw error;
    }
  };
}

/** Executes a document on a connection of ours, in its open transaction, as whoever that has become. */
export async function executeDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: Readonly<Record<string, unknown>>,
  answering: Answering,
): Promise<DocumentResult> {
  const { execute } = await loadPostGraphile();
  const client = {
    async query(statement: Statement) {
      const { rows, rowCount } = await answering(statement);
      return { rows, rowCount, notices: [] };
    },
    withTransaction: (use: (client: unknown) => unknown) => use(client),
  };
  const withPgClient = (_: unknown, use: (client: unknown) => unknown): unknown => use(client);
  // PostGraphile's types want its own clients, which have more than is ever asked of them.
  const contextValue = { pgSettings: {}, withPgClient } as never;
  return (await execute({ schema, document, variableValues, contextValue })) as DocumentResult;
}

/** Makes the plan of a document, which is kept with the schema. Other work gets its turn first. */
export async function planDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  await nextTurn();
  // A plan is made before the first statement is sent: it makes no difference that no rows are given.
  await executeDocument(schema, document, values, async () => ({
    rows: [],
    rowCount: 0,
    fields: [],
    command: '',
    oid: 0,
  }));
}

/** The server's error behind an error of GraphQL's; an empty state where it is GraphQL's own. */
export function stateOf(error: DocumentError): { readonly state: string; readonly message: string } {
  let cause: unknown = error;
  for (let depth = 0; depth < 5 && cause; depth++) {
    const { code, message } = cause as ServerError;
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return { state: code, message: message ?? '' };
    cause = (cause as { originalError?: unknown }).originalError ?? (cause as { cause?: unknown }).cause;
  }
  return { state: '', message: error.message };
}
