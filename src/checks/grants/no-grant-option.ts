import type { Grant } from '../../catalog/grants.ts';
import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check } from '../check.ts';

export const noGrantOption: Check = {
  id: 'no-grant-option',
  expected: 'privileges that only the owner and the role of the migrations give',
  offences: ({ grants, all: { owners } }) => {
    const passedOn = grants.filter(
      ({ grantable, toOwner, grantee }) => grantable && !toOwner && grantee !== owners.migrator,
    );
    const byObject = Map.groupBy(passedOn, ({ kind, sql }) =>
      JSON.stringify([kind === 'column' ? 'table' : kind, sql]),
    );
    return sortedBy([...byObject.values()].flatMap(asOffence), ({ object }) => [object]);
  },
};

/** All grants of one object that may be passed on. */
function asOffence(grants: readonly Grant[]) {
  const [first] = grants;
  if (!first) return [];
  const each = grants.map(
    ({ privilege, columnSql, granteeSql }) =>
      `${privilege.toLowerCase()}${columnSql === null ? '' : ` (${columnSql})`} to ${granteeSql} with grant option`,
  );
  return [{ object: first.sql, seen: sortedBy(new Set(each), (one) => [one]).join(', '), evidence: aclOf(first) }];
}

function aclOf({ kind, sql }: Grant): string {
  const name = quoteLiteral(sql);
  switch (kind) {
    case 'schema':
      return `select nspacl from pg_namespace where oid = ${name}::regnamespace;`;
    case 'function':
      return `select proacl from pg_proc where oid = ${name}::regprocedure;`;
    case 'type':
      return `select typacl from pg_type where oid = ${name}::regtype;`;
    case 'column':
      return `select attname, attacl from pg_attribute where attrelid = ${name}::regclass and attacl is not null;`;
    default:
      return `select relacl from pg_class where oid = ${name}::regclass;`;
  }
}
