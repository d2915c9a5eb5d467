import type { StructureDifference } from '../compare.ts';
import type { StructureObject } from '../model.ts';
import { DROPPED } from '../undo.ts';
import { FUNCTIONS, keepingStatements } from './keep.ts';
import { objectSql } from './objects.ts';
import { type KeepingStatement, type Live, PHASES } from './statement.ts';

/** The differences of a database as SQL. */
export interface KeepingScript {
  /** Statements for a migration, in an order in which they run. */
  readonly statements: readonly string[];
  /** The differences for which people have to write the statements. */
  readonly unwritten: readonly StructureDifference[];
}

/**
 * Writes the statements of a migration, so that the repository makes the database as it is now.
 * @param differences from what the repository makes to what the database is
 */
export function keepingScript(differences: readonly StructureDifference[], live: Live): KeepingScript {
  const rebuilt = rebuiltIn(differences);
  const written = differences.map((difference) => ({
    difference,
    statements: rebuilt.has(difference.object.name) ? [] : keepingStatements(difference, live),
  }));
  const anew = [...rebuilt.values()].flatMap((object): KeepingStatement[] => [
    { phase: 'unhook', sql: `drop ${DROPPED.get(object.kind)} if exists ${object.name};` },
    ...(objectSql(object, live) ?? []),
  ]);
  const all = [...written.flatMap(({ statements }) => statements ?? []), ...anew];
  const sorted = all.toSorted((one, other) => PHASES[one.phase] - PHASES[other.phase]);
  return {
    statements: [...new Set(sorted.map(({ sql }) => sql))],
    unwritten: written.flatMap(({ difference, statements }) => (statements ? [] : [difference])),
  };
}

/**
 * Objects that cannot be replaced as they stand: views of which a column is gone, is another one or has another type, or that
 * are materialized, and functions whose result or names of arguments are others. Their privileges go with them.
 */
function rebuiltIn(differences: readonly StructureDifference[]): ReadonlyMap<string, StructureObject> {
  const found = differences.filter(({ object: { kind }, part, property, change }) => {
    if (!part && !property) return false;
    if (FUNCTIONS.includes(kind)) return property?.name === 'returns' || property?.name === 'arguments';
    if (kind === 'materialized view') return !part && property?.name === 'as';
    if (kind !== 'view') return false;
    if (property?.name === 'order of columns') return true;
    return part?.kind === 'column' && (change === 'dropped' || (property !== undefined && property.name !== 'comment'));
  });
  return new Map(found.map(({ object }) => [object.name, object]));
}
