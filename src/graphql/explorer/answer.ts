import type pg from 'pg';
import type { Persona, WorldRow } from '../../access/model.ts';
import { type MissingRow, plantWorld } from '../../access/seed.ts';
import { prepareTransaction } from '../../access/seeded.ts';
import { become } from '../../access/statements.ts';
import { rolledBack, withClient } from '../../database/connect.ts';
import { isServerError } from '../../database/error-text.ts';
import type { DocumentError, DocumentResult } from '../answers/documents.ts';
import { type Answering, executeDocument, keeping, noting, type SentStatement } from '../answers/execute.ts';
import type { BuiltSchema } from '../schema.ts';
import type { AskedDocument } from './request.ts';

/** Which rows a persona gets to see, and what becomes of changes. */
export interface ExploredRows {
  readonly url: string;
  /** With the rows of the world, and then everything is rolled back; without, changes are kept. */
  readonly world: readonly WorldRow[] | undefined;
}

/** A result, the statements that gave it, and the rows of the world that could not be put in. */
export interface ExplorerAnswer {
  readonly result: DocumentResult;
  readonly sent: readonly SentStatement[];
  readonly missing: readonly MissingRow[];
}

/**
 * Executes a document as a persona, in a transaction of its own.
 * @throws DatabaseError when the server cannot be reached
 */
export async function answerAs(
  rows: ExploredRows,
  persona: Persona,
  { schema }: Pick<BuiltSchema, 'schema'>,
  { document, variables, isIntrospection }: AskedDocument,
): Promise<ExplorerAnswer> {
  if (isIntrospection) {
    const none: Answering = () => Promise.reject(new Error('A question about the schema sends no statement.'));
    return { result: await executeDocument(schema, document, variables, none), sent: [], missing: [] };
  }
  return withClient(rows.url, async (client) => {
    await client.query('begin');
    try {
      const missing = await prepared(client, rows);
      await client.query(become(persona).join(' '));
      const sent: SentStatement[] = [];
      const answering = noting(oneByOne(client), (statement) => sent.push(statement));
      const result = await executeDocument(schema, document, variables, answering);
      const refused = await ended(client, rows.world === undefined);
      return { result: refused ? { data: null, errors: [refused] } : result, sent, missing };
    } finally {
      await client.query('rollback').catch(() => {});
    }
  });
}

/**
 * The rows of the world that cannot be put in, tried once and rolled back.
 * @throws DatabaseError when the server cannot be reached, or the database is not there
 */
export function missingRows(rows: ExploredRows): Promise<readonly MissingRow[]> {
  return withClient(rows.url, (client) => rolledBack(client, () => prepared(client, rows)));
}

/** Puts the world's rows in. Only what is rolled back may hold sequences, as a proof does. */
async function prepared(client: pg.Client, { world }: ExploredRows): Promise<readonly MissingRow[]> {
  if (world) {
    await prepareTransaction(client);
    return plantWorld(client, world);
  }
  await client.query("set local statement_timeout = '10s'");
  return [];
}

/**
 * One statement after another, each undone by itself when it fails: PostGraphile sends those of different fields at the
 * same time, and each mutation would be a transaction of its own.
 */
function oneByOne(client: pg.Client): Answering {
  const run = keeping(client);
  let last: Promise<unknown> = Promise.resolve();
  return (statement) => {
    const answer = last.then(async () => {
      await client.query('savepoint statement');
      try {
        return await run(statement);
      } catch (error) {
        await client.query('rollback to savepoint statement');
        throw error;
      } finally {
        await client.query('release savepoint statement');
      }
    });
    last = answer.catch(() => {});
    return answer;
  };
}

/** Ends the transaction. @returns the error of a constraint that is checked only now, by which nothing is kept */
async function ended(client: pg.Client, kept: boolean): Promise<DocumentError | undefined> {
  try {
    await client.query('set constraints all immediate');
    if (kept) await client.query('commit');
    return undefined;
  } catch (error) {
    if (!isServerError(error)) throw error;
    return { message: error.message, originalError: error };
  }
}
