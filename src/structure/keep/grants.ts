import { MIGRATOR, type StructureObject, type StructurePart } from '../model.ts';
import { GRANTED } from '../undo.ts';
import type { KeepingStatement } from './statement.ts';

/** An object as GRANT names it; undefined of a kind that is left to people. */
export function grantTarget({ kind, name }: StructureObject): string | undefined {
  const word = GRANTED.get(kind) ?? (kind === 'host relation' ? '' : kind === 'host schema' ? 'schema ' : undefined);
  if (word === undefined) return undefined;
  return `${word || 'table '}${name}`;
}

/**
 * The statements after which a role has these privileges on an object and no others.
 * @returns undefined where another role than the owner granted them, or the object is of a kind that is left to people
 */
export function grantSql(object: StructureObject, { name, properties }: StructurePart): KeepingStatement[] | undefined {
  const target = grantTarget(object);
  if (target === undefined || name.includes(' by ') || name === MIGRATOR) return undefined;
  const lines = properties
    .filter((one) => one.name !== '')
    .map(({ name: privilege, value }) => {
      const option = /with grant option$/.exec(value ?? '')?.[0];
      const columns = value?.startsWith('(') ? value.slice(0, option ? -option.length : undefined).trim() : '';
      return `grant ${[privilege.toLowerCase(), columns].filter(Boolean).join(' ')} on ${target} to ${name}${option ? ' with grant option' : ''};`;
    });
  return [{ phase: 'grants', sql: [`revoke all on ${target} from ${name};`, ...lines].join('\n') }];
}

/** The statements for a role that has nothing any more: what PostgreSQL gives to everybody is given again. */
export function ungrantSql(object: StructureObject, part: StructurePart): KeepingStatement[] | undefined {
  const nothing = part.properties.some(({ name }) => name === '');
  const usual = nothing && /type|domain|enum/.test(object.kind) ? [{ name: 'USAGE', value: null }] : [];
  return grantSql(object, { ...part, properties: usual });
}
