import { createClient, type PostgrestError, type SupabaseClient } from '@supabase/supabase-js';
import type { Database } from '../../../types/app.ts';

/** A client that knows the database's tables and functions. With the anon key it acts for who is signed in, or for nobody. */
export type Client = SupabaseClient<Database>;

export const connect = (url: string, key: string, accessToken?: () => Promise<string | null>): Client =>
  createClient<Database>(url, key, accessToken ? { accessToken } : {});

/** What the database refused. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** The SQLSTATE: PT402 and PT429 for limits of a plan, 42501 for what the caller may not do, … (docs/error-codes.md). */
  readonly code: string;
  /** The name that docs/error-codes.md gives it, such as message_quota; missing where PostgreSQL itself refused. */
  readonly reason: string | undefined;
  readonly hint: string | undefined;

  constructor({ message, code, details, hint }: Pick<PostgrestError, 'message' | 'code' | 'details' | 'hint'>) {
    super(message);
    this.code = code;
    this.reason = reasonIn(details);
    this.hint = hint || undefined;
  }
}

function reasonIn(details: string): string | undefined {
  if (!details?.startsWith('{')) return undefined;
  const { error } = JSON.parse(details) as { error?: unknown };
  return typeof error === 'string' ? error : undefined;
}

/** What was answered. @throws RefusedError */
export async function given<Answer extends { error: PostgrestError | null; data: unknown }>(
  answer: PromiseLike<Answer>,
): Promise<Extract<Answer, { error: null }>['data']> {
  const { error, data } = await answer;
  if (error) throw new RefusedError(error);
  return data;
}

/** How many rows a request with `count` is about. @throws RefusedError */
export async function counted(
  answer: PromiseLike<{ error: PostgrestError | null; count: number | null }>,
): Promise<number> {
  const { error, count } = await answer;
  if (error) throw new RefusedError(error);
  return count ?? 0;
}
