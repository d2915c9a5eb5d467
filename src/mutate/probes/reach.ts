import { personasOf } from '../../access/personas.ts';
import { rolesOf } from '../../access/probe.ts';
import { compareReach } from '../../access/reach/compare.ts';
import { type ReachSettings, readUntried } from '../../access/reach/read.ts';
import type { AccessSettings } from '../../access/settings.ts';
import { isApplicationSchema, readRows } from '../../catalog/scope.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { changesDefinitions, type MutantProbe } from '../probe.ts';
import { everything } from './scope.ts';

/** Asks what client roles reach outside of the proof of access, of the whole database at once. */
export function reachProbe(settings: ReachSettings & Pick<AccessSettings, 'personas'>): MutantProbe {
  const personas = personasOf(settings);
  return {
    name: 'reach',
    layer: 'world',
    looksAt:
      'what client roles reach by attributes, memberships, ownership and privileges outside of the proven schemas, and which schemas they may use',
    scopesFor: (mutant) => (changesDefinitions(mutant) ? [everything(0.5)] : []),
    async run({ client }) {
      const reached = await readUntried(client, personas, settings);
      const facts = [
        // Of what is known, who reaches it and how: that it is reached at all the findings say.
        ...reached.map(({ line, where, seen }) => ({ fact: line, how: `${where}: ${seen}` })),
        ...(await readRows<Fact>(client, BECOMING)),
        ...(await readRows<Fact>(client, entering(rolesOf(personas)))),
      ];
      return {
        findings: compareReach(reached, settings.known ?? {}),
        facts: new Map(facts.map(({ fact, how }) => [fact, how])),
      };
    },
  };
}

interface Fact {
  readonly fact: string;
  readonly how: string;
}

// What a role can name at all: the schemas that it may use, and whether a session of it begins and may keep rows of its own.
const entering = (roles: readonly string[]): string => `
  with clients as (select oid, rolname from pg_roles where rolname = any (array[${roles.map(quoteLiteral).join(', ')}]))
  select format('%s · use schema %s', c.rolname, n.nspname) as fact,
         case when has_schema_privilege(c.oid, n.oid, 'usage') then 'may' else 'may not' end as how
    from clients c cross join pg_namespace n where ${isApplicationSchema('n.nspname')}
   union all
  select format('%s · temporary tables', rolname), case when has_database_privilege(oid, current_database(), 'temporary') then 'may' else 'may not' end
    from clients
   union all
  select format('%s · connect', rolname), case when has_database_privilege(oid, current_database(), 'connect') then 'may' else 'may not' end
    from pg_roles where rolcanlogin or rolname in (select rolname from clients)`;

// A session can be anybody's who may log in, and a member of a role may become it, whether it is a client's or a server's that connects for clients.
const BECOMING = `
  select format('%s · set role %s', m.rolname, g.rolname) as fact,
         case when pg_has_role(m.oid, g.oid, 'member with admin option') then 'may, and may let others' else 'may' end as how
    from pg_roles m join pg_roles g on g.oid <> m.oid and pg_has_role(m.oid, g.oid, 'member')
   where not m.rolsuper and m.oid >= 16384
   union all
  select format('%s · log in', rolname), case when rolcanlogin then 'may' else 'may not' end from pg_roles where oid >= 16384`;
