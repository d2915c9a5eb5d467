import type pg from 'pg';
import type { Calls } from '../access/model.ts';
import type { Caller } from '../access/sets/callers.ts';
import { answerCalls, type CallAnswer } from '../functions/ask.ts';
import { type CallWorld, callsOf } from '../functions/calls.ts';
import type { Callable } from '../functions/parameters.ts';
import type { QuestionSource, WorldAnswer } from './questions.ts';

/** So many argument lists are tried for one function and caller, besides those of the configuration. */
const MOST_TUPLES = 12;

/** Calls every function as each caller who may execute it, with arguments from the world. */
export async function callQuestions(
  client: pg.Client,
  callables: readonly Callable[],
  world: CallWorld,
  callers: readonly Caller[],
  calls: Calls,
): Promise<QuestionSource> {
  const open = await executable(client, callables, callers);
  const may = ({ role }: Pick<Caller, 'role'>, { identity }: Callable['function']): boolean =>
    open.has(`${role} ${identity}`);
  const questions = callsOf(callables, world, callers, calls, may, MOST_TUPLES);
  return {
    questions,
    async ask(client, asked) {
      const used = [...Map.groupBy(asked, ({ question }) => question)].flatMap(([question, own]) => {
        const call = questions[question];
        return call ? [{ question, call: { ...call, callers: own.map(({ caller }) => caller) } }] : [];
      });
      const answers = await answerCalls(
        client,
        callers,
        used.map(({ call }) => call),
      );
      const places = new Map(used.map(({ call, question }) => [call, question]));
      const byAsking = new Map(answers.map((answer) => [`${answer.caller} ${places.get(answer.call as never)}`, answer]));
      return asked.map(({ caller, question }) => answerOf(byAsking.get(`${caller} ${question}`)));
    },
  };
}

const answerOf = (answer: CallAnswer | undefined): WorldAnswer => ({
  rows: answer?.rows ?? [],
  count: answer?.count ?? 0,
  ...(answer?.error ? { state: answer.error.state, message: answer.error.message } : {}),
});

/** The functions that roles may execute, as `<role> <identity>`: who may not need not be asked what comes of it. */
async function executable(
  client: pg.Client,
  callables: readonly Callable[],
  callers: readonly Caller[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ key: string }>(
    `select r.role || ' ' || f.identity as key
       from unnest($1::text[]) r (role) cross join unnest($2::text[]) f (identity)
       join pg_proc p on p.oid = to_regprocedure(f.identity)
      where has_function_privilege(r.role, p.oid, 'execute') and has_schema_privilege(r.role, p.pronamespace, 'usage')`,
    [[...new Set(callers.map(({ role }) => role))], callables.map((one) => one.function.identity)],
  );
  return new Set(rows.map(({ key }) => key));
}
