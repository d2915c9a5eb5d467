import type { Column } from '../catalog/columns.ts';
import type { ForeignKey } from '../catalog/constraints.ts';
import type { Relation } from '../catalog/relations.ts';
import type { Parameter } from './parameters.ts';

/** A column whose values a parameter may mean. */
export interface Source {
  readonly table: Relation;
  readonly column: Column;
}

/**
 * The columns whose values a parameter of this name and type may mean, the likeliest first: those that a foreign key on a
 * column of the name refers to; the key of a table of the name (`p_channel_id`, `channel`: channels); columns of the name;
 * columns whose name ends with it, or that it ends with (`p_slug`: public_slug). Tables that the function speaks of come
 * before others of their kind.
 */
export function sourcesOf(
  { name, type, over, kind }: Pick<Parameter, 'name' | 'type' | 'over' | 'kind'>,
  tables: readonly Relation[],
  foreignKeys: readonly ForeignKey[],
  speaksOf: (table: Relation) => boolean,
): Source[] {
  const stem = stemOf(name);
  const wanted = kind === 'domain' && over !== null ? [type, over] : [type];
  const fits = ({ typeName, isText }: Column): boolean =>
    wanted.includes(typeName) || (isText && wanted.some((one) => TEXT.has(one)));
  const all = tables.flatMap((table) => table.columns.filter(fits).map((column) => ({ table, column })));
  if (stem === '') return [];
  const referred = referredTo(stem, foreignKeys, all);
  const named = keysOfTables(stem, all);
  const groups = [
    referred,
    named.exact,
    referred.length + named.exact.length > 0 ? [] : named.near,
    all.filter(({ column }) => column.name === stem),
    all.filter(({ column }) => column.name.endsWith(`_${stem}`) || stem.endsWith(`_${column.name}`)),
  ];
  const sources = groups.flatMap((group) => [
    ...group.filter(({ table }) => speaksOf(table)),
    ...group.filter(({ table }) => !speaksOf(table)),
  ]);
  return [...new Map(sources.map((source) => [`${source.table.id}.${source.column.name}`, source])).values()];
}

/**
 * The columns of a type that a function means where the parameter's name says nothing: of the tables of which it speaks,
 * the keys first, and then the columns that it names.
 */
export function columnsSpokenOf(
  type: string,
  tables: readonly Relation[],
  speaksOf: (table: Relation) => boolean,
  words: ReadonlySet<string>,
): Source[] {
  const all = tables
    .filter(speaksOf)
    .flatMap((table) => table.columns.filter(({ typeName }) => typeName === type).map((column) => ({ table, column })));
  const keys = all.filter(({ table, column }) => isKey(table, column));
  return [...keys, ...all.filter((one) => !keys.includes(one) && words.has(one.column.name))];
}

const TEXT = new Set(['text', 'character varying', 'citext', 'extensions.citext', 'public.citext', 'name']);

/** The name of a parameter without what people put before it: `p_channel_id`, `_channel_id`, `in_channel_id`. */
const stemOf = (name: string): string => name.toLowerCase().replace(/^(?:p|in|i|arg|v|a|par|param)?_+/, '');

function referredTo(stem: string, foreignKeys: readonly ForeignKey[], all: readonly Source[]): Source[] {
  return foreignKeys.flatMap(({ columns, referenced, referencedColumns }) => {
    const at = columns.findIndex((column) => column === stem || column === `${stem}_id`);
    return all.filter(
      ({ table, column }) => at >= 0 && table.id === referenced && column.name === referencedColumns[at],
    );
  });
}

/** The keys of tables of the name, and of those whose name begins or ends with it. */
function keysOfTables(stem: string, all: readonly Source[]): { exact: Source[]; near: Source[] } {
  const base = stem.replace(/_?u?id$/, '');
  if (base === '') return { exact: [], near: [] };
  const plurals = [base, `${base}s`, `${base}es`, base.replace(/y$/, 'ies')];
  const keys = all.filter(({ table, column }) => isKey(table, column));
  const exact = keys.filter(({ table }) => plurals.includes(table.name));
  const near = keys.filter(({ table: { name } }) =>
    plurals.some((plural) => name.startsWith(`${plural}_`) || name.endsWith(`_${plural}`)),
  );
  return { exact, near };
}

const isKey = ({ primaryKey }: Relation, { name }: Column): boolean =>
  primaryKey.length === 1 && primaryKey[0] === name;
