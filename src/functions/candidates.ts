import type { ForeignKey } from '../catalog/constraints.ts';
import type { Relation } from '../catalog/relations.ts';
import type { Parameter, ParameterType } from './parameters.ts';
import { IS_KEY } from './quotes.ts';
import { columnsSpokenOf, type Source, sourcesOf } from './sources.ts';
import type { Spoken } from './speaking.ts';
import { isUuid, quoted, valuesOf } from './type-values.ts';
import type { StoredRow } from './world.ts';

/** A value to pass; null is NULL. */
export interface Candidate {
  readonly text: string | null;
  /** The row of the world that it comes from. */
  readonly row?: StoredRow;
  /** Whether it is worth trying only after all others. */
  readonly last?: true;
}

/** The world from which values are drawn. */
export interface Supply {
  readonly rows: readonly StoredRow[];
  readonly tables: readonly Relation[];
  readonly foreignKeys: readonly ForeignKey[];
  /** The texts by which personas are known. */
  readonly ids: readonly string[];
  readonly typeOf: (name: string) => ParameterType | undefined;
  /** Rows of views that show rows of the world, as literals of the view's type. */
  readonly viewRows: readonly StoredRow[];
}

/**
 * The values that a parameter may be passed: first those of rows of the world, in the order of `sourcesOf`, and then those of
 * its type alone. None is NULL.
 */
export function candidatesOf(parameter: Parameter, supply: Supply, spoken: Spoken): Candidate[] {
  const drawn = drawnFor(parameter, supply, spoken);
  const means = drawn.length > 0 ? 'rows' : NAMES_SOMEBODY.test(parameter.name) ? 'somebody' : 'anything';
  const texts = spoken.texts.filter(isPlain).slice(0, MOST_TEXTS);
  const typed = valuesOf(parameter, { ...supply, texts, keys: someKeys(supply) }, means);
  const seen = new Set<string | null>();
  return [...drawn, ...typed.map((text): Candidate => ({ text }))].filter(({ text, row }) => {
    const key = row ? `${row.table.id} ${text}` : text;
    if (text === null || seen.has(text) || seen.has(key)) return false;
    seen.add(row ? key : text);
    return true;
  });
}

/** Names of parameters whose text may be an id of a user. */
const NAMES_SOMEBODY = /(^|_)(id|uid|user|owner|sub|account|member|email)s?$/i;

const MOST_TEXTS = 12;

/** Whether a constant of a body may be a value that it compares with: no message and no format. */
const isPlain = (text: string): boolean => /^[\w.:-]{1,40}$/.test(text);

/** The keys of the first rows of some tables: an id may be of anything. */
function someKeys({ rows }: Supply): string[] {
  const keys = rows.flatMap(({ table, values }) => {
    const [key, ...more] = table.primaryKey;
    const text = key === undefined || more.length > 0 ? null : (values[key] ?? null);
    return text !== null && isUuid(text) ? [text] : [];
  });
  return [...new Set(keys)].slice(0, MOST_KEYS);
}

const MOST_KEYS = 6;

function drawnFor(parameter: Parameter, supply: Supply, { words, texts }: Spoken): Candidate[] {
  if (parameter.kind === 'composite')
    return [...supply.rows, ...supply.viewRows]
      .filter(({ table }) => table.sql === parameter.relation)
      .map((row) => ({ text: row.text, row }));
  const element = parameter.category === 'A' && parameter.over ? supply.typeOf(parameter.over) : undefined;
  const speaksOf = ({ name }: Relation): boolean => words.has(name);
  const meant = sourcesOf(parameter, supply.tables, supply.foreignKeys, speaksOf);
  const ids = (): Candidate[] => valuesIn(columnsSpokenOf('uuid', supply.tables, speaksOf, words), supply.rows);
  const values = meant.length > 0 || parameter.type !== 'uuid' ? valuesIn(meant, supply.rows) : ids();
  if (JSON_TYPES.has(parameter.type))
    return [
      ...values,
      ...objectsIn(supply, speaksOf, texts),
      ...(values.length > 0 ? [] : sameType(parameter, supply)),
    ];
  if (!element && values.length > 0) return values;
  if (!element && parameter.category === 'S')
    return [...textsIn(supply, speaksOf), ...(NAMES_SOMEBODY.test(parameter.name) ? ids() : [])];
  if (!element) return sameType(parameter, supply);
  const single = { ...parameter, ...element, name: parameter.name.replace(/s$/, '') };
  const elements = drawnFor(single, supply, { words, texts: [] });
  return [
    ...values,
    ...elements.map(({ text, ...rest }) => ({ ...rest, text: text === null ? null : `{${quoted(text)}}` })),
  ];
}

function valuesIn(sources: readonly Source[], rows: readonly StoredRow[]): Candidate[] {
  return sources.flatMap(({ table, column }) =>
    rows.filter((row) => row.table.id === table.id).map((row) => ({ text: row.values[column.name] ?? null, row })),
  );
}

/**
 * Values for a text that no column is named like, such as a word to search for: a text of each column of the tables that the
 * function speaks of, the first column of each table first.
 */
function textsIn({ rows, tables }: Supply, speaksOf: (table: Relation) => boolean): Candidate[] {
  const columns = tables
    .filter(speaksOf)
    .flatMap((table) =>
      table.columns
        .filter(({ isText, labels }) => isText && !labels)
        .map((column, place) => ({ table, column, place })),
    );
  return columns
    .toSorted((one, other) => one.place - other.place)
    .flatMap((source) => valuesIn([source], rows).find(({ text }) => text !== null && text.length < 100) ?? [])
    .slice(0, MOST_TEXTS);
}

const JSON_TYPES = new Set(['json', 'jsonb']);

/**
 * Objects for a JSON document of which nothing but the function's body says what it holds: of each row of the tables that the
 * function speaks of, the columns that stand in the body as string constants, as in `p ->> 'session_id'`; and the same with
 * every other constant that could be a key as a flag that is set.
 */
function objectsIn({ rows }: Supply, speaksOf: (table: Relation) => boolean, texts: readonly string[]): Candidate[] {
  const objects = rows.flatMap((row) => {
    const columns = row.table.columns.filter(({ name }) => texts.includes(name));
    if (columns.length === 0 || !speaksOf(row.table)) return [];
    return [{ row, object: Object.fromEntries(columns.map(({ name }) => [name, row.values[name] ?? null])) }];
  });
  const flagged = objects.flatMap(({ row, object }) => {
    const flags = texts.filter((text) => IS_KEY.test(text) && !row.table.columns.some(({ name }) => name === text));
    return flags.length > 0 ? [{ ...object, ...Object.fromEntries(flags.map((text) => [text, true])) }] : [];
  });
  return [
    ...objects.map(({ row, object }) => ({ text: JSON.stringify(object), row })),
    // Of rows there is one call for each persona, so these belong to none.
    ...flagged.slice(0, MOST_TEXTS).map((object) => ({ text: JSON.stringify(object), last: true as const })),
  ];
}

/** Of a type of an extension's, any well-formed value will do: that of a column of the type, or of one that is like it. */
function sameType({ category, type }: Parameter, { rows, tables }: Supply): Candidate[] {
  if (category !== 'U' || type === 'uuid') return [];
  const all = tables.flatMap((table) => table.columns.map((column) => ({ table, column })));
  const same = valuesIn(
    all.filter(({ column }) => column.typeName === type),
    rows,
  );
  if (same.length > 0 || WELL_KNOWN.has(type)) return same.slice(0, 2);
  return valuesIn(
    all.filter(({ column }) => /vector|vec$/.test(column.typeName)),
    rows,
  ).slice(0, /vec/.test(type) ? 1 : 0);
}

const WELL_KNOWN = new Set(['json', 'jsonb', 'xml', 'bytea', 'inet']);
