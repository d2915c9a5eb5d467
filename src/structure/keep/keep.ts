import type { StructureDifference } from '../compare.ts';
import type { Property, StructureObject, StructurePart } from '../model.ts';
import { grantSql, ungrantSql } from './grants.ts';
import { dropSql, functionSql, objectSql, viewSql } from './objects.ts';
import { commentSql, type KeepingStatement, type Live } from './statement.ts';
import { commentTarget, forcedSql, partSql, securitySql, wordOf } from './tables.ts';

/**
 * The statements that make a database as it was before a difference as it is now: what a migration needs to keep what
 * somebody changed by hand. Each can run again.
 * @param live what the database is now: definitions are PostgreSQL's own
 * @returns none where another difference has them, undefined where people have to write them
 */
export function keepingStatements(difference: StructureDifference, live: Live): KeepingStatement[] | undefined {
  const { object, part, property, change } = difference;
  if (part?.kind === 'grant to') {
    // Of a changed grant the difference may name one privilege; all of them are said anew.
    if (change === 'dropped') return ungrantSql(object, part);
    return grantSql(object, part);
  }
  // The query of a view says its columns.
  if (part?.kind === 'column' && isView(object) && property?.name !== 'comment') return [];
  if (!part) return property ? propertySql(object, property, live) : wholeSql(difference, live);
  if (!property) return partSql(object, part, change, live);
  if (property.name === 'comment') return [commentSql(commentTarget(object, part), property.is, 'guards')];
  return part.kind === 'column' ? columnSql(object, part, property) : partSql(object, part, 'changed', live);
}

const isView = ({ kind }: StructureObject): boolean => kind === 'view' || kind === 'materialized view';

type Changed = NonNullable<StructureDifference['property']>;

function wholeSql({ object, change }: StructureDifference, live: Live): KeepingStatement[] | undefined {
  if (object.kind.startsWith('host ')) {
    const parts = object.parts.map((part) =>
      part.kind === 'grant to'
        ? change === 'dropped'
          ? ungrantSql(object, part)
          : grantSql(object, part)
        : partSql(object, part, change, live),
    );
    return parts.some((one) => one === undefined) ? undefined : parts.flatMap((one) => one ?? []);
  }
  return change === 'dropped' ? dropSql(object) : objectSql(object, live);
}

function propertySql(object: StructureObject, { name, was, is }: Changed, live: Live): KeepingStatement[] | undefined {
  const isRelation = ['table', 'partitioned table', 'view', 'materialized view', 'foreign table'].includes(object.kind);
  if (isRelation && name === 'row level security') return [securitySql(object.name, is !== undefined)];
  if (isRelation && name === 'forced') return [forcedSql(object.name, is !== undefined)];
  if (object.kind === 'view' && (name === 'as' || name === 'options')) {
    const gone = name === 'options' ? namesOf(was).filter((one) => !namesOf(is).includes(one)) : [];
    const reset: KeepingStatement[] =
      gone.length > 0 ? [{ phase: 'views', sql: `alter view ${object.name} reset (${gone.join(', ')});` }] : [];
    const made = viewSql(object, live);
    return made && [...reset, ...made];
  }
  if (isRelation && name === 'options') return optionsSql(object, was, is);
  if (name === 'comment') {
    const word = isRelation ? wordOf(object) : COMMENTED[object.kind];
    return word === undefined ? undefined : [commentSql(`${word} ${object.name}`, is, 'guards')];
  }
  if (FUNCTIONS.includes(object.kind)) return name === 'owner' ? undefined : functionSql(object, live);
  if (object.kind === 'enum' && name === 'labels') return labelsSql(object, was, is);
  return undefined;
}

/** The kinds that CREATE OR REPLACE FUNCTION or PROCEDURE makes. */
export const FUNCTIONS = ['function', 'procedure', 'window function'];

/** The words of COMMENT for the kinds of objects. */
const COMMENTED: Readonly<Record<string, string>> = {
  schema: 'schema',
  enum: 'type',
  domain: 'domain',
  'composite type': 'type',
  sequence: 'sequence',
  function: 'function',
  'window function': 'function',
  procedure: 'procedure',
};

const namesOf = (options: Property | undefined): string[] =>
  (options?.value ?? '').split(', ').flatMap((one) => (one === '' ? [] : [one.split('=')[0] ?? '']));

function optionsSql(object: StructureObject, was: Property | undefined, is: Property | undefined): KeepingStatement[] {
  const gone = namesOf(was).filter((name) => !namesOf(is).includes(name));
  const alter = `alter ${wordOf(object)} ${object.name}`;
  return [
    ...(gone.length > 0 ? [{ phase: 'guards', sql: `${alter} reset (${gone.join(', ')});` } as const] : []),
    ...(is?.value ? [{ phase: 'guards', sql: `${alter} set (${is.value});` } as const] : []),
  ];
}

/** A label can be added, and nothing else. */
function labelsSql(
  { name }: StructureObject,
  was: Property | undefined,
  is: Property | undefined,
): KeepingStatement[] | undefined {
  const labels = (property: Property | undefined): string[] => property?.value?.match(/'(?:[^']|'')*'/g) ?? [];
  const [before, now] = [labels(was), labels(is)];
  if (now.filter((label) => before.includes(label)).join() !== before.join()) return undefined;
  return now.flatMap((label, at): KeepingStatement[] => {
    if (before.includes(label)) return [];
    const place = at > 0 ? `after ${now[at - 1]}` : before[0] ? `before ${before[0]}` : '';
    return [
      { phase: 'types', sql: `alter type ${name} add value if not exists ${label} ${place};`.replace(' ;', ';') },
    ];
  });
}

function columnSql(
  table: StructureObject,
  column: StructurePart,
  { name, was, is }: Changed,
): KeepingStatement[] | undefined {
  const alter = `alter table ${table.name} alter column ${column.name}`;
  const one = (sql: string): KeepingStatement[] => [{ phase: 'constraints', sql: `${alter} ${sql};` }];
  if (column.properties.some((property) => property.name === 'inherited')) return undefined;
  switch (name) {
    case '':
      return [{ phase: 'columns', sql: `${alter} type ${is?.value};` }];
    case 'not null':
      return one(is ? 'set not null' : 'drop not null');
    case 'default':
      return one(is ? `set default ${is.value}` : 'drop default');
    case 'statistics':
      return one(`set statistics ${is?.value ?? -1}`);
    case 'storage':
      return is ? one(`set storage ${is.value}`) : undefined;
    case 'identity':
      return was || !is ? undefined : one(`add generated ${is.value} as identity`);
    default:
      return undefined;
  }
}
