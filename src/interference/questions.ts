import type pg from 'pg';

/** Something that a caller asks of the database, and that can be asked again in another world. */
export interface WorldQuestion {
  /** Whether its answer may follow from those of relations, so that these are to be asked first. */
  readonly isLater?: true;
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
  /** The places of the tables that were read or written for it (countTouches), where that is counted. */
  readonly touched?: readonly number[];
  /** The relations on whose answers to the same caller it depends besides, and on nothing else that was not counted. */
  readonly follows?: readonly string[];
}

/** A caller and a question, by their places. */
export interface Asking {
  readonly caller: number;
  readonly question: number;
}

/** Whether a caller is known to be given the same rows of a relation, by its id, as in the world that nobody changed. */
export type SeesTheSame = (caller: number, relation: string) => boolean;

/**
 * Questions of one kind. `ask` puts some of them to the database as it is in the open transaction, leaves nothing
 * changed, and gives the answers in the same order. Each is put first to the world that nobody changed.
 */
export interface QuestionSource {
  readonly questions: readonly WorldQuestion[];
  /** The answer of the world that nobody changed, where it is known already. */
  known?(asking: Asking): WorldAnswer | undefined;
  ask(client: pg.Client, asked: readonly Asking[], seesTheSame: SeesTheSame): Promise<readonly WorldAnswer[]>;
}

/** All questions of several sources, as one source. */
export function joined(sources: readonly QuestionSource[]): QuestionSource {
  const home = sources.flatMap((source) => source.questions.map((_, question) => ({ source, question })));
  return {
    questions: sources.flatMap(({ questions }) => questions),
    known({ caller, question }) {
      const place = home[question];
      return place?.source.known?.({ caller, question: place.question });
    },
    async ask(client, asked, seesTheSame) {
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
          seesTheSame,
        );
        for (const [index, { at }] of own.entries()) answers[at] = given[index] ?? NOTHING;
      }
      return answers;
    },
  };
}

const NOTHING: WorldAnswer = { rows: [], count: 0 };
