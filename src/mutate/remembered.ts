import type { ProbedRow } from '../access/seed.ts';
import { type HeardAnswers, type SteadyAnswers, steadyAnswers } from './answers.ts';
import type { PlannedProbe } from './probe.ts';
import type { Session } from './session.ts';

/** Answers, and the rows of the world that they are about. */
export interface Heard {
  /** Planted once: in another planting times, and ids that the database draws, are others. */
  readonly rows: readonly ProbedRow[];
  readonly answers: HeardAnswers;
}

/** The answers of the unchanged database, asked for when something is compared with them, and once for many mutants. */
export interface RememberedAnswers {
  /** In what a change made calls be answered otherwise, in a line; undefined where nothing did, or no rows are the same. */
  difference(session: Session, planned: PlannedProbe, after: Heard): Promise<string | undefined>;
}

export function rememberAnswers(): RememberedAnswers {
  const known = new WeakMap<readonly ProbedRow[], Map<string, SteadyAnswers>>();
  return {
    async difference(session, { probe, scope, key }, { rows, answers }) {
      const ask = async (): Promise<HeardAnswers | undefined> => {
        const seen = await session.unchanged(probe.layer, async (world) =>
          world.rows === rows ? await probe.run(world, scope) : undefined,
        );
        return seen?.answers;
      };
      const own = known.get(rows) ?? new Map<string, SteadyAnswers>();
      known.set(rows, own);
      const before = own.get(key) ?? (await ask().then((heard) => heard && steadyAnswers(heard)));
      if (!before) return undefined;
      own.set(key, before);
      if (before.difference(answers) === undefined) return undefined;
      // Only what the unchanged database does not do by itself is a difference.
      const again = await ask();
      if (again) before.repeat(again);
      return before.difference(answers);
    },
  };
}
