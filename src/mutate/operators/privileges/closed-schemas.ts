import type { Draft, MutationSubject } from '../subject.ts';

/**
 * A schema that no client role may enter, opened to one together with all that is in it. One privilege in there alone is out
 * of reach, and is no mutant.
 */
export function closedSchemas({ catalog, roles, unreachable }: MutationSubject): Draft[] {
  const closed = catalog.schemas.filter(({ name }) => unreachable.isClosed(name));
  return closed.flatMap(({ name, sql }) => {
    const relations = catalog.relations.filter(({ schema }) => schema === name).map(({ id }) => id);
    const functions = catalog.functions
      .filter(({ schema, trigger }) => schema === name && !trigger)
      .map(({ signature }) => signature);
    const contents = [
      ['tables', 'all tables', relations],
      ['functions', 'all routines', functions],
    ] as const;
    return roles.flatMap((role) =>
      contents
        .filter(([, , ids]) => ids.length > 0)
        .map(
          ([place, target, concerns]): Draft => ({
            operator: 'schema-opened',
            object: `schema ${name}`,
            place: `${place} ${role.name}`,
            what: `USAGE on schema ${name} and all privileges on its ${place} granted to ${role.name}`,
            sql: `grant usage on schema ${sql} to ${role.sql}; grant all on ${target} in schema ${sql} to ${role.sql};`,
            concerns,
            kind: 'access',
          }),
        ),
    );
  });
}
