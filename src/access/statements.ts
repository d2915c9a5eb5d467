import pg from 'pg';
import type { Column, Relation } from '../catalog/relations.ts';
import type { Persona, Value, Values } from './model.ts';

/** A value as a literal, so that a probe reads as a person would type it. */
export function literal(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return pg.escapeLiteral(typeof value === 'string' ? value : JSON.stringify(value));
}

/** The statements that turn a session into a persona until the end of the transaction. */
export function become(persona: Persona): string[] {
  const settings = Object.entries(persona.settings).map(
    ([name, value]) => `select set_config(${literal(name)}, ${literal(value)}, true);`,
  );
  return [`set local role ${pg.escapeIdentifier(persona.role)};`, ...settings];
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
  const columns = names.map((name) => columnOf(relation, name).sql).join(', ');
  return `insert into ${relation.sql} (${columns}) values (${Object.values(values).map(literal).join(', ')})`;
}

/** An update of the row that `where` finds; without `where`, of every row: it then needs no right to read. */
export function updateStatement(relation: Relation, values: Values, where?: string): string {
  const assignments = Object.entries(values).map(
    ([name, value]) => `${columnOf(relation, name).sql} = ${literal(value)}`,
  );
  return `update ${relation.sql} set ${assignments.join(', ')}${where ? ` where ${where}` : ''}`;
}

/** A deletion of the row that `where` finds; without `where`, of every row: it then needs no right to read. */
export function deleteStatement(relation: Relation, where?: string): string {
  return `delete from ${relation.sql}${where ? ` where ${where}` : ''}`;
}

function condition(column: Column, value: Value): string {
  if (value === null) return `${column.sql} is null`;
  // json has no equality; the text of what was written is what will be read.
  if (column.type === 'json') return `${column.sql}::text = ${literal(value)}`;
  return `${column.sql} = ${literal(value)}`;
}

function columnOf(relation: Relation, name: string): Column {
  const column = relation.columns.find((candidate) => candidate.name === name);
  if (!column) throw new Error(`${relation.id} has no column ${JSON.stringify(name)}. Correct its rows in the world.`);
  return column;
}
