import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';

const COMMANDS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

export const grantOnlyCommands: Check = {
  id: 'grant-only-commands',
  expected: 'grants of select, insert, update and delete only',
  // A sequence has other privileges, and public has a check of its own.
  offences: ({ relations, grants }) => {
    const others = grants.filter(
      ({ kind, grantee, toOwner, privilege }) =>
        (kind === 'table' || kind === 'column') && grantee !== 'public' && !toOwner && !COMMANDS.includes(privilege),
    );
    const byTable = Map.groupBy(others, ({ sql }) => sql);
    return sortedBy(
      relations.filter(({ sql }) => byTable.has(sql)),
      ({ sql }) => [sql],
    ).map(({ sql }) => {
      // One of several columns is enough to tell.
      const own = new Map(
        (byTable.get(sql) ?? []).map((grant) => [
          JSON.stringify([grant.grantor, grant.grantee, grant.privilege, grant.grantable]),
          grant,
        ]),
      );
      const ordered = sortedBy(own.values(), ({ granteeSql, privilege }) => [granteeSql, privilege]);
      return {
        object: sql,
        seen: ordered.map(({ privilege, granteeSql }) => `${privilege.toLowerCase()} to ${granteeSql}`).join(', '),
        evidence: `select relacl from pg_class where oid = ${quoteLiteral(sql)}::regclass;`,
      };
    });
  },
};
