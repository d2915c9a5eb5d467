import type { Column } from '../catalog/columns.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import type { Relation } from '../catalog/relations.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { AccessError } from './error.ts';
import type { ColumnCommand, Persona, Value, Values } from './model.ts';

/**
 * A value as a literal, so that a probe reads as a person would type it.
 * @param type of its column: a list is an array there, and JSON anywhere else
 */
export function literal(value: Value, type = ''): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && type.endsWith('[]')) return quoteLiteral(`{${value.map(element).join(',')}}`);
  return quoteLiteral(typeof value === 'string' ? value : JSON.stringify(value));
}

/** An element of an array, as its text has it. */
function element(value: unknown): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The statements that turn a session into a persona until the end of the transaction. */
export function become(persona: Pick<Persona, 'role' | 'settings'>): string[] {
  const settings = Object.entries(persona.settings).map(
    ([name, value]) => `select set_config(${literal(name)}, ${literal(value)}, true);`,
  );
  return [`set local role ${quoteIdentifier(persona.role)};`, ...settings];
}

/** `column = literal and …`: finds the row that holds these values in these columns. */
export function matching(relation: Relation, values: Values, columns: readonly string[]): string {
  return columns.map((name) => condition(columnOf(relation, name), values[name] ?? null)).join(' and ');
}

export function selectStatement(relation: Relation, where: string): string {
  return `select 1 from ${relation.sql} where ${where}`;
}

export function insertStatement(relation: Relation, values: Values): string {
  const names = Object.keys(values);
  if (names.length === 0) return `insert into ${relation.sql} default values`;
  const columns = names.map((name) => columnOf(relation, name));
  const written = columns.map(({ name, type }) => literal(values[name] ?? null, type));
  return `insert into ${relation.sql} (${columns.map(({ sql }) => sql).join(', ')}) values (${written.join(', ')})`;
}

/** An update of the row that `where` finds; without `where`, of every row: it then needs no right to read. */
export function updateStatement(relation: Relation, values: Values, where?: string): string {
  const assignments = Object.entries(values).map(
    ([name, value]) => `${columnOf(relation, name).sql} = ${literal(value, columnOf(relation, name).type)}`,
  );
  return `update ${relation.sql} set ${assignments.join(', ')}${where ? ` where ${where}` : ''}`;
}

/** A deletion of the row that `where` finds; without `where`, of every row: it then needs no right to read. */
export function deleteStatement(relation: Relation, where?: string): string {
  return `delete from ${relation.sql}${where ? ` where ${where}` : ''}`;
}

/**
 * Statements that touch no row and need a privilege on exactly these columns: the server looks at privileges before it
 * looks for rows, so nothing else can refuse them.
 */
export const touchNothing: Readonly<Record<ColumnCommand, (relation: Relation, columns: readonly Column[]) => string>> =
  {
    select: ({ sql }, columns) => `select ${names(columns)} from ${sql} where false`,
    insert: ({ sql }, columns) =>
      `insert into ${sql} (${names(columns)}) select ${columns.map(() => 'null').join(', ')} where false`,
    update: ({ sql }, columns) =>
      `update ${sql} set ${columns.map((column) => `${column.sql} = null`).join(', ')} where false`,
  };

/** The same for "at least one column"; an update has no such form, and so this one needs some column's SELECT as well. */
export const touchNothingOfAny: Readonly<Record<ColumnCommand, (relation: Relation) => string>> = {
  select: ({ sql }) => `select from ${sql} where false`,
  insert: ({ sql }) => `insert into ${sql} select where false`,
  update: ({ sql }) => `select from ${sql} where false for update`,
};

/** A call of a function with these arguments, or with nulls. */
export function callStatement(called: DatabaseFunction, values?: readonly Value[]): string {
  const written = called.parameters.map(({ type, variadic }, index) => {
    const value = values?.[index] ?? null;
    // A strict function with a null constant is never called, and then EXECUTE is not checked either: a null out of a
    // subselect is not known to be one until the call.
    const text = value !== null ? literal(value) : called.strict ? `(select null::${type})` : `null::${type}`;
    return variadic ? `variadic ${text}` : text;
  });
  const call = `${called.sql}(${called.kind === 'aggregate' && written.length === 0 ? '*' : written.join(', ')})`;
  if (called.kind === 'procedure') return `call ${call}`;
  return `select ${call}${called.kind === 'window' ? ' over ()' : ''}${called.returnsSet ? ' limit 1' : ''}`;
}

function names(columns: readonly Column[]): string {
  return columns.map(({ sql }) => sql).join(', ');
}

function condition(column: Column, value: Value): string {
  if (value === null) return `${column.sql} is null`;
  // These types have no equality, or one that asks for less; the text is what was written, as the type writes it.
  if (WITHOUT_EQUALITY.has(column.typeName)) return `${column.sql}::text = ${literal(value)}::${column.type}::text`;
  return `${column.sql} = ${literal(value, column.type)}`;
}

const WITHOUT_EQUALITY = new Set([
  'json',
  'xml',
  'point',
  'line',
  'lseg',
  'box',
  'path',
  'polygon',
  'circle',
  'txid_snapshot',
]);

function columnOf(relation: Relation, name: string): Column {
  const column = relation.columns.find((candidate) => candidate.name === name);
  if (!column)
    throw new AccessError(
      `${relation.id} has no column ${JSON.stringify(name)}. Correct its rows in \`world\` of the configuration.`,
    );
  return column;
}
