import { tokensIn } from '../sql/tokens.ts';
import type { StructureObject, StructurePart } from '../structure/model.ts';
import { PLATFORM_OBJECTS } from '../supabase/hosted/platform.ts';

const { schemas, roles, callers, open } = PLATFORM_OBJECTS;

/** Kinds of objects that have rows. */
const RELATIONS = ['host relation', 'table', 'partitioned table', 'foreign table', 'view', 'materialized view'];

/**
 * Whether an object that one of Supabase's roles owns is as Supabase makes it: in one of its schemas, without a policy, a
 * rule, or a trigger that calls a function of another schema, granted by its owner, and closed by row level security where
 * the roles of requests may read or write it. A view has none, and so Supabase grants none to them.
 */
export function isHostsObject({ kind, name, properties, parts }: StructureObject): boolean {
  const schema = schemas.find((one) => name === one || name.startsWith(`${one}.`));
  if (schema === undefined) return false;
  const isOpen = parts.some((part) => part.kind === 'grant to' && [...callers, 'public'].includes(granteeOf(part)));
  if (kind.endsWith('schema')) return parts.every(isGrantOfUsage);
  if (RELATIONS.includes(kind) && isOpen && !open.some((one) => name === one))
    if (!properties.some((one) => one.name === 'row level security')) return false;
  return parts.every((part) => isHostsPart(part, schema));
}

function isHostsPart(part: StructurePart, schema: string): boolean {
  if (part.kind === 'grant to') return isGrantOfHost(part);
  if (part.kind === 'trigger') return part.properties.some(({ name, value }) => !name && calls(value ?? '', schema));
  return part.kind !== 'policy' && part.kind !== 'rule';
}

const granteeOf = ({ name }: StructurePart): string => name.split(' by ')[0] ?? '';

/** A grant to a role of Supabase's or of requests, or to everybody, that no other role than the owner made. */
export const isGrantOfHost = ({ name }: StructurePart): boolean =>
  [...roles, ...callers, 'public'].some((one) => one === name);

const isGrantOfUsage = (part: StructurePart): boolean =>
  isGrantOfHost(part) &&
  (roles.some((one) => one === part.name) || part.properties.every(({ name, value }) => name === 'USAGE' && !value));

/** Whether the trigger with this definition calls a function of a schema. */
function calls(definition: string, schema: string): boolean {
  const words = [...tokensIn(definition)]
    .filter(({ kind }) => kind !== 'blank')
    .map(({ start, end }) => definition.slice(start, end));
  const at = words.findIndex((word, index) => word === 'EXECUTE' && words[index + 1] === 'FUNCTION');
  return at >= 0 && words[at + 2] === schema && words[at + 3] === '.';
}
