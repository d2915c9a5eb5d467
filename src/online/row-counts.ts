import type pg from 'pg';
import { quoteLiteral } from '../sql/quote.ts';
import { inOneState } from './carry-session.ts';
import { TRIGGER_PREFIX } from './change-tracking.ts';
import { withLockTimeout } from './lock-timeout.ts';
import { FULL, preparedTable, STATE_SCHEMA, splitName, tableIn } from './names.ts';
import type { OnlinePlan } from './settings.ts';

/** Rows that were inserted and deleted, a line a statement; the lines of a table add up to the rows that it has. */
const FUNCTION = `
create table if not exists ${STATE_SCHEMA}.row_counts (relation text not null, rows bigint not null);
create or replace function ${STATE_SCHEMA}.count_rows() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $count$
begin
  insert into ${STATE_SCHEMA}.row_counts (relation, rows)
  select tg_argv[0], count(*) * case tg_op when 'INSERT' then 1 else -1 end from changed;
  return null;
end;
$count$;
comment on function ${STATE_SCHEMA}.count_rows() is 'Trigger: keeps count of the rows of a table that is moved.';
revoke all on function ${STATE_SCHEMA}.count_rows() from public;`;

/** How many rows an old table has, and the new one that holds what was carried of it; undefined where that can't be told. */
export interface TableCounts {
  readonly table: string;
  readonly before: number;
  readonly carried?: number;
}

/**
 * Counts the rows of old and new tables, once and while they are in use, and has each statement keep the counts from then
 * on: large tables take long to count, and the switch has no time for it.
 * @param lockTimeout how long the lock that a trigger takes is waited for, in ms
 */
export async function keepRowCounts(client: pg.Client, plan: OnlinePlan, lockTimeout: number): Promise<void> {
  await client.query(FUNCTION);
  const counted = relationsOf(plan);
  for (const relation of counted) await withLockTimeout(client, lockTimeout, () => client.query(triggersOf(relation)));
  // What the triggers recorded up to this state is among the rows that are counted in it.
  await inOneState(client, async () => {
    await client.query(`delete from ${STATE_SCHEMA}.row_counts`);
    for (const { shown, relation } of counted)
      await client.query(`insert into ${STATE_SCHEMA}.row_counts (relation, rows) select $1, count(*) from ${shown}`, [
        relation,
      ]);
  });
}

/** The counts as they are now. Writers have to be stopped, or they are of the past already. */
export async function readRowCounts(client: pg.Client, plan: OnlinePlan): Promise<TableCounts[]> {
  const { rows } = await client.query<{ relation: string; rows: string }>(
    `select relation, sum(rows)::text as rows from ${STATE_SCHEMA}.row_counts group by relation`,
  );
  const counted = new Map(rows.map((row) => [row.relation, Number(row.rows)]));
  return Object.keys(plan.tables).map((table) => {
    const carried = counted.get(`new ${table}`);
    return { table, before: counted.get(`old ${table}`) ?? 0, ...(carried === undefined ? {} : { carried }) };
  });
}

interface CountedRelation {
  readonly relation: string;
  /** SQL identifiers: the table that gets the triggers, and the relation whose rows are counted at the start. */
  readonly table: string;
  readonly shown: string;
}

/** The old tables as they are seen, and the new ones that hold a row for each that was carried. */
function relationsOf({ schemas: [home], tables, targets }: OnlinePlan): CountedRelation[] {
  const old = Object.keys(tables).map((table) => ({
    relation: `old ${table}`,
    table: tableIn(home, table),
    shown: tableIn(FULL, table),
  }));
  const carried = targets.flatMap(({ table: name, naturalKey }) => {
    const [schema, table] = splitName(name);
    const prepared = preparedTable(name);
    return schema === home && table in tables && !naturalKey
      ? [{ relation: `new ${table}`, table: prepared, shown: prepared }]
      : [];
  });
  return [...old, ...carried];
}

function triggersOf({ table, relation }: CountedRelation): string {
  const trigger = (event: string, transition: string): string =>
    `create or replace trigger ${TRIGGER_PREFIX}_count_${event} after ${event} on ${table} referencing ${transition} table as changed
       for each statement execute function ${STATE_SCHEMA}.count_rows(${quoteLiteral(relation)});`;
  // Not every database has every table.
  return `
    do $count$
    begin
      if to_regclass(${quoteLiteral(table)}) is not null then
        ${trigger('insert', 'new')}
        ${trigger('delete', 'old')}
      end if;
    end
    $count$`;
}
