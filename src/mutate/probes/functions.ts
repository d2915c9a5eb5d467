import { personasOf } from '../../access/personas.ts';
import type { AccessSettings } from '../../access/settings.ts';
import type { Behaviour } from '../../functions/behaviour.ts';
import { judgeCalls } from '../../functions/judge.ts';
import { behaviourIn } from '../../functions/prove.ts';
import { changesText, inWords } from '../../functions/render.ts';
import type { EffectsSpec, FunctionsSettings } from '../../functions/settings.ts';
import { heardIn } from '../answers.ts';
import type { MutantProbe, MutantScope } from '../probe.ts';
import { declaredIn, ofFunctions, scopesOf, within } from './scope.ts';
import { MOST_STOPPED } from './stopped.ts';

/** Asks what calls of functions, and statements on relations, do: whom they refuse, and whose rows they change. */
export function functionsProbe(settings: AccessSettings & FunctionsSettings): MutantProbe {
  const personas = personasOf(settings);
  return {
    name: 'functions',
    layer: 'calls',
    looksAt: 'what calls with arguments from the world, and writes of its rows, return, refuse and change',
    // The cells of a relation say more of it, and sooner, than what its statements change besides.
    // In which process a function runs changes nothing that it gives.
    scopesFor: ({ operator }, affected) =>
      operator === 'function-parallel'
        ? []
        : [
            ...scopesOf(affected, 'function'),
            ...scopesOf(affected, 'relation').map((scope) => ({ ...scope, distance: scope.distance + 0.4 })),
          ],
    async run(world, scope) {
      const { client, missing, calls } = world;
      if (!calls) throw new Error('The calls are not prepared.');
      const { subject, rows } = within(world, personas, scope);
      // Rows of every table are what arguments are drawn from.
      const whole = { ...subject, catalog: world.subject.catalog };
      const declared = declaredIn(settings, world.subject, scope);
      const prepared = {
        ...calls,
        callables: calls.callables.filter(({ function: { signature } }) => scope.functions.includes(signature)),
      };
      // Whether a change is allowed depends on what is declared of other tables too.
      const asked = { ...declared, access: settings.access };
      const seen = await behaviourIn(client, whole, personas, asked, prepared, {
        writable: [...rows, ...calls.tried.filter(({ relation }) => scope.relations.includes(relation.id))],
        mostStopped: MOST_STOPPED,
      });
      const findings = judgeCalls({
        functions: subject.functions,
        proven: settings.proven,
        ...seen,
        effects: effectsIn(settings.effects ?? {}, world.subject.functions, scope),
        spec: declared.functions,
        complete: missing.length === 0,
      });
      return { findings, facts: factsOf(seen.calls, seen.statements), answers: heardIn(seen.answers, personas) };
    },
  };
}

/** The lines of what is in the scope: of functions, and of statements such as `delete public.channels`. */
function effectsIn(
  effects: EffectsSpec,
  functions: Parameters<typeof ofFunctions>[1],
  { relations, functions: asked }: MutantScope,
): EffectsSpec {
  return {
    ...ofFunctions(effects, functions, asked),
    ...Object.fromEntries(
      Object.entries(effects).filter(([key]) => relations.some((relation) => key.endsWith(` ${relation}`))),
    ),
  };
}

/** The facts that functions.md states of each call and statement. */
const factsOf = (seen: readonly Behaviour[], written: readonly Behaviour[]): Map<string, string> =>
  new Map([
    ...seen.map((one) => [`${one.persona.name} · ${one.of}`, inWords(one, false)] as const),
    ...written.map(({ of, persona, changes }) => [`${persona.name} · ${of}, besides`, changesText(changes)] as const),
  ]);
