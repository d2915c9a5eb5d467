import type { AccessSettings } from '../../access/settings.ts';
import { interferenceFindings } from '../../interference/findings.ts';
import { type InterferenceSettings, observePrepared } from '../../interference/observe.ts';
import type { MutantProbe } from '../probe.ts';
import { scopesOf } from './scope.ts';

/** Only the nearest are asked in other worlds: making these takes longer than all else. */
const FARTHEST = 1;

/** Whether what callers are answered depends on what they may not see. */
export function interferenceProbe(settings: AccessSettings & InterferenceSettings): MutantProbe {
  return {
    name: 'interference',
    layer: 'calls',
    looksAt: 'answers in worlds that differ in what the caller may not see',
    scopesFor: ({ kind }, affected) => {
      const near = affected.filter(({ distance }) => distance <= FARTHEST);
      const scopes = kind === 'access' ? [...scopesOf(near, 'function'), ...scopesOf(near, 'relation')] : [];
      return scopes.map((scope) => ({ ...scope, distance: scope.distance + LAST }));
    },
    async run({ client, subject, calls }, { key }) {
      if (!calls) throw new Error('The calls are not prepared.');
      const seen = await observePrepared(client, subject, settings, calls, [], (of) => of === key);
      // What a declaration is for may be outside of the scope: that it is not needed is not told here.
      return { findings: interferenceFindings({ ...seen, missing: 1 }), facts: new Map() };
    },
  };
}

/** Added to the distance, so that everything else is asked before. */
const LAST = 1000;
