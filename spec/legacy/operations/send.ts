import type pg from 'pg';
import type { Operation, Sender } from './operation.ts';
import type { Parameters } from './parameters.ts';

export interface SendOptions {
  /** Where unqualified names are looked up first: `public` before the redesign, `legacy_api` after it. */
  readonly schema: string;
  /** Told after each step. */
  readonly onStep?: (answer: Answer) => void;
}

/** What the database said to one step. */
export interface Answer {
  readonly sql: string;
  readonly rowCount: number;
  readonly rows: readonly Record<string, unknown>[];
  /** Milliseconds from sending to the answer, the commit included. */
  readonly milliseconds: number;
}

/**
 * Sends an operation as its sender would: each step in a transaction of its own, with the role, the claims and the search
 * path that PostgREST sets (its other schemas hold nothing that the operations name). Gives the answers, one a step that ran.
 * @param client connected as a user that may become anon, authenticated and service_role
 * @throws what the server says to a step; the steps before it are committed
 */
export async function send(
  client: pg.Client,
  { as, steps }: Operation,
  given: Parameters,
  { schema, onStep }: SendOptions,
): Promise<Answer[]> {
  let parameters = given;
  const answers: Answer[] = [];
  for (const { sql, values = [], keep, ifNone } of steps) {
    if (ifNone && answers.at(-1)?.rowCount !== 0) continue;
    const started = performance.now();
    const { rows, rowCount } = await request(client, as, given.user, schema, {
      text: sql,
      values: values.map((name) => parameters[name]),
    });
    const answer = { sql, rowCount: rowCount ?? 0, rows, milliseconds: performance.now() - started };
    answers.push(answer);
    onStep?.(answer);
    const [first] = rows;
    if (keep && first) parameters = { ...parameters, [keep]: first.id as string };
  }
  return answers;
}

async function request(client: pg.Client, as: Sender, user: string, schema: string, query: pg.QueryConfig) {
  const { role, claims } = senderOf(as, user);
  await client.query('begin');
  try {
    await client.query(
      `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true), set_config('search_path', $3, true)`,
      [role, JSON.stringify(claims), `${schema}, extensions`],
    );
    const result = await client.query<Record<string, unknown>>(query);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

function senderOf(as: Sender, user: string): { role: string; claims: Record<string, string> } {
  if (as === 'anon') return { role: 'anon', claims: { role: 'anon' } };
  if (as === 'service') return { role: 'service_role', claims: { role: 'service_role' } };
  return { role: 'authenticated', claims: { role: 'authenticated', sub: user } };
}
