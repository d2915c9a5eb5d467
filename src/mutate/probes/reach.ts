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
      facts: new Map(
        (await client.query<{ fact: string; how: string }>(BECOMING)).rows.map(({ fact, how }) => [fact, how]),
      ),
    }),
  };
}

// A session can be anybody's who may log in, and a member of a role may become it, whether it is a client's or a server's that connects for clients.
const BECOMING = `
  select format('%s · set role %s', m.rolname, g.rolname) as fact,
         case when pg_has_role(m.oid, g.oid, 'member with admin option') then 'may, and may let others' else 'may' end as how
    from pg_roles m join pg_roles g on g.oid <> m.oid and pg_has_role(m.oid, g.oid, 'member')
   where not m.rolsuper and m.oid >= 16384
   union all
  select format('%s · log in', rolname), case when rolcanlogin then 'may' else 'may not' end from pg_roles where oid >= 16384`;
