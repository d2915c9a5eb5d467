import type { AccessSettings } from '../access/settings.ts';
import { untilStopped } from '../database/running.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import type { Findings } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import type { MutantCache } from './cache.ts';
import { changesServer } from './changes-server.ts';
import type { Mutant } from './mutant.ts';
import type { MutantProbe } from './probe.ts';
import type { JudgedMutant } from './result.ts';
import { baselineFindings, planAll, readBaseline, runMutants } from './run.ts';
import { withSessions } from './sessions.ts';
import type { Unchanged } from './unchanged.ts';

/** Which mutants to try, in which database, by what. */
export interface MutantTrial {
  /** Whose shadow database is as it was when `unchanged` was read. */
  readonly server: { readonly kind: 'embedded' | 'named'; readonly urls: ConnectionStrings };
  readonly settings: Pick<AccessSettings, 'personas' | 'world'>;
  readonly unchanged: Unchanged;
  readonly asked: readonly Mutant[];
  readonly probes: readonly MutantProbe[];
  readonly cache: MutantCache;
  readonly progress: Progress;
}

/** How all mutants ended, or what does not hold before anything is changed. */
export type Tried =
  | { readonly judged: readonly JudgedMutant[]; readonly cached: number }
  | { readonly broken: Findings };

/**
 * Tries mutants of which no result is known. A run that is stopped keeps the results that it has, and the same run goes
 * on from there.
 */
export async function tryMutants(trial: MutantTrial): Promise<Tried> {
  const { server, settings, unchanged, asked, probes, cache, progress } = trial;
  const plans = planAll(asked, probes, unchanged.dependents, cache);
  const cached = asked.length - plans.size;
  const alone = new Set<Mutant>();
  for (const mutant of plans.keys()) if (await changesServer(mutant.sql)) alone.add(mutant);

  const broken = plans.size === 0 ? undefined : await withSessions(server, unchanged.subject, settings, run);
  return broken ? { broken } : { judged: asked.flatMap((mutant) => judgedOf(mutant, cache)), cached };

  async function run(sessions: Parameters<typeof runMutants>[0]): Promise<Findings | undefined> {
    const baseline = await progress.step('Prove the unchanged database', () => readBaseline(sessions, plans));
    const findings = baselineFindings(baseline);
    if (findings.deviations.length > 0) return findings;
    await progress.step(`Try ${plans.size} mutants`, async (tell) => {
      const count = countdown(plans.size, tell);
      await runMutants(sessions, {
        plans,
        baseline,
        cache,
        changesServer: (mutant) => alone.has(mutant),
        tell: count.add,
      });
      await count.stop();
    });
    return undefined;
  }
}

const judgedOf = (mutant: Mutant, cache: MutantCache): JudgedMutant[] => {
  const result = cache.get(mutant);
  return result ? [{ mutant, result }] : [];
};

/** Where the output is no terminal, each time is a line. In ms. */
const EVERY = 2_000;

/** Tells how far a run is, and how long it will take; and where a run is stopped, that what it has is kept. */
function countdown(all: number, tell: (text: string) => void) {
  const started = performance.now();
  let [done, alive, told] = [0, 0, 0];
  const stop = untilStopped(async () => {
    if (done < all)
      process.stderr.write(
        `\nrolecall: stopped after ${done} of ${all} mutants. They are kept: the same command goes on from there.\n`,
      );
  });
  return {
    stop,
    add({ result }: JudgedMutant): void {
      done++;
      if (result.outcome === 'survived') alive++;
      const now = performance.now();
      if (now - told < EVERY && done < all) return;
      told = now;
      const remaining = ((performance.now() - started) / done) * (all - done);
      tell(`${done} of ${all}, ${alive} that no probe notices, ${Math.ceil(remaining / 60_000)} min left`);
    },
  };
}
