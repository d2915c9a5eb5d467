import type pg from 'pg';
import { BOOKS, FULL } from './names.ts';
import { TRIGGER } from './notes.ts';
import { patiently } from './patience.ts';
import type { OnlinePlan } from './plan.ts';
import { inOneState } from './workshop.ts';

/** Rows that came to be and that went, a line a statement; the lines of a table add up to the rows that it has. */
const FUNCTION = `
create table if not exists ${BOOKS}.tallies (relation text not null, rows bigint not null);
create or replace function ${BOOKS}.tally_rows() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $tally$
begin
  insert into ${BOOKS}.tallies (relation, rows)
  select tg_argv[0], count(*) * case tg_op when 'INSERT' then 1 else -1 end from changed;
  return null;
end;
$tally$;
comment on function ${BOOKS}.tally_rows() is 'Trigger: keeps count of the rows of a table that is moved.';
revoke all on function ${BOOKS}.tally_rows() from public;`;

/** How many rows an old table has, and the new one that holds what was carried of it; undefined where that can't be told. */
export interface Tally {
  readonly table: string;
  readonly before: number;
  readonly carried?: number;
}

/**
 * Counts the rows of old and new tables, once and while they are in use, and has each statement keep the counts from then
 * on: large tables take long to count, and the switch has no time for it.
 */
export async function beginTallies(client: pg.Client, plan: OnlinePlan, patience: number): Promise<void> {
  await client.query(FUNCTION);
  const counted = relationsOf(plan);
  for (const { tallied, relation } of counted) {
    const sql = triggersOf(tallied, relation);
    await patiently(client, patience, () => client.query(sql));
  }
  // What was noted up to this state is among the rows that are counted in it.
  await inOneState(client, async () => {
    await client.query(`delete from ${BOOKS}.tallies`);
    for (const { shown, relation } of counted)
      await client.query(`insert into ${BOOKS}.tallies (relation, rows) select $1, count(*) from ${shown}`, [relation]);
  });
}

/** What was counted, as it is now. Writers are to be stopped, or it is of the past already. */
export async function talliesOf(client: pg.Client, plan: OnlinePlan): Promise<Tally[]> {
  const { rows } = await client.query<{ relation: string; rows: string }>(
    `select relation, sum(rows)::text as rows from ${BOOKS}.tallies group by relation`,
  );
  const counted = new Map(rows.map((row) => [row.relation, Number(row.rows)]));
  return Object.keys(plan.tables).map((table) => {
    const carried = counted.get(`new ${table}`);
    return { table, before: counted.get(`old ${table}`) ?? 0, ...(carried === undefined ? {} : { carried }) };
  });
}

/** The old tables as they are seen, and the new ones that hold a row for each that was carried. */
function relationsOf({ schemas: [home], tables, targets }: OnlinePlan) {
  const old = Object.keys(tables).map((table) => ({
    relation: `old ${table}`,
    tallied: `${home}.${table}`,
    shown: `${FULL}.${table}`,
  }));
  const carried = targets.filter(({ table, natural }) => !natural && table.slice(home.length + 1) in tables);
  return [
    ...old,
    ...carried.map(({ table }) => ({
      relation: `new ${table.slice(home.length + 1)}`,
      tallied: `prepared_${table}`,
      shown: `prepared_${table}`,
    })),
  ];
}

function triggersOf(table: string, relation: string): string {
  const trigger = (event: string, transition: string): string =>
    `create or replace trigger ${TRIGGER}_tally_${event} after ${event} on ${table} referencing ${transition} table as changed
       for each statement execute function ${BOOKS}.tally_rows('${relation}');`;
  // Not every database has every table.
  return `
    do $tally$
    begin
      if to_regclass('${table}') is not null then
        ${trigger('insert', 'new')}
        ${trigger('delete', 'old')}
      end if;
    end
    $tally$`;
}
