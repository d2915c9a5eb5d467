import type pg from 'pg';
import { forEach } from '../access/attempt.ts';
import { SCRATCH } from '../access/sets/scratch.ts';
import type { Column } from '../catalog/columns.ts';
import type { Table } from '../catalog/table.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { candidatesFor, MODES, type Mode } from './candidates.ts';
import { isOneOf, type LocatedTable } from './rows.ts';
import { sharedReferences } from './shared.ts';

/** A table with what its rows would be with other values. */
export interface VariedTable extends LocatedTable {
  /** The columns whose values can be changed: they say neither which row it is, nor whose. */
  readonly free: readonly Column[];
  /** The copy that has the changed rows, for each mode. */
  readonly copies: Readonly<Record<Mode, string>>;
  /** Row → the columns that have another value in the copy. */
  readonly changed: Readonly<Record<Mode, ReadonlyMap<string, readonly string[]>>>;
}

/** The columns of a copy that say of which row it is, and what was changed in it. */
export const ID = '"!rolecall id"';
const DONE = '"!rolecall done"';

/** Of so many rows of a table, the youngest, other values are made. */
const MOST_VARIED = 40;

/** So many rows are tried one by one. */
const MOST_ALONE = 8;

/**
 * `vary()` gives each column of a copy's rows the first of its candidates that the checks of the table allow, and that is
 * another value: the first of each in all columns and rows at once, as most tables allow; of the columns that are left each by
 * itself, for all rows at once, or, where that fails, for each of the first rows alone. Columns that a check
 * allows to change together only are then tried in pairs.
 */
export const VARY = `
create function ${SCRATCH}.vary(copy text, columns jsonb, pairs jsonb) returns void language plpgsql as $vary$
declare
  one record;
  candidate text;
  assignment text;
  undone text;
  place tid;
  tried int;
  complete text[];
begin
  select string_agg(format('%s = %s', c ->> 'sql', c -> 'candidates' ->> 0), ', '),
         string_agg(format('case when (%s)::text is distinct from s.%s::text then %L end', c -> 'candidates' ->> 0, c ->> 'sql', c ->> 'sql'), ', ')
    into assignment, undone from jsonb_array_elements(columns) c where jsonb_array_length(c -> 'candidates') > 0;
  if assignment is not null then
    begin
      execute format('update %s s set %s, ${DONE} = array_remove(array[%s]::text[], null)', copy, assignment, undone);
    exception when others then null;
    end;
  end if;
  execute format('select array(select c ->> ''sql'' from jsonb_array_elements($1) c where not exists (select from %s s where not c ->> ''sql'' = any (s.${DONE})))', copy)
    into complete using columns;
  for one in select c ->> 'sql' as sql, c -> 'candidates' as candidates from jsonb_array_elements(columns) c loop
    continue when one.sql = any (complete);
    undone := format('not %L = any (s.${DONE})', one.sql);
    for candidate in select jsonb_array_elements_text(one.candidates) loop
      assignment := format('update %s s set %s = %s, ${DONE} = s.${DONE} || %L::text where %s and (%s)::text is distinct from s.%2$s::text', copy, one.sql, candidate, one.sql, undone, candidate);
      begin
        execute assignment;
      exception when others then
        for place in execute format('select s.ctid from %s s where %s limit ${MOST_ALONE}', copy, undone) loop
          begin
            execute format('%s and s.ctid = %L', assignment, place);
          exception when others then null;
          end;
        end loop;
      end;
      execute format('select count(*) from (select from %s s where %s limit 1) u', copy, undone) into tried;
      exit when tried = 0;
    end loop;
  end loop;
  for one in select p ->> 'first' as first, p ->> 'second' as second, p -> 'assignments' as assignments from jsonb_array_elements(pairs) p loop
    for place in execute format('select s.ctid from %s s where not %L = any (s.${DONE}) limit ${MOST_ALONE}', copy, one.first) loop
      for assignment, candidate in select a ->> 'sets', a ->> 'value' from jsonb_array_elements(one.assignments) a loop
        begin
          execute format('update %s s set %s, ${DONE} = s.${DONE} || array[%L, %L] where s.ctid = %L and (%s)::text is distinct from s.%s::text', copy, assignment, one.first, one.second, place, candidate, one.first);
          get diagnostics tried = row_count;
          exit when tried > 0;
        exception when others then null;
        end;
      end loop;
    end loop;
  end loop;
end
$vary$;`;

/**
 * Makes copies of the tables' rows with other values, as the connection's own user. No constraint but checks is on them.
 * @param isRead whether some answer depends on a table: of others nothing is changed
 */
export async function varied(
  client: pg.Client,
  tables: readonly LocatedTable[],
  ownersIn: (table: string) => ReadonlySet<string>,
  isRead: (table: string) => boolean,
): Promise<VariedTable[]> {
  const all = tables.filter(({ rows }) => rows.length > 0);
  return forEach(client, [...all.entries()], async ([number, stored]) =>
    isRead(stored.table.id)
      ? varyTable(client, stored, tables, ownersIn, number)
      : { ...stored, free: [], copies: { other: '', empty: '' }, changed: { other: new Map(), empty: new Map() } },
  );
}

async function varyTable(
  client: pg.Client,
  stored: LocatedTable,
  tables: readonly LocatedTable[],
  ownersIn: (table: string) => ReadonlySet<string>,
  number: number,
): Promise<VariedTable> {
  const { table } = stored;
  const rows = stored.rows.slice(0, MOST_VARIED);
  const shared = sharedReferences(
    table,
    tables.map((one) => one.table),
    ownersIn,
  );
  const free = freeColumns(table, tables, ownersIn(table.id), shared);
  const written = table.columns.filter(({ generation }) => !generation).map(({ sql }) => sql);
  const copies = { other: `${SCRATCH}.other_${number}`, empty: `${SCRATCH}.empty_${number}` };
  const changed: Record<Mode, ReadonlyMap<string, readonly string[]>> = { other: new Map(), empty: new Map() };
  for (const mode of MODES) {
    const copy = copies[mode];
    const columns = free.map((column) => ({
      sql: column.sql,
      candidates: referring(column, shared, mode) ?? candidatesFor(table, column, mode),
    }));
    await client.query(`create table ${copy} (like ${table.sql} including constraints including generated, ${ID} text, ${DONE} text[] not null default '{}');
      insert into ${copy} (${[...written, ID].join(', ')}) select ${written.map((sql) => `t.${sql}`).join(', ')}, t.tableoid || ' ' || t.ctid
        from ${stored.only} t where ${isOneOf(
          't',
          rows.map(({ id }) => id),
        )};
      select ${SCRATCH}.vary(${quoteLiteral(copy)}, ${quoteLiteral(JSON.stringify(columns))}, ${quoteLiteral(JSON.stringify(pairsOf(table, columns)))});`);
    const { rows: done } = await client.query<{ id: string; done: string[] }>(
      `select ${ID} as id, ${DONE} as done from ${copy}`,
    );
    changed[mode] = new Map(done.map((row) => [row.id, row.done]));
  }
  return { ...stored, free, copies, changed };
}

/** The values of a column that refers to rows that belong to nobody. */
function referring({ name, notNull }: Column, shared: ReadonlyMap<string, string>, mode: Mode): string[] | undefined {
  const other = shared.get(name);
  if (!other) return undefined;
  return mode === 'empty' && !notNull ? ['null', other] : [other];
}

/** The columns that are no keys, are referred to by nothing, refer at most to what is nobody's, and say not whose the row is. */
function freeColumns(
  table: Table,
  tables: readonly LocatedTable[],
  owners: ReadonlySet<string>,
  shared: ReadonlyMap<string, string>,
): Column[] {
  const bound = new Set([
    ...table.primaryKey,
    ...owners,
    ...table.foreignKeys.flatMap(({ columns }) => columns).filter((name) => !shared.has(name)),
    ...tables.flatMap(({ table: other }) =>
      other.foreignKeys.filter((key) => key.referencedSql === table.sql).flatMap((key) => key.referencedColumns),
    ),
  ]);
  return table.columns.filter(({ name, generated, generation }) => !generated && !generation && !bound.has(name));
}

interface Candidates {
  readonly sql: string;
  readonly candidates: readonly string[];
}

interface Pair {
  readonly first: string;
  readonly second: string;
  readonly assignments: readonly { readonly sets: string; readonly value: string }[];
}

/** The pairs of columns that one check speaks of, with the values that both could take together. */
function pairsOf({ checks }: Table, columns: readonly Candidates[]): Pair[] {
  const byName = new Map(columns.map((column) => [column.sql, column]));
  return checks.flatMap(({ columns: names }) => {
    const own = names.flatMap((name) => byName.get(quoteIdentifier(name)) ?? byName.get(name) ?? []);
    return own.flatMap((first) =>
      own.flatMap((second) => {
        if (first === second) return [];
        const assignments = first.candidates.slice(0, MOST_PAIRED).flatMap((value) =>
          ['null', ...second.candidates.slice(0, 2)].map((other) => ({
            sets: `${first.sql} = ${value}, ${second.sql} = ${other}`,
            value,
          })),
        );
        return [{ first: first.sql, second: second.sql, assignments }];
      }),
    );
  });
}

const MOST_PAIRED = 5;
