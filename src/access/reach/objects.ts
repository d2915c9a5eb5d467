import { lineOf, reachedBy } from './object-finding.ts';
import type { GrantedObject, OpenPrivilege } from './privilege.ts';
import type { Reached } from './reached.ts';
import type { Actor } from './roles.ts';

/**
 * The objects reached through privileges: those outside of the proven schemas, on which somebody has a privilege and
 * whose schema lets them in. Each object is told once, with everybody who reaches it.
 */
export function reachedObjects(
  privileges: readonly OpenPrivilege[],
  actors: readonly Actor[],
  proven: readonly string[],
): Reached[] {
  const entered = new Set(
    privileges
      .filter(
        ({ object, privilege }) => object.kind === 'schema' && (privilege === 'USAGE' || privilege === 'ownership'),
      )
      .map(({ object, grantee }) => key(object.schema, grantee)),
  );
  const mayEnter = ({ holds }: Actor, { kind, schema, builtIn }: GrantedObject): boolean =>
    kind === 'schema' ||
    schema === null ||
    builtIn ||
    [...holds].some((role) => entered.has(key(schema, role)) || ENTER_ALL.includes(role));
  const byClient = [...Map.groupBy(actors, ({ client }) => client).values()];
  const counted = privileges.filter(
    ({ object, privilege, initial }) =>
      !initial && !(object.kind === 'schema' && privilege === 'USAGE') && !isProven(object, proven),
  );
  return [...Map.groupBy(counted, ({ object }) => lineOf(object)).values()].flatMap((own) => {
    // A client's own role comes first: what it has by itself it need not become another for.
    const accesses = own.flatMap((open) =>
      byClient.flatMap((roles) => {
        const actor = roles.find((one) => one.holds.has(open.grantee) && mayEnter(one, open.object));
        return actor ? [{ open, actor }] : [];
      }),
    );
    return accesses.length > 0 ? [reachedBy(accesses)] : [];
  });
}

/** Members of these may use every schema. */
const ENTER_ALL = ['pg_read_all_data', 'pg_write_all_data'];

/** An object of an extension is proved nowhere: what is granted on it besides has no line. */
const isProven = ({ schema, extension }: GrantedObject, proven: readonly string[]): boolean =>
  extension === null && schema !== null && proven.includes(schema);

const key = (...of: readonly (string | null)[]): string => JSON.stringify(of);
