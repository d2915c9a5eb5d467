import type pg from 'pg';

/** The fields of a server's error that tell why it refused; undefined where the server sent none. */
export interface ServerError {
  readonly code?: string;
  readonly message?: string;
  /** The C function that raised it. */
  readonly routine?: string;
  /** The context: there when it was raised inside a function, a trigger or a policy's function. */
  readonly where?: string;
  /** The place in the statement: there when the statement could not even be understood. */
  readonly position?: string;
}

/**
 * Runs `use` as another role, from a savepoint that is rolled back afterwards; `refusal` can be called in it.
 * @param become the statements that change the session's role and settings until the end of the transaction
 */
export async function as<T>(client: pg.Client, become: readonly string[], use: () => Promise<T>): Promise<T> {
  await client.query('savepoint somebody');
  try {
    await client.query(`${become.join(' ')} savepoint probe`);
    return await use();
  } finally {
    await client.query('rollback to savepoint somebody; release savepoint somebody');
  }
}

/**
 * Runs one statement after undoing the one before it.
 * @returns the server's error, or undefined when there was none
 * @throws any error that the server did not send as its answer, such as a lost connection
 */
export async function refusal(client: pg.Client, statement: string): Promise<ServerError | undefined> {
  try {
    await client.query(`rollback to savepoint probe; ${statement}`);
    return undefined;
  } catch (error) {
    const { code } = error as ServerError;
    if (!code || !/^[0-9A-Z]{5}$/.test(code)) throw error;
    return error as ServerError;
  }
}

/** The same for several statements. */
export async function refusals(client: pg.Client, statements: readonly string[]): Promise<(ServerError | undefined)[]> {
  return forEach(client, statements, (statement) => refusal(client, statement));
}

/**
 * Runs what does not depend on each other: where the client can pipeline, without waiting in between. Each query of `use`
 * has to begin by undoing the one before it (`rollback to savepoint probe`), and may not build on the one before it.
 */
export async function forEach<T, R>(
  client: pg.Client,
  items: readonly T[],
  use: (item: T) => Promise<R>,
): Promise<R[]> {
  if (client.pipeline) return Promise.all(items.map(use));
  const results: R[] = [];
  for (const item of items) results.push(await use(item));
  return results;
}

/** An error in one line. */
export function inWords({ code, message }: ServerError): string {
  return `${code}: ${message}`;
}

/** Whether a statement was stopped, by its timeout or by another session's lock, before it could give an answer. */
export function wasStopped({ code }: ServerError): boolean {
  return code === '57014' || code === '55P03';
}
