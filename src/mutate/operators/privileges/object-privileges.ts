import type { GrantedKind } from '../../../catalog/grants.ts';
import { quoteLiteral } from '../../../sql/quote.ts';
import type { HeldObject } from '../holdings.ts';
import type { Draft, MutationSubject } from '../subject.ts';

/** An object whose privileges are changed one by one. */
interface Grantable extends HeldObject {
  /** As PostgreSQL names it to people. */
  readonly name: string;
  /** As GRANT wants it: `table public.x`. */
  readonly target: string;
  readonly privileges: readonly string[];
  readonly concerns: readonly string[];
  /** Whether a grant of the privilege would let a role do nothing, since something else refuses it. */
  readonly isIdleFor?: (role: string, privilege: string) => boolean;
}

/** By the kind of object, privileges without an effect on it: no view is truncated or referred to. */
const IDLE: Readonly<Record<string, readonly string[]>> = {
  view: ['TRUNCATE', 'REFERENCES', 'MAINTAIN'],
  'materialized view': ['TRUNCATE', 'REFERENCES', 'TRIGGER', 'INSERT', 'UPDATE', 'DELETE'],
};

/**
 * Each privilege that a client role lacks, granted, and each that it was given, revoked. What a role has by PUBLIC, by a
 * role that it inherits or as a superuser is not missing, and to revoke the same from the role itself changes nothing; nor
 * does it to revoke from PUBLIC what each client role has besides. A grant to PUBLIC is the grants to all roles together, of
 * which each is a mutant.
 */
export function objectPrivileges(subject: MutationSubject): Draft[] {
  const { holdings, roles } = subject;
  const hasBesides = (role: string, object: Grantable, privilege: string): boolean =>
    [role, ...holdings.groups(role)].some((one) => one !== 'public' && holdings.given(one, object, privilege));
  return grantables(subject).flatMap((object) =>
    object.privileges.flatMap((privilege) => [
      ...roles.flatMap(({ name, sql }) => {
        const given = holdings.given(name, object, privilege);
        if (holdings.otherwise(name, object, privilege) || (!given && object.isIdleFor?.(name, privilege))) return [];
        return [privilegeDraft(object, privilege, name, sql, given)];
      }),
      ...(holdings.given('public', object, privilege) && !roles.every(({ name }) => hasBesides(name, object, privilege))
        ? [privilegeDraft(object, privilege, 'public', 'public', true)]
        : []),
    ]),
  );
}

function privilegeDraft(object: Grantable, privilege: string, role: string, roleSql: string, given: boolean): Draft {
  const change = given ? 'revoked' : 'granted';
  return {
    operator: `${object.kind}-privilege-${change}`,
    object: object.name,
    place: `${privilege} ${role}`,
    what: `${privilege} on ${object.name} ${given ? 'revoked from' : 'granted to'} ${role}`,
    // What the role granted on goes with it.
    sql: given
      ? changing(object, `revoke ${privilege} on`, `from ${roleSql} cascade`)
      : changing(object, `grant ${privilege} on`, `to ${roleSql}`),
    concerns: object.concerns,
    kind: 'access',
  };
}

/** Mutants are tried in copies of the database, so that no statement may name it. */
function changing({ kind, target }: Grantable, before: string, after: string): string {
  if (kind !== 'database') return `${before} ${target} ${after};`;
  const statement = `format(${quoteLiteral(`${before} database %I ${after}`)}, current_database())`;
  return `do $mutant$ begin execute ${statement}; end $mutant$;`;
}

function grantables({ catalog, concernsOf, unreachable }: MutationSubject): Grantable[] {
  const all = (kind: GrantedKind): readonly string[] => catalog.allPrivileges[kind] ?? [];
  const database = catalog.grants.find(({ kind }) => kind === 'database');
  return [
    ...catalog.relations.map((relation) => ({
      kind: 'table' as const,
      sql: relation.sql,
      name: relation.id,
      target: `table ${relation.sql}`,
      privileges: all('table').filter((privilege) => !IDLE[relation.kind]?.includes(privilege)),
      concerns: concernsOf(relation.id),
      isIdleFor: (role: string, privilege: string) => unreachable.relation(role, relation, privilege),
    })),
    // A function that only triggers call is executed without the privilege.
    ...catalog.functions
      .filter(({ trigger }) => !trigger)
      .map(({ schema, signature, identity, kind }) => ({
        kind: 'function' as const,
        sql: identity,
        name: signature,
        target: `${kind === 'procedure' ? 'procedure' : 'function'} ${identity}`,
        privileges: all('function'),
        concerns: concernsOf(signature),
        isIdleFor: () => unreachable.object(schema, concernsOf(signature)),
      })),
    ...catalog.sequences.map(({ schema, id, sql, ownedBy }) => ({
      kind: 'sequence' as const,
      sql,
      name: id,
      target: `sequence ${sql}`,
      privileges: all('sequence'),
      concerns: [id, ...(ownedBy ? concernsOf(ownedBy.table) : [])],
      isIdleFor: () => unreachable.object(schema, ownedBy ? concernsOf(ownedBy.table) : []),
    })),
    ...catalog.schemas.map(({ name, sql }) => ({
      kind: 'schema' as const,
      sql,
      name: `schema ${name}`,
      target: `schema ${sql}`,
      privileges: all('schema'),
      concerns: [
        ...catalog.relations.filter(({ schema }) => schema === name).map(({ id }) => id),
        ...catalog.functions.filter(({ schema }) => schema === name).map(({ signature }) => signature),
      ],
    })),
    ...(database
      ? [
          {
            kind: 'database' as const,
            sql: database.sql,
            name: 'the database',
            target: `database ${database.sql}`,
            privileges: all('database'),
            concerns: [],
          },
        ]
      : []),
  ];
}
