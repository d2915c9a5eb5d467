import type pg from 'pg';
import { ask } from '../access/sets/ask.ts';
import type { Caller } from '../access/sets/callers.ts';
import { isTable, type Relation } from '../catalog/relations.ts';
import { mayRead, type Privileges } from './visible.ts';

/** Something that a caller asks of the database, and that can be asked again in another world. */
export interface WorldQuestion {
  /** The function, relation or field whose answer it is, as the access spec names it. */
  readonly of: string;
  /** The statement as people would send it. */
  readonly sql: string;
  /** Who asks it, by their places in the list of callers. */
  readonly callers: readonly number[];
}

/** How the database answered a question of a caller. */
export interface WorldAnswer {
  /** The rows as JSON texts; their order says nothing. */
  readonly rows: readonly string[];
  /** How many rows a write wrote; 0 of a read. */
  readonly count: number;
  /** The SQLSTATE and message of the error with which it ended. */
  readonly state?: string;
  readonly message?: string;
}

/** A caller and a question, by their places. */
export interface Asking {
  readonly caller: number;
  readonly question: number;
}

/**
 * Questions of one kind. `ask` puts some of them to the database as it is in the open transaction, leaves nothing
 * changed, and gives the answers in the same order.
 */
export interface QuestionSource {
  readonly questions: readonly WorldQuestion[];
  ask(client: pg.Client, asked: readonly Asking[]): Promise<readonly WorldAnswer[]>;
}

/** Asks what each caller sees in each relation of which it may read a column: tables, views and materialized views. */
export function relationQuestions(
  relations: readonly Relation[],
  callers: readonly Caller[],
  privileges: Privileges,
): QuestionSource {
  const asked = relations.filter(isAsked).flatMap((relation) => {
    const byColumns = Map.groupBy(
      callers.keys().filter((place) => mayRead(privileges, callers[place]?.role ?? '', relation)),
      (place) => privileges(callers[place]?.role ?? '', relation).select.join(', '),
    );
    return [...byColumns].map(([columns, places]) => ({
      question: { of: relation.id, sql: `select ${columns} from ${relation.sql}`, callers: places },
      read: inShort(relation, columns.split(', ')),
    }));
  });
  return {
    questions: asked.map(({ question }) => question),
    async ask(client, wanted) {
      const used = [...Map.groupBy(wanted, ({ question }) => question)];
      const answers = await ask(
        client,
        callers,
        used.map(([question, own]) => ({
          kind: 'read',
          sql: asked[question]?.read ?? '',
          callers: own.map(({ caller }) => caller),
        })),
      );
      const byAsking = new Map(
        answers.map(({ caller, question, rows, error }) => [
          `${caller} ${used[question]?.[0]}`,
          { rows, count: 0, ...(error ? { state: error.state, message: error.message } : {}) },
        ]),
      );
      return wanted.map(({ caller, question }) => byAsking.get(`${caller} ${question}`) ?? NOTHING);
    },
  };
}

/** SQL that gives the rows of a relation as JSON texts: of long values a hash, and of many rows one. */
function inShort({ sql, columns }: Relation, names: readonly string[]): string {
  const values = names.map((name) => {
    const typeName = columns.find((column) => column.sql === name)?.typeName ?? '';
    return LONG.test(typeName) ? `md5(record_send(row(${name}))) as ${name}` : name;
  });
  return `select case when count(*) <= ${MOST_ROWS} then array_agg(x.text) else array[to_jsonb(count(*) || ' rows ' || md5(string_agg(x.text, '' order by x.text)))::text] end
            from (select to_jsonb(x)::text as text from (select ${values.join(', ')} from ${sql}) x) x`;
}

const MOST_ROWS = 1000;
const LONG = /(^|\.)(vector|halfvec|sparsevec|bit|bit varying|bytea|tsvector)$/;

const NOTHING: WorldAnswer = { rows: [], count: 0 };

const isAsked = (relation: Relation): boolean =>
  isTable(relation) || relation.kind === 'view' || relation.kind === 'materialized view';

/** All questions of several sources, as one source. */
export function joined(sources: readonly QuestionSource[]): QuestionSource {
  const home = sources.flatMap((source) => source.questions.map((_, question) => ({ source, question })));
  return {
    questions: sources.flatMap(({ questions }) => questions),
    async ask(client, asked) {
      const answers: WorldAnswer[] = new Array(asked.length);
      for (const source of sources) {
        const own = asked.flatMap(({ caller, question }, at) => {
          const place = home[question];
          return place?.source === source ? [{ at, asking: { caller, question: place.question } }] : [];
        });
        if (own.length === 0) continue;
        const given = await source.ask(
          client,
          own.map(({ asking }) => asking),
        );
        for (const [index, { at }] of own.entries()) answers[at] = given[index] ?? NOTHING;
      }
      return answers;
    },
  };
}
