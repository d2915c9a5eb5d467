import type { Grant } from '../../catalog/grants.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { type Check, sortedBy } from '../check.ts';

const KINDS = ['schema', 'table', 'sequence', 'column'];

export const noGrantToPublic: Check = {
  id: 'no-grant-to-public',
  expected: 'grants to named roles only',
  offences: ({ grants }) => {
    const open = grants.filter(({ kind, grantee }) => grantee === 'public' && KINDS.includes(kind));
    const byObject = Map.groupBy(open, ({ kind, sql }) => JSON.stringify([kind, sql]));
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
  return first ? [{ object: first.sql, seen, evidence: aclOf(first) }] : [];
}

function aclOf({ kind, sql }: Grant): string {
  if (kind === 'schema') return `select nspacl from pg_namespace where oid = ${quoteLiteral(sql)}::regnamespace;`;
  if (kind !== 'column') return `select relacl from pg_class where oid = ${quoteLiteral(sql)}::regclass;`;
  const table = sql.slice(0, sql.lastIndexOf('.'));
  return `select attname, attacl from pg_attribute where attrelid = ${quoteLiteral(table)}::regclass and attacl is not null;`;
}
