import type { Grant } from '../../catalog/grants.ts';
import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';

const KINDS = ['schema', 'table', 'sequence', 'column'];

export const noGrantToPublic: Check = {
  id: 'no-grant-to-public',
  expected: 'grants to named roles only',
  offences: ({ grants }) => {
    const open = grants.filter(({ kind, grantee }) => grantee === 'public' && KINDS.includes(kind));
    const byObject = Map.groupBy(open, ({ kind, sql, column }) => JSON.stringify([kind, sql, column]));
    return sortedBy([...byObject.values()].flatMap(asOffence), ({ object }) => [object]);
  },
};

/** All grants of one object. */
function asOffence(grants: readonly Grant[]) {
  const [first] = grants;
  const privileges = sortedBy(
    grants.map(({ privilege }) => privilege),
    (privilege) => [privilege],
  );
  const seen = `${privileges.join(', ').toLowerCase()} to public`;
  const object = (grant: Grant): string => (grant.columnSql === null ? grant.sql : `${grant.sql}.${grant.columnSql}`);
  return first ? [{ object: object(first), seen, evidence: aclOf(first) }] : [];
}

function aclOf({ kind, sql }: Grant): string {
  if (kind === 'schema') return `select nspacl from pg_namespace where oid = ${quoteLiteral(sql)}::regnamespace;`;
  if (kind !== 'column') return `select relacl from pg_class where oid = ${quoteLiteral(sql)}::regclass;`;
  return `select attname, attacl from pg_attribute where attrelid = ${quoteLiteral(sql)}::regclass and attacl is not null;`;
}
