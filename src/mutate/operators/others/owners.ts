import type { Relation } from '../../../catalog/relations.ts';
import type { Draft, MutationSubject } from '../subject.ts';

const WORD: Readonly<Record<Relation['kind'], string>> = {
  table: 'table',
  'partitioned table': 'table',
  view: 'view',
  'materialized view': 'materialized view',
  'foreign table': 'foreign table',
};

/** Each relation and schema given to each client role: its policies do not hold for an owner. */
export function owners({ catalog, roles, concernsOf }: MutationSubject): Draft[] {
  const given = (object: string, target: string, owner: string, concerns: readonly string[]): Draft[] =>
    roles
      .filter(({ name }) => name !== owner)
      .map(({ name, sql }) => ({
        operator: 'owner',
        object,
        place: name,
        what: `${object} belongs to ${name}`,
        sql: `alter ${target} owner to ${sql};`,
        concerns,
        kind: 'access',
        needs: 'superuser',
      }));
  return [
    ...catalog.relations.flatMap(({ id, sql, kind, owner }) =>
      given(id, `${WORD[kind]} ${sql}`, owner, concernsOf(id)),
    ),
    ...catalog.schemas.flatMap(({ name, sql, owner }) => given(`schema ${name}`, `schema ${sql}`, owner, [])),
  ];
}
