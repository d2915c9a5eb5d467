import type { DatabaseRole } from '../../catalog/roles.ts';
import { quoteLiteral } from '../../sql/quote.ts';

const FLAGS = {
  superuser: 'superuser',
  inherit: 'inherit',
  createRole: 'createrole',
  createDatabase: 'createdb',
  login: 'login',
  replication: 'replication',
  bypassRowSecurity: 'bypassrls',
} as const;

/** The statements that give a role the attributes and the comment that it had. */
export function attributeStatements(was: DatabaseRole, is: DatabaseRole): string[] {
  const flags = (Object.keys(FLAGS) as (keyof typeof FLAGS)[])
    .filter((flag) => was[flag] !== is[flag])
    .map((flag) => (was[flag] ? FLAGS[flag] : `no${FLAGS[flag]}`));
  const limit = was.connectionLimit === is.connectionLimit ? [] : [`connection limit ${was.connectionLimit}`];
  // NULL says the same as infinity, and the embedded engine makes the one of the other.
  const [until, now] = [was.validUntil ?? 'infinity', is.validUntil ?? 'infinity'];
  const validity = until === now ? [] : [`valid until ${quoteLiteral(until)}`];
  const attributes = [...flags, ...limit, ...validity];
  const comment = was.comment === null ? 'null' : quoteLiteral(was.comment);
  return [
    ...(attributes.length > 0 ? [`alter role ${is.sql} ${attributes.join(' ')}`] : []),
    ...(was.comment === is.comment ? [] : [`comment on role ${is.sql} is ${comment}`]),
  ];
}
