import { DEFAULT_PRIVILEGES_ENTRIES } from '../../catalog/default-privileges.ts';
import { sortedBy } from '../../catalog/order.ts';
import type { Check } from '../check.ts';
import type { RuledCatalog } from '../ruled.ts';

const KINDS = ['functions', 'sequences', 'tables'];

export const defaultPrivilegesClosed: Check = {
  id: 'default-privileges-closed',
  expected: 'privileges for the owner alone',
  offences: (ruled) => {
    const owners = new Set([...ruled.relations, ...ruled.sequences, ...ruled.functions].map(({ owner }) => owner));
    const cells = [...owners].flatMap((owner) =>
      ruled.schemas.flatMap((schema) => KINDS.map((kind) => cellOf(owner, schema, kind, ruled))),
    );
    return sortedBy(
      cells.filter(({ grantees }) => grantees.length > 0),
      ({ owner, schema, kind }) => [owner, schema, kind],
    ).map(({ owner, schema, kind, grantees }) => ({
      object: `${kind} that ${owner} makes in ${schema}`,
      seen: `privileges for ${grantees.join(', ')}`,
      evidence: DEFAULT_PRIVILEGES_ENTRIES,
    }));
  },
};

/** Who else gets privileges: what holds in every schema, and what is added in one. */
function cellOf(owner: string, schema: { name: string; sql: string }, kind: string, { all }: RuledCatalog) {
  const entries = all.defaultPrivileges.filter(
    (entry) => entry.owner === owner && entry.kind === kind && (entry.schema === null || entry.schema === schema.name),
  );
  const others = entries.flatMap(({ grants }) => grants.filter(({ grantee }) => grantee !== owner));
  return {
    owner: entries[0]?.ownerSql ?? owner,
    schema: schema.sql,
    kind,
    grantees: sortedBy(new Set(others.map(({ granteeSql }) => granteeSql)), (name) => [name]),
  };
}
