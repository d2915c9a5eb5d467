import type { Findings } from '../report/deviation.ts';
import type { HeardAnswers } from './answers.ts';
import type { Affected } from './dependents.ts';
import type { Mutant } from './mutant.ts';
import type { Layer, MutantWorld } from './session.ts';

/** The relations and functions that one run of a probe looks at. */
export interface MutantScope {
  /** Names the scope among those of the probe. */
  readonly key: string;
  /** The ids of relations. */
  readonly relations: readonly string[];
  /** The signatures of functions. */
  readonly functions: readonly string[];
  /** How many dependencies away from what the mutant changes: the nearest are looked at first. */
  readonly distance: number;
}

/** The outcome of a run of a probe. */
export interface ProbeOutcome {
  readonly findings: Findings;
  /** The facts that the snapshots of behaviour state, by name. */
  readonly facts: ReadonlyMap<string, string>;
  /** The answers to calls, word for word; only answers about the same rows can be compared. */
  readonly answers?: HeardAnswers;
}

/** Something that may notice a mutant. */
export interface MutantProbe {
  readonly name: string;
  /** In words, what of a mutant it looks at, for the report of one that it did not notice. */
  readonly looksAt: string;
  /** The state that it needs. */
  readonly layer: Layer;
  /**
   * It takes long: it is asked once all others noticed nothing, and about the unchanged database when it noticed something.
   * That the unchanged database holds by it is for the proof to say.
   */
  readonly late?: true;
  /** It tells nothing but other answers: of the unchanged database it is asked only for these, once the others noticed nothing. */
  readonly answersAlone?: true;
  /** The scopes in which it could notice a mutant; none when the mutant does not concern it. */
  scopesFor(mutant: Mutant, affected: readonly Affected[]): readonly MutantScope[];
  /** Runs in the open transaction, in which the rows of the world are. */
  run(world: MutantWorld, scope: MutantScope): Promise<ProbeOutcome>;
}

/** A probe in one of its scopes. */
export interface PlannedProbe {
  readonly probe: MutantProbe;
  readonly scope: MutantScope;
  /** Of the pair: equal for every mutant that asks the same. */
  readonly key: string;
}

/** So many scopes of a probe are looked at, of what is further away than the object itself. */
const MOST_FAR = 6;

/**
 * Everything that could notice a mutant: the nearest first, and of those the probes in their order. What everything
 * depends on is noticed by some of it.
 */
export function planFor(
  mutant: Mutant,
  affected: readonly Affected[],
  probes: readonly MutantProbe[],
): readonly PlannedProbe[] {
  return probes
    .flatMap((probe) =>
      nearest(probe.scopesFor(mutant, affected)).map((scope) => ({ probe, scope, key: `${probe.name} ${scope.key}` })),
    )
    .toSorted((one, other) => one.scope.distance - other.scope.distance);
}

function nearest(scopes: readonly MutantScope[]): readonly MutantScope[] {
  const own = scopes.filter(({ distance }) => distance < 1);
  const others = scopes.filter(({ distance }) => distance >= 1);
  return [...own, ...others.toSorted((one, other) => one.distance - other.distance).slice(0, MOST_FAR)];
}

/** Whether a mutant changes what privileges, attributes and definitions say, and not the code of a function alone. */
export const changesDefinitions = ({ kind, operator }: Mutant): boolean =>
  kind === 'access' && !operator.startsWith('body-');
