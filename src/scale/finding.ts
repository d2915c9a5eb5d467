import type { DatabaseFunction } from '../catalog/functions.ts';
import type { Relation } from '../catalog/relations.ts';
import type { Table } from '../catalog/table.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import type { Place } from './distribution.ts';
import type { FunctionReferences } from './references.ts';
import type { Distribution } from './settings.ts';

/** The rules, as the report names them. */
export type Rule = 'place' | 'column' | 'key' | 'foreign key' | 'policy' | 'trigger' | 'function';

/** SQL of the script: first what it drops, then the keys, then what it adds again. */
export interface Change {
  readonly drop?: readonly string[];
  readonly keys?: readonly string[];
  readonly add?: readonly string[];
  /** The definition before the change, to undo it. */
  readonly was: string;
}

/** The verdict of a rule on one object. */
export interface Finding {
  readonly rule: Rule;
  /** The table that it is about, or the function itself. */
  readonly where: string;
  /** The name under which `settled` in the project's distribution may list it. */
  readonly object: string;
  /**
   * holds: it can be distributed unchanged; changed: by the script, with nothing lost; broken: it can't be distributed,
   * unless the project has settled what is done instead.
   */
  readonly status: 'holds' | 'changed' | 'broken';
  readonly says: string;
  /** How to fix it; there when it is broken. */
  readonly fix?: string;
  readonly change?: Change;
}

/** The input of every rule. */
export interface CheckInput {
  readonly distribution: Distribution;
  readonly places: ReadonlyMap<string, Place>;
  /** The tables of the distribution's schemas, and those that it names, by schema and then by name. */
  readonly tables: readonly Table[];
  readonly byId: ReadonlyMap<string, Table>;
  /** The functions and procedures of its schemas, by identity. */
  readonly functions: readonly DatabaseFunction[];
  readonly references: FunctionReferences;
}

/** A rule of one table. */
export type TableRule = (table: Table, place: Place, input: CheckInput) => Iterable<Finding>;

/** Columns in parentheses, quoted where SQL needs it. */
export function list(columns: readonly string[], table: Relation | undefined): string {
  const quoted = (column: string): string =>
    table?.columns.find(({ name }) => name === column)?.sql ?? quoteIdentifier(column);
  return `(${columns.map(quoted).join(', ')})`;
}

/** The places of tables, in words: what a function or trigger touches. */
export function placesInWords(ids: Iterable<string>, { places }: CheckInput): string {
  return [...ids]
    .map((id) => {
      const place = places.get(id);
      return `${id} (${place?.kind === 'distributed' ? `by ${place.group}` : (place?.kind ?? 'no place')})`;
    })
    .sort()
    .join(', ');
}
