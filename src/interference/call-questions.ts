import type pg from 'pg';
import { wasStopped } from '../access/attempt.ts';
import type { Calls } from '../access/model.ts';
import type { Caller } from '../access/sets/callers.ts';
import { isTable, type Relation } from '../catalog/relations.ts';
import { answerCalls, type Call, type CallAnswer } from '../functions/ask.ts';
import { type CallWorld, callsOf } from '../functions/calls.ts';
import type { Callable } from '../functions/parameters.ts';
import type { QuestionSource, WorldAnswer } from './questions.ts';
import { mayRead, type Privileges } from './visible.ts';

/** So many argument lists are tried for one function and caller, besides those of the configuration. */
const MOST_TUPLES = 8;

/** The calls of every function by each caller who may execute it, with arguments from the world. */
export async function functionCalls(
  client: pg.Client,
  callables: readonly Callable[],
  world: CallWorld,
  callers: readonly Caller[],
  calls: Calls,
): Promise<Call[]> {
  const open = await executable(client, callables, callers);
  const may = ({ role }: Pick<Caller, 'role'>, { identity }: Callable['function']): boolean =>
    open.has(`${role} ${identity}`);
  return callsOf(callables, world, callers, calls, { may, most: MOST_TUPLES });
}

/** The answer to a call that a persona made, named as the configuration names it. */
export interface KnownAnswer extends CallAnswer {
  readonly persona: Caller['name'];
}

/** A statement, and what people would send in its place. */
export interface ShownCall extends Call {
  readonly shown?: string;
}

/** The selects of each caller from each relation of which it may read a column: tables, views and materialized views. */
export function relationCalls(
  relations: readonly Relation[],
  callers: readonly Caller[],
  privileges: Privileges,
): ShownCall[] {
  return relations.filter(isAsked).flatMap((relation) => {
    const byColumns = Map.groupBy(
      callers.keys().filter((place) => mayRead(privileges, callers[place]?.role ?? '', relation)),
      (place) => privileges(callers[place]?.role ?? '', relation).select.join(', '),
    );
    return [...byColumns].map(([columns, places]) => ({
      of: relation.id,
      sql: inShort(relation, columns.split(', ')),
      shown: `select ${columns} from ${relation.sql}`,
      gives: 'rows',
      callers: places,
    }));
  });
}

const isAsked = (relation: Relation): boolean =>
  isTable(relation) || relation.kind === 'view' || relation.kind === 'materialized view';

/** SQL that gives the rows of a relation: of long values a hash, and of many rows one. */
function inShort({ sql, columns }: Relation, names: readonly string[]): string {
  const values = names.map((name) => {
    const typeName = columns.find((column) => column.sql === name)?.typeName ?? '';
    return LONG.test(typeName) ? `md5(record_send(row(${name}))) as ${name}` : name;
  });
  return `with x as materialized (select ${values.join(', ')} from ${sql}), n as (select count(*) as rows from x)
    select to_jsonb(x) as row from x, n where n.rows <= ${MOST_ROWS}
    union all select to_jsonb(md5(string_agg(x::text, '' order by x::text))) from x, n where n.rows > ${MOST_ROWS} group by n.rows`;
}

const MOST_ROWS = 150;
const LONG = /(^|\.)(vector|halfvec|sparsevec|bit|bit varying|bytea|tsvector)$/;

/**
 * Calls and other statements as questions.
 * @param known answers of the world that nobody changed
 */
export function callQuestions(
  callers: readonly Caller[],
  calls: readonly ShownCall[],
  known: readonly KnownAnswer[] = [],
): QuestionSource {
  const before = new Map(known.map((answer) => [`${answer.persona} ${answer.call.sql}`, answer]));
  return {
    known({ caller, question }) {
      const answer = before.get(`${callers[caller]?.name} ${calls[question]?.sql}`);
      return answer && !wasStopped({ code: answer.error?.state ?? '' }) ? answerOf(answer) : undefined;
    },
    questions: calls.map(({ of, sql, callers: places, shown }) => ({ of, sql: shown ?? sql, callers: places })),
    async ask(client, asked) {
      const used = [...Map.groupBy(asked, ({ question }) => question)].flatMap(([question, own]) => {
        const call = calls[question];
        return call ? [{ question, call: { ...call, callers: own.map(({ caller }) => caller) } }] : [];
      });
      const places = new Map(used.map(({ call, question }): [Call, number] => [call, question]));
      const answers = await answerCalls(client, callers, [...places.keys()]);
      const byAsking = new Map(answers.map((answer) => [`${answer.caller} ${places.get(answer.call)}`, answer]));
      return asked.map(({ caller, question }) => answerOf(byAsking.get(`${caller} ${question}`)));
    },
  };
}

function answerOf(answer: CallAnswer | undefined): WorldAnswer {
  if (!answer) return { rows: [], count: 0 };
  const { rows, count, touched, error } = answer;
  return {
    rows,
    count,
    ...(touched ? { touched } : {}),
    ...(error ? { state: error.state, message: wordsOf(error) } : {}),
  };
}

/** All that a client is told of an error: DETAIL and HINT may name a row as well as the message. */
const wordsOf = ({ message, detail, hint }: NonNullable<CallAnswer['error']>): string =>
  [message, ...(detail ? [`DETAIL: ${detail}`] : []), ...(hint ? [`HINT: ${hint}`] : [])].join('\n');

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
