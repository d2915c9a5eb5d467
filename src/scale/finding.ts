import type { Distribution, Place } from './distribution.ts';
import type { Catalog, Table } from './read.ts';
import type { Touch } from './touch.ts';

/** The rules, as the report names them. */
export type Rule = 'place' | 'column' | 'key' | 'foreign key' | 'policy' | 'trigger' | 'function';

/** SQL of the script: what goes first, then the keys, then what comes back. */
export interface Change {
  readonly drop?: readonly string[];
  readonly keys?: readonly string[];
  readonly add?: readonly string[];
  /** How it was, for the way back. */
  readonly was: string;
}

/** What a rule says of one object. */
export interface Finding {
  readonly rule: Rule;
  /** The table that it is about, or the function itself. */
  readonly where: string;
  /** What is settled by this name in the project's distribution. */
  readonly object: string;
  /**
   * holds: as it is; changed: by the script, with nothing lost; broken: not possible as it is, unless the project has
   * settled what is done instead.
   */
  readonly status: 'holds' | 'changed' | 'broken';
  readonly says: string;
  /** What to do when it is broken. */
  readonly fix?: string;
  readonly change?: Change;
}

/** What every rule reads. */
export interface Ground extends Catalog {
  readonly distribution: Distribution;
  readonly places: ReadonlyMap<string, Place>;
  readonly byId: ReadonlyMap<string, Table>;
  readonly touch: Touch;
}

/** A rule of one table. */
export type TableRule = (table: Table, place: Place, ground: Ground) => Iterable<Finding>;

/** An identifier as SQL needs it. */
export const quoted = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

export const list = (columns: readonly string[]): string => `(${columns.map(quoted).join(', ')})`;

/** The places of tables, in words: what a function or trigger touches. */
export function placesInWords(ids: Iterable<string>, { places }: Ground): string {
  return [...ids]
    .map((id) => {
      const place = places.get(id);
      return `${id} (${place?.kind === 'distributed' ? `by ${place.group}` : (place?.kind ?? 'no place')})`;
    })
    .sort()
    .join(', ');
}
