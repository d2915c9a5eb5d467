import type pg from 'pg';
import type { Persona } from '../access/model.ts';
import { type AskedError, isNested } from '../access/sets/ask.ts';
import { SCRATCH } from '../access/sets/scratch.ts';
import { asRows, asWrittenRows } from './changes-scratch.ts';

/** A statement that callers are to run. */
export interface Call {
  /** The function that it calls, by its signature; of a statement on a relation, as in `insert public.messages`. */
  readonly of: string;
  /** The statement as a person would type it. */
  readonly sql: string;
  /** A query gives rows, a write with RETURNING those that it wrote, a CALL its outputs, and other statements nothing. */
  readonly gives: 'rows' | 'written' | 'outputs' | 'nothing';
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
  /** The settings by which callers are told apart that it left changed; `role` among them. */
  readonly became: readonly string[];
  /** The places of the tables that were read or written for it (countTouches), also where it failed; undefined while nobody counts. */
  readonly touched?: readonly number[];
}

export interface CallError extends AskedError {
  /** Whether code of the application raised it, so that its words are the application's own. */
  readonly raised: boolean;
  /** All that it says besides; empty where it says nothing. */
  readonly detail: string;
  readonly hint: string;
  readonly constraint: string;
}

interface CallAnswerRow {
  readonly caller: number;
  readonly question: number;
  readonly given: readonly string[] | null;
  readonly count: string | null;
  readonly changes: readonly RawChange[] | null;
  readonly unwatched: readonly string[] | null;
  readonly touched: readonly number[] | null;
  readonly became: readonly string[] | null;
  readonly state: string | null;
  readonly message: string | null;
  readonly context: string | null;
  readonly detail: string | null;
  readonly hint: string | null;
  readonly broken: string | null;
  readonly blamed: boolean | null;
}

/** How many calls of a caller one exchange with the server has: its statement timeout is for all of them. */
const BATCH = 200;

/** After so many calls of one thing that took too long, by whomever, the others are not run, unless something else is said. */
const MOST_STOPPED = 2;

/**
 * Runs each call as each of its callers, many in one exchange, in the open transaction, in which the world and the scratch
 * schema (makeChangesScratch) are. Each runs in a subtransaction that is rolled back. One that was stopped by the
 * statement timeout, and before which others took part of its time, is run again as the first of an exchange.
 * @param mostStopped after how many stopped calls of one thing the others of it are not run
 */
export async function answerCalls(
  client: pg.Client,
  callers: readonly Pick<Persona, 'role' | 'settings'>[],
  calls: readonly Call[],
  mostStopped = MOST_STOPPED,
): Promise<CallAnswer[]> {
  const answers: CallAnswer[] = [];
  const identity = ['role', ...new Set(callers.flatMap(({ settings }) => Object.keys(settings)))];
  const stopped = new Map<string, { readonly times: number; readonly last: CallAnswer }>();
  const isGivenUp = ({ of }: Call): boolean => (stopped.get(of)?.times ?? 0) >= mostStopped;
  for (const [place, caller] of callers.entries()) {
    let waiting = calls.filter((call) => call.callers.includes(place));
    const giveUp = (): void => {
      for (const call of waiting.filter(isGivenUp)) {
        const { last } = stopped.get(call.of) ?? {};
        if (last) answers.push({ ...last, call, caller: place });
      }
      waiting = waiting.filter((call) => !isGivenUp(call));
    };
    giveUp();
    while (waiting.length > 0) {
      const { answers: seen, blamed } = await exchange(client, caller, identity, place, waiting.slice(0, BATCH));
      const last = seen.at(-1);
      const isStopped = last?.error?.state === STOPPED;
      const isToBlame = blamed || seen.length === 1;
      // It may be the time of those before it.
      if (isStopped && !isToBlame) seen.pop();
      answers.push(...seen);
      waiting = waiting.slice(seen.length);
      if (!isStopped || !isToBlame) continue;
      const { of } = last.call;
      stopped.set(of, { times: (stopped.get(of)?.times ?? 0) + 1, last });
      giveUp();
    }
  }
  return answers;
}

/** The SQLSTATE of a statement that its timeout stopped (query_canceled). */
const STOPPED = '57014';

/** SQL that gives the rows of a statement, where it has any, as texts. */
const QUERIES = {
  rows: asRows,
  written: asWrittenRows,
  outputs: (sql) => sql,
  nothing: (sql) => sql,
} as const satisfies Record<Call['gives'], (sql: string) => string>;

async function exchange(
  client: pg.Client,
  { role, settings }: Pick<Persona, 'role' | 'settings'>,
  identity: readonly string[],
  place: number,
  calls: readonly Call[],
): Promise<{ readonly answers: CallAnswer[]; readonly blamed: boolean }> {
  const { rows } = await client.query<CallAnswerRow>(`select * from ${SCRATCH}.call($1, $2)`, [
    JSON.stringify([{ role, settings, identity }]),
    JSON.stringify(
      calls.map(({ sql, gives }) => ({ kind: gives === 'written' ? 'rows' : gives, sql: QUERIES[gives](sql) })),
    ),
  ]);
  const answers = rows.flatMap((row) => {
    const call = calls[row.question - 1];
    return call ? [{ call, caller: place, ...answerOf(row) }] : [];
  });
  return { answers, blamed: rows.at(-1)?.blamed === true };
}

function answerOf({
  given,
  count,
  changes,
  unwatched,
  touched,
  became,
  state,
  message,
  context,
  detail,
  hint,
  broken,
}: CallAnswerRow): Omit<CallAnswer, 'call' | 'caller'> {
  const counted = touched ? { touched } : {};
  if (!state)
    return {
      rows: given ?? [],
      count: Number(count ?? 0),
      changes: changes ?? [],
      unwatched: unwatched ?? [],
      became: became ?? [],
      ...counted,
    };
  const nested = isNested(context ?? '');
  const raised = nested && RAISED.test(context ?? '');
  return {
    rows: [],
    count: 0,
    changes: [],
    unwatched: [],
    became: [],
    ...counted,
    error: {
      state,
      message: message ?? '',
      nested,
      raised,
      detail: detail ?? '',
      hint: hint ?? '',
      constraint: broken ?? '',
    },
  };
}

/** The innermost line of a context when PL/pgSQL's RAISE made the error. */
const RAISED = /^PL\/pgSQL function .* at RAISE\n/;
