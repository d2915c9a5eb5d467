import type { AccessSettings } from '../../access/settings.ts';
import { interferenceFindings } from '../../interference/findings.ts';
import { observePrepared } from '../../interference/observe.ts';
import type { InterferenceSettings } from '../../interference/settings.ts';
import type { Affected } from '../dependents.ts';
import type { MutantProbe } from '../probe.ts';

/** Whether what callers are answered depends on what they may not see. */
export function interferenceProbe(settings: AccessSettings & InterferenceSettings): MutantProbe {
  return {
    name: 'interference',
    layer: 'calls',
    late: true,
    looksAt: 'answers in worlds that differ in what the caller may not see',
    // Other worlds are made once for what is changed and what names it; the rest takes too long.
    scopesFor: ({ kind, operator }, affected) => {
      const near = affected.filter(({ distance }) => distance <= 1).slice(0, MOST);
      const [first] = near;
      const of = (wanted: Affected['kind']) => near.filter((one) => one.kind === wanted).map(({ id }) => id);
      if (!first || kind !== 'access' || !SHOWING.some((family) => operator.startsWith(family))) return [];
      return [{ key: first.id, relations: of('relation'), functions: of('function'), distance: 0 }];
    },
    async run({ client, subject, calls }, { relations, functions }) {
      if (!calls) throw new Error('The calls are not prepared.');
      const asked = new Set([...relations, ...functions]);
      const seen = await observePrepared(client, subject, settings, calls, { isWanted: (of) => asked.has(of) });
      // What a declaration is for may be outside of the scope: that it is not needed is not told here.
      return { findings: interferenceFindings({ ...seen, missing: 1 }), facts: new Map() };
    },
  };
}

/**
 * The changes that may show somebody more. What a body gives otherwise its calls' answers tell, word for word and sooner; of
 * a privilege the cells say all that anybody sees by it.
 */
const SHOWING = ['policy-', 'view-', 'row-security-', 'function-security-definer'];

/** So many relations and functions are asked about. */
const MOST = 4;
