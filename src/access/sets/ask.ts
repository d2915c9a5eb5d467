import type pg from 'pg';
import type { Persona } from '../model.ts';
import { SCRATCH } from './scratch.ts';

/** Something that is asked of the database as a caller. */
export interface Question {
  /** A read gives one row of one text[]; a write says how many rows it wrote, and which rows it reached. */
  readonly kind: 'read' | 'write';
  readonly sql: string;
  /** The id of the one row with which the write may go on; without, it goes on with none. */
  readonly only?: string;
  /** Who is asked, by their places in the list of callers; everybody when it is left out. */
  readonly callers?: readonly number[];
}

/** How the database answered. */
export interface Answer {
  readonly caller: number;
  readonly question: number;
  /** The result of a read, or the ids of the rows that a write reached, even if it failed after that. */
  readonly rows: readonly string[];
  /** How many rows a write wrote; 0 when it failed. */
  readonly count: number;
  readonly error?: AskedError;
}

/** Why a statement failed. */
export interface AskedError {
  readonly state: string;
  readonly message: string;
  /** Whether it was raised inside of something that the statement called: a trigger, or a function. */
  readonly nested: boolean;
}

interface AnswerRow {
  readonly caller: number;
  readonly question: number;
  readonly rows: readonly string[] | null;
  readonly count: string | null;
  readonly state: string | null;
  readonly message: string | null;
  readonly context: string | null;
}

/**
 * Asks every caller every question, in one exchange with the server: each statement runs in a subtransaction that is
 * rolled back, deferred constraints checked at its end. The scratch schema is to be there.
 */
export async function ask(
  client: pg.Client,
  callers: readonly Pick<Persona, 'role' | 'settings'>[],
  questions: readonly Question[],
): Promise<Answer[]> {
  if (callers.length === 0 || questions.length === 0) return [];
  // Becoming a caller of whom nothing is asked takes time too.
  const places = [...callers.keys()].filter((place) => questions.some((one) => one.callers?.includes(place) ?? true));
  const numbers = new Map(places.map((place, number) => [place, number]));
  const { rows } = await client.query<AnswerRow>(`select * from ${SCRATCH}.ask($1, $2)`, [
    JSON.stringify(places.map((place) => ({ role: callers[place]?.role, settings: callers[place]?.settings }))),
    JSON.stringify(
      questions.map((one) => (one.callers ? { ...one, callers: one.callers.map((place) => numbers.get(place)) } : one)),
    ),
  ]);
  return rows.map(({ caller, question, rows: given, count, state, message, context }) => ({
    caller: places[caller - 1] ?? 0,
    question: question - 1,
    rows: given ?? [],
    count: Number(count ?? 0),
    ...(state ? { error: { state, message: message ?? '', nested: isNested(context ?? '') } } : {}),
  }));
}

/** Whether it was raised inside of something that the statement called. The context ends with the statement itself and the function that ran it; what comes before was called by it. */
export function isNested(context: string): boolean {
  const own = context.lastIndexOf('SQL statement "');
  return context.slice(0, Math.max(own, 0)).trim() !== '';
}
