import type { Relation } from '../../catalog/relations.ts';
import type { StructureObject } from '../model.ts';
import { grantKey, grantParts, grantsByObject } from './grants.ts';
import type { Described } from './subject.ts';
import { describeRelations } from './tables.ts';

/**
 * The objects of the host, as far as the project reaches into it: what its roles may do there, its policies, and the
 * triggers that call its functions. The rest is the host's to change.
 */
export async function describeHost(subject: Described): Promise<StructureObject[]> {
  const { catalog, host } = subject;
  const schemas = catalog.schemas.filter(({ name }) => host.includes(name));
  const grants = grantsByObject(subject);
  const relations = await Promise.all(
    catalog.relations
      .filter(({ schema }) => host.includes(schema))
      .map((relation) => describeHostRelation(subject, relation)),
  );
  return [
    ...schemas.map(({ name, sql }) => ({
      kind: 'host schema',
      name: sql,
      properties: [],
      parts: forOurRoles(subject, grantParts(subject, 'schema', grants.get(grantKey('schema', name)))),
    })),
    ...relations.filter(({ parts }) => parts.length > 0),
  ];
}

async function describeHostRelation(subject: Described, relation: Relation): Promise<StructureObject> {
  const { catalog, host } = subject;
  const called = new Set(
    catalog.triggers
      .filter(
        ({ table, internal, function: name }) =>
          table === relation.id && !internal && !host.some((schema) => name.startsWith(`${schema}.`)),
      )
      .map(({ sql }) => sql),
  );
  const [described] = await describeRelations(subject, [relation]);
  const parts = described?.parts ?? [];
  return {
    kind: 'host relation',
    name: relation.sql,
    properties: (described?.properties ?? []).filter(({ name }) => name === 'row level security'),
    parts: [
      ...parts.filter(
        ({ kind, name }) => kind === 'policy' || kind === 'rule' || (kind === 'trigger' && called.has(name)),
      ),
      ...forOurRoles(subject, parts),
    ],
  };
}

const forOurRoles = ({ roles, roleName }: Described, parts: StructureObject['parts']): StructureObject['parts'] => {
  const ours = new Set(['public', ...roles.map(roleName)]);
  return parts.filter(({ kind, name }) => kind === 'grant to' && ours.has(name.split(' by ')[0] ?? ''));
};
