import { createHash } from 'node:crypto';
import type { DatabaseFunction } from '../../catalog/functions.ts';
import type { Relation } from '../../catalog/relations.ts';
import type { Sequence } from '../../catalog/sequences.ts';
import type { DatabaseType } from '../../catalog/types.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { flag, listed, type StructureObject, type StructurePart, valued } from '../model.ts';
import { grantKey, grantParts, grantsByObject } from './grants.ts';
import { settingsText } from './roles.ts';
import { type Described, ownerOf, quoted } from './subject.ts';
import { commentOf, describeRelations, withoutSuffix } from './tables.ts';

/** The schemas of the project and what is in them: types, tables and views, sequences, functions. */
export async function describeSchemas(subject: Described): Promise<StructureObject[]> {
  const { catalog, host } = subject;
  const grants = grantsByObject(subject);
  const objects: StructureObject[] = [];
  for (const schema of catalog.schemas.filter(({ name }) => !host.includes(name))) {
    const inIt = (one: { readonly schema: string }): boolean => one.schema === schema.name;
    objects.push({
      kind: 'schema',
      name: schema.sql,
      properties: [
        ...valued('owner', ownerOf(subject, schema.owner)),
        // initdb gives schema public this one.
        ...commentOf(schema.comment === 'standard public schema' ? null : schema.comment),
      ],
      parts: grantParts(subject, 'schema', grants.get(grantKey('schema', schema.name))).filter(
        ({ name }) => name !== 'pg_database_owner',
      ),
    });
    objects.push(...catalog.types.filter(inIt).map((type) => describeType(subject, type, grants)));
    objects.push(...(await describeTables(subject, catalog.relations.filter(inIt))));
    objects.push(...catalog.sequences.filter(inIt).map((sequence) => describeSequence(subject, sequence, grants)));
    objects.push(...catalog.functions.filter(inIt).map((one) => describeFunction(subject, one, grants)));
  }
  return objects;
}

const CONSISTS_OF = ['column', 'constraint', 'index'];

async function describeTables(subject: Described, relations: readonly Relation[]): Promise<StructureObject[]> {
  const older = new Set(relations.filter(({ id }) => subject.older.includes(id)).map(({ sql }) => sql));
  const described = await describeRelations(subject, relations);
  return described.map((table) =>
    older.has(table.name) ? { ...table, parts: table.parts.filter(({ kind }) => !CONSISTS_OF.includes(kind)) } : table,
  );
}

type Grants = ReturnType<typeof grantsByObject>;

function describeType(subject: Described, type: DatabaseType, grants: Grants): StructureObject {
  return {
    kind: type.kind === 'composite' || type.kind === 'range' ? `${type.kind} type` : type.kind,
    name: type.sql,
    properties: [
      ...valued('base', type.base),
      ...listed('range', type.range),
      ...flag('not null', type.kind === 'domain' && type.notNull),
      ...valued('default', type.default),
      ...valued('collation', type.collation),
      ...listed('labels', type.labels.map(quoteLiteral)),
      ...valued('owner', ownerOf(subject, type.owner)),
      ...commentOf(type.comment),
    ],
    parts: [
      ...type.fields.map(
        ({ name, type: of }): StructurePart => ({ kind: 'field', name: quoted(name), properties: valued('', of) }),
      ),
      ...type.checks.map(
        ({ name, definition, validated }): StructurePart => ({
          kind: 'constraint',
          name: quoted(name),
          properties: [...valued('', withoutSuffix(definition)), ...flag('not valid', !validated)],
        }),
      ),
      ...grantParts(subject, 'type', grants.get(grantKey('type', type.id))),
    ],
  };
}

function describeSequence(subject: Described, sequence: Sequence, grants: Grants): StructureObject {
  const { ownedBy } = sequence;
  const [least, most] =
    sequence.type === 'smallint'
      ? ['1', '32767']
      : sequence.type === 'integer'
        ? ['1', '2147483647']
        : ['1', '9223372036854775807'];
  return {
    kind: 'sequence',
    name: sequence.sql,
    properties: [
      ...valued('type', sequence.type),
      ...valued('start', sequence.start === '1' ? null : sequence.start),
      ...valued('increment', sequence.increment === '1' ? null : sequence.increment),
      ...valued('minimum', sequence.minimum === least ? null : sequence.minimum),
      ...valued('maximum', sequence.maximum === most ? null : sequence.maximum),
      ...valued('cache', sequence.cache === '1' ? null : sequence.cache),
      ...flag('cycle', sequence.cycle),
      ...flag('unlogged', sequence.unlogged),
      ...flag('identity', sequence.identity),
      ...valued('owned by', ownedBy && `${ownedBy.table}.${ownedBy.column}`),
      ...valued('owner', ownerOf(subject, sequence.owner)),
      ...commentOf(sequence.comment),
    ],
    parts: grantParts(subject, 'sequence', grants.get(grantKey('sequence', sequence.id))),
  };
}

/** How much of a digest is shown: enough that no two bodies of a project have the same. */
const DIGITS = 12;

/** One function with its properties and who may execute it; of its body, a hash. */
export function describeFunction(subject: Described, one: DatabaseFunction, grants: Grants): StructureObject {
  const inputs = one.parameters.map(({ type }) => type).join(', ');
  return {
    kind: one.kind === 'window' ? 'window function' : one.kind,
    name: one.identity,
    properties: [
      ...valued('language', one.language),
      ...flag('immutable', one.volatility === 'immutable'),
      ...flag('stable', one.volatility === 'stable'),
      ...flag('strict', one.strict),
      ...flag('security definer', one.securityDefiner),
      ...flag('leakproof', one.leakproof),
      ...valued('parallel', one.parallel === 'unsafe' ? null : one.parallel),
      ...valued('cost', one.cost),
      ...valued('rows', one.rows),
      ...valued('support', one.support),
      ...valued('settings', settingsText(one.settings)),
      ...listed('aggregate', one.aggregate),
      ...valued('owner', ownerOf(subject, one.owner)),
      ...valued('body', createHash('sha256').update(one.source).digest('hex').slice(0, DIGITS)),
      ...valued('arguments', one.argumentsSql === inputs ? null : `(${one.argumentsSql})`),
      ...valued('returns', one.returnsSql),
      ...commentOf(one.comment),
    ],
    parts: grantParts(subject, 'function', grants.get(grantKey('function', one.signature))),
  };
}
