import { declaredIn } from '../../report/layout.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { namesOf } from './attributes.ts';
import type { OpenPrivilege } from './privilege.ts';
import type { Reached } from './reached.ts';
import type { Actor } from './roles.ts';

/**
 * The access in the proven schemas that no persona can prove: what a client role owns, which it may change and drop
 * whatever is granted, and what roles without a persona have by name.
 * @param withoutPersona their names
 */
export function reachedInProven(
  privileges: readonly OpenPrivilege[],
  actors: readonly Actor[],
  proven: readonly string[],
  withoutPersona: readonly string[],
): Reached[] {
  const inProven = privileges.filter(
    ({ object }) => object.schema !== null && proven.includes(object.schema) && object.extension === null,
  );
  const owned = inProven.filter(({ privilege }) => privilege === 'ownership');
  const byOwner = Map.groupBy(owned, ({ grantee, object }) => `role ${grantee} owner in ${object.schema}`);
  const byName = Map.groupBy(
    inProven.filter(
      ({ privilege, grantee, object }) =>
        withoutPersona.includes(grantee) &&
        privilege !== 'ownership' &&
        !(object.kind === 'schema' && privilege === 'USAGE'),
    ),
    ({ grantee }) => `role ${grantee} without a persona`,
  );
  return [
    ...[...byOwner].map(([line, own]): Reached => {
      const owner = own[0]?.grantee ?? '';
      return {
        line,
        wider: [],
        where: `${namesOf(actors.filter(({ holds }) => holds.has(owner)))} · ${line}`,
        expected: 'an owner that no client role is or may become, or known with a reason',
        seen: `${owner} owns ${listed(own)}: it may change and drop them, and policies hold for it only where they are forced`,
        evidence: `select relname, relowner::regrole from pg_class where relnamespace = ${quoteLiteral(own[0]?.object.schema ?? '')}::regnamespace;`,
        fix: `Give them to the role that migrates (alter … owner to …), or give ${JSON.stringify(line)} a reason in ${declaredIn('known')}.`,
      };
    }),
    ...[...byName].map(([line, own]): Reached => {
      const role = own[0]?.grantee ?? '';
      return {
        line,
        wider: [],
        where: `${namesOf(actors.filter(({ holds }) => holds.has(role)))} · ${line}`,
        expected: 'a persona of each role that a client is or may become, or known with a reason',
        seen: `${role} has privileges on ${listed(own)}, and no persona with which they are proved`,
        fix: `Give it a persona in ${declaredIn('personas')}, revoke the privileges, or give ${JSON.stringify(line)} a reason in ${declaredIn('known')}.`,
      };
    }),
  ];
}

/** The first few objects, and how many there are besides. */
function listed(privileges: readonly OpenPrivilege[]): string {
  const objects = [...new Set(privileges.map(({ object: { kind, id } }) => `${kind} ${id}`))];
  const more = objects.length - SHOWN;
  return more > 0 ? `${objects.slice(0, SHOWN).join(', ')} and ${more} more` : objects.join(', ');
}

const SHOWN = 3;
