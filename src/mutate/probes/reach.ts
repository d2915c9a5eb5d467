import { personasOf } from '../../access/personas.ts';
import { compareReach } from '../../access/reach/compare.ts';
import { type ReachSettings, readUntried } from '../../access/reach/read.ts';
import type { AccessSettings } from '../../access/settings.ts';
import { changesDefinitions, type MutantProbe } from '../probe.ts';
import { everything } from './scope.ts';

/** Asks what client roles reach outside of the proof of access, of the whole database at once. */
export function reachProbe(settings: ReachSettings & Pick<AccessSettings, 'personas'>): MutantProbe {
  const personas = personasOf(settings);
  return {
    name: 'reach',
    layer: 'world',
    looksAt:
      'what client roles reach by attributes, memberships, ownership and privileges outside of the proven schemas',
    scopesFor: (mutant) => (changesDefinitions(mutant) ? [everything(0.5)] : []),
    run: async ({ client }) => ({
      findings: compareReach(await readUntried(client, personas, settings), settings.known ?? {}),
      facts: new Map(),
    }),
  };
}
