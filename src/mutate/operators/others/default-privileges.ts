import { quoteIdentifier } from '../../../sql/quote.ts';
import type { Draft, MutationSubject } from '../subject.ts';

/** The privilege that opens an object of each kind. */
const OPENING: Readonly<Record<string, string>> = { tables: 'select', sequences: 'usage', functions: 'execute' };

/**
 * Each privilege that new objects get for a client role or PUBLIC taken away, and for each client role that gets none, the one
 * that opens such an object. PUBLIC's are not taken from what was never set: that is as PostgreSQL has it.
 */
export function defaultPrivileges({ catalog, roles }: MutationSubject): Draft[] {
  const names = new Set([...roles.map(({ name }) => name), 'public']);
  return catalog.defaultPrivileges
    .filter(({ implicit }) => !implicit)
    .flatMap(({ owner, ownerSql, schema, kind, grants }) => {
      const head = `alter default privileges for role ${ownerSql}${schema === null ? '' : ` in schema ${quoteIdentifier(schema)}`}`;
      const draft = (operator: string, place: string, change: string): Draft => ({
        operator,
        object: `default privileges of ${owner}${schema === null ? '' : ` in ${schema}`}`,
        place: `${kind} ${place}`,
        what: `New ${kind} of ${owner}${schema === null ? '' : ` in ${schema}`}: ${change}`,
        sql: `${head} ${change};`,
        concerns: [],
        kind: 'access',
      });
      const opening = OPENING[kind];
      const missing =
        opening === undefined
          ? []
          : roles.filter(({ name }) => !grants.some(({ grantee }) => grantee === name || grantee === 'public'));
      return [
        ...grants
          .filter(({ grantee }) => names.has(grantee))
          .map(({ grantee, granteeSql, privilege }) =>
            draft(
              'default-privilege-revoked',
              `${privilege} ${grantee}`,
              `revoke ${privilege} on ${kind} from ${grantee === 'public' ? 'public' : granteeSql}`,
            ),
          ),
        ...missing
          .filter(({ name }) => name !== owner)
          .map(({ name, sql }) =>
            draft('default-privilege-granted', `${opening} ${name}`, `grant ${opening} on ${kind} to ${sql}`),
          ),
      ];
    });
}
