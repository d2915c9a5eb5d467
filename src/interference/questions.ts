import type pg from 'pg';

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
  /** The tables that were read or written for it, where that is counted. */
  readonly touched?: readonly string[];
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

const NOTHING: WorldAnswer = { rows: [], count: 0 };
