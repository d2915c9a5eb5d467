import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Constraint } from './constraints.ts';
import { drifts } from './drifts.ts';
import type { Row } from './resolve.ts';
import { type Table, tables } from './rows.ts';
import { type Drift, driftNames, type Shape } from './shape.ts';

/**
 * The statements that turn a baseline without constraints into the database of this shape: its drifts, its rows, those
 * constraints that were not lost and that the rows let stand, and then what was added by hand. Psql takes it too.
 */
export function scriptOf(shape: Shape, constraints: readonly Constraint[]): string {
  return [...upToRows(shape), constrained(shape, constraints), ...shape.extras.map(({ sql }) => sql)].join('\n');
}

/** The same for a person to read: what is there beyond the baseline, and what is not there of it. */
export function summaryOf(shape: Shape): string {
  const lines = [
    `-- The baseline, and: ${shape.drifts.join(', ') || 'no drift'}.`,
    `-- Constraints that the rows break are gone, or not validated${shape.lost.length > 0 ? `; gone too: ${shape.lost.join(', ')}` : ''}${shape.unproven.length > 0 ? `; not validated too: ${shape.unproven.join(', ')}` : ''}.`,
    ...inserts(shape),
    ...shape.extras.map(({ sql }) => sql),
  ];
  return lines.join('\n');
}

function upToRows(shape: Shape): string[] {
  const hasProfiles = shape.drifts.includes('profiles');
  return [
    ...driftNames.filter((drift) => shape.drifts.includes(drift)).map((drift) => drifts[drift].sql),
    // Profiles are given, and not made by this trigger.
    hasProfiles ? 'alter table auth.users disable trigger on_auth_user_created;' : '',
    ...inserts(shape),
    hasProfiles ? 'alter table auth.users enable trigger on_auth_user_created;' : '',
  ];
}

function inserts({ drifts, rows }: Shape): string[] {
  const has = (drift: Drift): boolean => drifts.includes(drift);
  return tables.flatMap((table) => rows[table].map((row) => inserted(table, row, has)).filter((line) => line !== ''));
}

/** The columns that only a drift brought are left out where it did not happen. */
function columnsOf(table: Table, row: Row, has: (drift: Drift) => boolean): string[] {
  const missing = driftNames.filter((drift) => !has(drift)).flatMap((drift) => drifts[drift].columns ?? []);
  if (missing.includes(`${table}.*`)) return [];
  return Object.keys(row).filter((column) => !missing.includes(`${table}.${column}`));
}

function inserted(table: Table, row: Row, has: (drift: Drift) => boolean): string {
  const columns = columnsOf(table, row, has);
  if (columns.length === 0) return '';
  const renamed = (column: string): string =>
    table === 'public.user_creators' && column === 'created_at' && has('added_at') ? 'added_at' : column;
  const values = columns.map((column) => {
    const value = row[column] ?? null;
    return value === null ? 'null' : escapeLiteral(value);
  });
  return `insert into ${table} (${columns.map((column) => escapeIdentifier(renamed(column))).join(', ')}) values (${values.join(', ')});`;
}

/** Each constraint that stands: valid where the rows let it be, else unproven where it can be, else it is gone. */
function constrained({ drifts, lost, unproven }: Shape, constraints: readonly Constraint[]): string {
  const standing = constraints
    .filter(({ name, drift }) => !lost.includes(name) && (!drift || drifts.includes(drift)))
    .map(({ name, table, kind, add }) => {
      const statement = `alter table public.${table} ${drifts.includes('more states') ? withMoreStates(add) : add}`;
      const unvalidated = kind === 'foreign key' || kind === 'check' ? `${statement} not valid` : null;
      return [unproven.includes(name) && unvalidated ? unvalidated : statement, unvalidated];
    });
  if (standing.length === 0) return '';
  const array = standing
    .map((pair) => `[${pair.map((sql) => (sql === null ? 'null' : escapeLiteral(sql))).join(', ')}]`)
    .join(',\n    ');
  return `do $constraints$
declare
  attempt text[];
begin
  foreach attempt slice 1 in array array[${array}]::text[][]
  loop
    begin
      execute attempt[1];
    exception when others then
      begin
        execute attempt[2];
      exception when others then
        null; -- Its rows, or those of a key that it refers to, do not let it stand.
      end;
    end;
  end loop;
end
$constraints$;`;
}

const withMoreStates = (definition: string): string =>
  definition.replace(`'extracting'::text`, `'extracting'::text, 'indexing'::text, 'paused'::text`);
