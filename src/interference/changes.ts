import { rowId, SCRATCH } from '../access/sets/scratch.ts';
import type { Mode } from './candidates.ts';
import { copiedColumns } from './fresh.ts';
import { isOneOf } from './rows.ts';
import { ID, type VariedTable } from './vary.ts';

/** How another world differs from the base: hidden values are changed, hidden rows are added, or taken away. */
export type WorldKind = Mode | 'added' | 'removed';

/** The other worlds of a caller. Rows are added before others are changed: copies are of rows as they were. */
export const WORLDS: readonly (readonly WorldKind[])[] = [['added', 'other'], ['empty'], ['removed']];

/** A change of some rows of one table. */
export interface WorldChange {
  readonly kind: WorldKind;
  readonly table: VariedTable;
  /** The ids of the rows: those that are changed or taken away, or of which copies are added. */
  readonly rows: readonly string[];
  /** The columns that get other values, quoted where SQL needs it. */
  readonly columns: readonly string[];
  /** Column → SQL of its value in a copy that is added, from a row `o`. */
  readonly values: ReadonlyMap<string, string>;
}

/** SQL that makes a change, and gives the rows that it wrote as ids: `<before> > <after>` of those that were changed. */
export function statementOf({ kind, table: { table, only, copies }, rows, columns, values }: WorldChange): string {
  if (kind === 'removed')
    return `with w as (delete from ${only} t where ${isOneOf('t', rows)} returning ${rowId('t')} as id) ${GIVE}`;
  if (kind === 'added') {
    const copied = copiedColumns(table);
    return `with w as (
      insert into ${table.sql} as n (${copied.map(({ sql }) => sql).join(', ')}) overriding system value
      select ${copied.map(({ name, sql }) => values.get(name) ?? `o.${sql}`).join(', ')} from ${only} o where ${isOneOf('o', rows)}
      on conflict do nothing returning ${rowId('n')} as id), m as (insert into ${ADDED} select w.id from w) ${GIVE}`;
  }
  const sets = columns.map((sql) => `${sql} = v.${sql}`).join(', ');
  return `with w as (
      update ${only} t set ${sets} from ${copies[kind]} v where v.${ID} = ${rowId('t')} and ${isOneOf('t', rows)}
      returning v.${ID} || '>' || ${rowId('t')} as id) ${GIVE}`;
}

const GIVE = 'select array_agg(w.id) from w';
const ADDED = `${SCRATCH}.added`;

/** SQL that takes away copies that refer, by a reference that was given a fresh value, to a row that is not there. */
export function danglingOf({ table: { table, only }, values }: WorldChange): string[] {
  return table.foreignKeys
    .filter(({ columns }) => columns.some((name) => values.has(name)))
    .map(({ columns, referencedSql, referencedColumns }) => {
      const sqlOf = (name: string): string => table.columns.find((column) => column.name === name)?.sql ?? name;
      const own = columns.map((name) => `t.${sqlOf(name)}`);
      const same = own.map((sql, at) => `${sql} = p."${(referencedColumns[at] ?? '').replaceAll('"', '""')}"`);
      return `with w as (
        delete from ${only} t where ${rowId('t')} in (select id from ${ADDED})
           and ${own.map((sql) => `${sql} is not null`).join(' and ')} and not exists (select from ${referencedSql} p where ${same.join(' and ')})
        returning ${rowId('t')} as id) ${GIVE}`;
    });
}

/** Runs statements that give ids, of which a failure undoes nothing but itself. */
export const BUILD = `
create table ${ADDED} (id text not null);
create function ${SCRATCH}.build(statements text[]) returns table (ids text[], state text) language plpgsql as $build$
declare
  statement text;
begin
  foreach statement in array statements loop
    ids := null; state := null;
    begin
      execute statement into ids;
    exception when query_canceled or others then
      state := sqlstate;
    end;
    return next;
  end loop;
end
$build$;`;
