import type pg from 'pg';
import type { Persona } from '../access/model.ts';
import { type AskedError, isNested } from '../access/sets/ask.ts';
import { SCRATCH } from '../access/sets/scratch.ts';
import { asRows } from './changes-scratch.ts';

/** A statement that callers are to run. */
export interface Call {
  /** The function that it calls, by its signature; of a statement on a relation, as in `insert public.messages`. */
  readonly of: string;
  /** The statement as a person would type it. */
  readonly sql: string;
  /** Whether it is a query, which gives rows. */
  readonly gives: boolean;
  /** Who runs it: places in the list of callers. */
  readonly callers: readonly number[];
}

/** A row as texts: column → value; a value that is too long is cut, with a hash of all of it. */
export type RowTexts = Readonly<Record<string, string | null>>;

/** A row that a call changed, in the order in which it was changed. */
export interface RawChange {
  /** The oid of its table; of a row of a partition, that of the partition. */
  readonly relation: number;
  readonly command: 'insert' | 'update' | 'delete';
  readonly was: RowTexts | null;
  readonly now: RowTexts | null;
}

/** How the database answered one call of one caller. */
export interface CallAnswer {
  readonly call: Call;
  /** The place of the caller. */
  readonly caller: number;
  /** The rows that it gave, as JSON; at most 200. */
  readonly rows: readonly string[];
  /** How many rows it gave or wrote. */
  readonly count: number;
  readonly error?: CallError;
  readonly changes: readonly RawChange[];
  /** Tables that it wrote and whose rows the connection's own user can't watch. */
  readonly unwatched: readonly string[];
  /** The same, also where it failed. */
  readonly touched: readonly string[];
}

export interface CallError extends AskedError {
  /** Whether code of the application raised it, so that its words are the application's own. */
  readonly raised: boolean;
}

interface AnswerRow {
  readonly caller: number;
  readonly question: number;
  readonly given: readonly string[] | null;
  readonly count: string | null;
  readonly changes: readonly RawChange[] | null;
  readonly unwatched: readonly string[] | null;
  readonly state: string | null;
  readonly message: string | null;
  readonly context: string | null;
}

/** How many calls of a caller one exchange with the server has: its statement timeout is for all of them. */
const BATCH = 200;

/**
 * Runs each call as each of its callers, many in one exchange, in the open transaction, in which the world and the scratch
 * schema (makeChangesScratch) are. Each runs in a subtransaction that is rolled back. One that was stopped by the
 * statement timeout is run again by itself, so that it is not blamed for the others' time.
 */
export async function answerCalls(
  client: pg.Client,
  callers: readonly Pick<Persona, 'role' | 'settings'>[],
  calls: readonly Call[],
): Promise<CallAnswer[]> {
  const answers: CallAnswer[] = [];
  for (const [place] of callers.entries()) {
    const own = calls.filter((call) => call.callers.includes(place));
    for (let at = 0; at < own.length; at += BATCH)
      answers.push(...(await answerBatch(client, callers, place, own.slice(at, at + BATCH))));
  }
  return answers;
}

async function answerBatch(
  client: pg.Client,
  callers: readonly Pick<Persona, 'role' | 'settings'>[],
  place: number,
  calls: readonly Call[],
): Promise<CallAnswer[]> {
  const answers = await exchange(client, callers, place, calls);
  if (calls.length === 1) return answers;
  const again: CallAnswer[] = [];
  for (const answer of answers)
    again.push(...(answer.error?.state === '57014' ? await exchange(client, callers, place, [answer.call]) : [answer]));
  return again;
}

async function exchange(
  client: pg.Client,
  callers: readonly Pick<Persona, 'role' | 'settings'>[],
  place: number,
  calls: readonly Call[],
): Promise<CallAnswer[]> {
  const { role, settings } = callers[place] ?? { role: '', settings: {} };
  const { rows } = await client.query<AnswerRow>(`select * from ${SCRATCH}.call($1, $2)`, [
    JSON.stringify([{ role, settings }]),
    JSON.stringify(
      calls.map(({ sql, gives }) => (gives ? { kind: 'rows', sql: asRows(sql) } : { kind: 'plain', sql })),
    ),
  ]);
  return rows.flatMap((row) => {
    const call = calls[row.question - 1];
    return call ? [{ call, caller: place, ...answerOf(row) }] : [];
  });
}

function answerOf({
  given,
  count,
  changes,
  unwatched,
  state,
  message,
  context,
}: AnswerRow): Omit<CallAnswer, 'call' | 'caller'> {
  if (!state)
    return {
      rows: given ?? [],
      count: Number(count ?? 0),
      changes: changes ?? [],
      unwatched: unwatched ?? [],
      touched: unwatched ?? [],
    };
  const nested = isNested(context ?? '');
  const raised = nested && RAISED.test(context ?? '');
  return {
    rows: [],
    count: 0,
    changes: [],
    unwatched: [],
    touched: unwatched ?? [],
    error: { state, message: message ?? '', nested, raised },
  };
}

/** The innermost line of a context when PL/pgSQL's RAISE made the error. */
const RAISED = /^PL\/pgSQL function .* at RAISE\n/;
