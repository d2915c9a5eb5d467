import { bytes, count, counted } from '../../report/format.ts';
import { blockedBy, type LockMode, modeName } from './lock-modes.ts';
import type { ObservedStatement } from './observation.ts';
import { strongestByTable } from './summary.ts';

/** The locks that a statement took, by mode. Those that keep neither readers nor writers waiting are only counted. */
export function locksOf(statement: ObservedStatement): string {
  const all = strongestByTable(statement);
  const byMode = Map.groupBy(
    all.filter(({ mode }) => blockedBy(mode) !== 'nobody'),
    ({ mode }) => mode,
  );
  const shown = [...byMode].map(([mode, locks]) => `${modeName(mode)} on ${listed(locks.map(({ table }) => table))}`);
  const others = all.length - [...byMode.values()].flat().length;
  if (others > 0) shown.push(`${counted(others, 'table')} in modes that block neither readers nor writers`);
  return shown.join('; ');
}

/** The rows that a statement touched. */
export function rowsOf({ rows }: ObservedStatement): string {
  if (!rows) return 'not known outside a transaction';
  return rows
    .map(({ table, inserted, updated, deleted }) => {
      const touched = Object.entries({ inserted, updated, deleted }).filter(([, times]) => times > 0);
      return `${table}: ${touched.map(([what, times]) => `${count(times)} ${what}`).join(', ')}`;
    })
    .join('; ');
}

/** The relations that a statement rewrote, created and dropped. */
export function filesOf({ rewritten, created, dropped }: ObservedStatement): string {
  return [
    ...rewritten.map((file) => `rewrote ${file.kind} ${file.relation}, ${bytes(file.bytes)}`),
    ...created
      .filter(({ bytes: size }) => size > 0)
      .map((file) => `created ${file.kind} ${file.relation}, ${bytes(file.bytes)}`),
    ...dropped.map((relation) => `dropped ${relation}`),
  ].join('; ');
}

/** A mode with what it keeps waiting. */
export function modeWithEffect(mode: LockMode): string {
  return `${modeName(mode)} (keeps ${blockedBy(mode)} waiting)`;
}

const MOST_LISTED = 12;

function listed(names: readonly string[]): string {
  const rest = names.length - MOST_LISTED;
  return names.slice(0, MOST_LISTED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
