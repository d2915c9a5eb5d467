import { privilegeText, type StructureDifference } from './compare.ts';
import type { StructureObject, StructurePart } from './model.ts';

/**
 * The statement that takes back a difference: it drops what was added, and grants or revokes what was revoked or granted.
 * @returns undefined where the earlier definition would have to be written again
 */
export function undoOf({ object, part, property, change }: StructureDifference): string | undefined {
  if (part?.kind === 'grant to') return undoGrant(object, part, property, change);
  if (property)
    return property.name === 'row level security' && !part
      ? `alter table ${object.name} ${property.is ? 'disable' : 'enable'} row level security;`
      : undefined;
  if (change !== 'added') return undefined;
  if (part) return undoPart(object, part);
  return DROPPED.has(object.kind) ? `drop ${DROPPED.get(object.kind)} ${object.name};` : undefined;
}

/** How DROP calls each kind of object. */
export const DROPPED: ReadonlyMap<string, string> = new Map([
  ['extension', 'extension'],
  ['schema', 'schema'],
  ['enum', 'type'],
  ['domain', 'domain'],
  ['composite type', 'type'],
  ['range type', 'type'],
  ['table', 'table'],
  ['partitioned table', 'table'],
  ['foreign table', 'foreign table'],
  ['view', 'view'],
  ['materialized view', 'materialized view'],
  ['sequence', 'sequence'],
  ['function', 'function'],
  ['window function', 'function'],
  ['procedure', 'procedure'],
  ['aggregate', 'aggregate'],
  ['event trigger', 'event trigger'],
  ['publication', 'publication'],
  ['role', 'role'],
]);

function undoPart({ name: object }: StructureObject, { kind, name }: StructurePart): string | undefined {
  switch (kind) {
    case 'column':
    case 'constraint':
      return `alter table ${object} drop ${kind} ${name};`;
    case 'policy':
    case 'trigger':
    case 'rule':
      return `drop ${kind} ${name} on ${object};`;
    case 'index':
      return `drop index ${object.slice(0, object.lastIndexOf('.') + 1)}${name};`;
    default:
      return undefined;
  }
}

/** The words by which GRANT names each kind of object; none for what is a table to it. */
export const GRANTED: ReadonlyMap<string, string> = new Map([
  ['schema', 'schema '],
  ['sequence', 'sequence '],
  ['function', 'function '],
  ['window function', 'function '],
  ['aggregate', 'function '],
  ['procedure', 'procedure '],
  ['enum', 'type '],
  ['domain', 'type '],
  ['composite type', 'type '],
  ['range type', 'type '],
  ['table', ''],
  ['partitioned table', ''],
  ['foreign table', ''],
  ['view', ''],
  ['materialized view', ''],
]);

function undoGrant(
  object: StructureObject,
  part: StructurePart,
  property: StructureDifference['property'],
  change: StructureDifference['change'],
): string | undefined {
  const kind = GRANTED.get(object.kind);
  if (kind === undefined) return undefined;
  const on = `on ${kind}${object.name}`;
  const given = property ? [property.is ?? []].flat() : change === 'added' ? part.properties : [];
  const taken = property ? [property.was ?? []].flat() : change === 'dropped' ? part.properties : [];
  const statements = [
    ...(given.length > 0 ? [`revoke ${given.map(privilegeText).join(', ')} ${on} from ${part.name};`] : []),
    ...(taken.length > 0 ? [`grant ${taken.map(privilegeText).join(', ')} ${on} to ${part.name};`] : []),
  ];
  return statements.join(' ') || undefined;
}
