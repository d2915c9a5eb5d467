import type { Relation } from '../../catalog/relations.ts';
import type { Trigger } from '../../catalog/triggers.ts';
import { MIGRATOR, type StructureObject, valued } from '../model.ts';
import { grantKey, grantParts, grantsByObject } from './grants.ts';
import { describeFunction } from './schemas.ts';
import { type Described, ownerOf } from './subject.ts';
import { describeRelations } from './tables.ts';

/**
 * The objects of the host, as far as the project reaches into it: who owns them and what roles may do there, policies, rules,
 * and triggers that call functions of others. Its functions are described as any, since policies call them. The rest is the
 * host's to change.
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
    ...schemas.map(({ name, sql, owner }) => ({
      kind: 'host schema',
      name: sql,
      properties: valued('owner', ownerOf(subject, owner)),
      parts: toOthers(grantParts(subject, 'schema', grants.get(grantKey('schema', name)))),
    })),
    // What the migrating role owns there the host did not make, whoever may use it.
    ...relations.filter(
      ({ parts, properties }) => parts.length > 0 || properties.every(({ name }) => name !== 'owner'),
    ),
    ...catalog.functions
      .filter(({ schema }) => host.includes(schema))
      .map((one) => describeFunction(subject, one, grants))
      .map((one) => ({ ...one, kind: 'host function', parts: toOthers(one.parts) })),
  ];
}

async function describeHostRelation(subject: Described, relation: Relation): Promise<StructureObject> {
  const foreign = new Set(
    subject.catalog.triggers
      .filter(
        (trigger) => trigger.table === relation.id && !trigger.internal && !isHostsTrigger(subject, relation, trigger),
      )
      .map(({ sql }) => sql),
  );
  const [described] = await describeRelations(subject, [relation]);
  const parts = described?.parts ?? [];
  return {
    kind: 'host relation',
    name: relation.sql,
    properties: (described?.properties ?? []).filter(({ name }) => name === 'row level security' || name === 'owner'),
    parts: [
      ...parts.filter(
        ({ kind, name }) => kind === 'policy' || kind === 'rule' || (kind === 'trigger' && foreign.has(name)),
      ),
      ...toOthers(parts),
    ],
  };
}

/** Whether it calls a function that the owner of the table has in the same schema, and that is not the migrating role's. */
function isHostsTrigger({ catalog }: Described, { schema, owner }: Relation, trigger: Trigger): boolean {
  const called = catalog.functions.find((one) => `${one.schema}.${one.name}` === trigger.function && one.trigger);
  if (!called) return trigger.function.startsWith(`${schema}.`);
  return called.schema === schema && called.owner === owner && owner !== catalog.owners.migrator;
}

/** Grants to others than the role that ran the migrations: what it may do there is the host's. */
const toOthers = (parts: StructureObject['parts']): StructureObject['parts'] =>
  parts.filter(({ kind, name }) => kind === 'grant to' && name !== MIGRATOR);
