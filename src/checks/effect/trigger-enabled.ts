import { sortedBy } from '../../catalog/order.ts';
import type { Trigger } from '../../catalog/triggers.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { type Check, type Offence, onTable } from '../check.ts';
import type { RuledCatalog } from '../ruled.ts';

/** With `replica`, no ordinary trigger fires, those of foreign keys included. */
const SILENT = /^session_replication_role=(?!origin$|local$)/;

export const triggerEnabled: Check = {
  id: 'trigger-enabled',
  expected: 'triggers that fire in every session of a client',
  offences: (ruled) => sortedBy([...silentTriggers(ruled), ...silentSessions(ruled)], ({ object }) => [object]),
};

/** Those on ruled tables and of their constraints, and on any table those that call a ruled function. */
function silentTriggers({ relations, functions, all }: RuledCatalog): Offence[] {
  const tables = new Map(all.relations.map(({ id, sql }) => [id, sql]));
  const ruled = new Set(relations.map(({ id }) => id));
  const called = new Set(functions.map(({ schema, name }) => `${schema}.${name}`));
  const concerns = (trigger: Trigger): boolean =>
    ruled.has(trigger.table) || ruled.has(trigger.constraintTable ?? '') || called.has(trigger.function);
  return all.triggers
    .filter(({ enabled }) => enabled === 'disabled' || enabled === 'replica')
    .filter(concerns)
    .map(({ enabled, sql, table, internal, constraint, timing, events }) => {
      const on = tables.get(table) ?? table;
      const whose = internal ? `${timing} ${events.join(' or ')}, which enforces ${constraint}, ` : '';
      return {
        object: onTable({ sql: internal ? (constraint ?? sql) : sql }, on),
        seen: `${whose}${enabled === 'disabled' ? 'disabled: it never fires' : 'enabled for replicas only: it fires in no session of a client'}`,
        evidence: `select tgname, tgenabled, pg_get_triggerdef(oid) from pg_trigger where tgrelid = ${quoteLiteral(on)}::regclass and tgenabled in ('D', 'R');`,
      };
    });
}

function silentSessions({ functions, all }: RuledCatalog): Offence[] {
  const evidence =
    "select setdatabase, setrole::regrole, setconfig from pg_db_role_setting where setconfig::text like '%session_replication_role%';";
  const seen = 'session_replication_role is set to replica: no trigger fires, not even those of foreign keys';
  const silent = (settings: readonly string[]): boolean => settings.some((setting) => SILENT.test(setting));
  const { settings, serverSettings } = all.database;
  return [
    ...(silent([...settings, ...serverSettings]) ? [{ object: 'the database', seen, evidence }] : []),
    ...all.roles
      .filter((role) => silent([...role.settings, ...role.databaseSettings]))
      .map(({ sql }) => ({ object: sql, seen, evidence })),
    ...functions
      .filter((one) => silent(one.settings))
      .map(({ identity }) => ({
        object: identity,
        seen: `${seen} while it runs`,
        evidence: `select proconfig from pg_proc where oid = ${quoteLiteral(identity)}::regprocedure;`,
      })),
  ];
}
