import type pg from 'pg';
import { quoteLiteral } from '../sql/quote.ts';
import { LOCK_TIMEOUT_MS, withLockTimeout } from './lock-timeout.ts';
import { quoteName, STATE_SCHEMA, tableIn } from './names.ts';
import type { OnlinePlan, TrackedColumn } from './settings.ts';

/** The prefix of the triggers' names, by which they are recognized. */
export const TRIGGER_PREFIX = 'rolecall_online';

/** A query of the statements that drop the triggers, as `sql`. */
export const DROP_TRIGGERS = `
  select format('drop trigger %I on %s', t.tgname, t.tgrelid::pg_catalog.regclass) as sql
  from pg_catalog.pg_trigger t where starts_with(t.tgname::text, '${TRIGGER_PREFIX}_')`;

/**
 * Records which units a statement changed: one insert a statement, in the transaction that changes them. It runs with the
 * rights of its owner, since the app's roles have none on this schema.
 */
const FUNCTION = `
create or replace function ${STATE_SCHEMA}.track_changes() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $track$
begin
  if tg_op = 'TRUNCATE' then
    raise exception '%.% is being moved while it is used, and a TRUNCATE would not be noticed', tg_table_schema, tg_table_name
      using hint = 'Use DELETE, or end the preparation first: rolecall online abort.';
  end if;
  execute format(
    case
      when tg_op <> 'UPDATE' then
        'insert into ${STATE_SCHEMA}.changes (unit, key) select distinct %1$L, %2$I::text from changed where %2$I is not null'
      when tg_argv[2] = 'key' then
        'insert into ${STATE_SCHEMA}.changes (unit, key) select distinct %1$L, key from ('
        '(select id, %2$I::text as key from changed except select id, %2$I::text from changed_to) union all '
        '(select id, %2$I::text as key from changed_to except select id, %2$I::text from changed)) k where key is not null'
      else
        'insert into ${STATE_SCHEMA}.changes (unit, key) select %1$L, key from ('
        'select %2$I::text as key from changed union select %2$I::text from changed_to) k where key is not null'
    end,
    tg_argv[0], tg_argv[1]
  );
  return null;
end;
$track$;
comment on function ${STATE_SCHEMA}.track_changes() is 'Trigger: records what changes while the tables are moved.';
revoke all on function ${STATE_SCHEMA}.track_changes() from public;`;

/** Creates the triggers, a transaction a table, so that no session waits for more than one of them. Does nothing the second time. */
export async function trackChanges(client: pg.Client, plan: OnlinePlan): Promise<void> {
  const { rows } = await client.query<{ tracking: boolean }>(`select tracking from ${STATE_SCHEMA}.state`);
  if (rows[0]?.tracking) return;
  await client.query(FUNCTION);
  for (const [table, tracked] of trackedTables(plan)) {
    if (await exists(client, table)) {
      const sql = triggersOf(table, tracked).join(';\n');
      await withLockTimeout(client, LOCK_TIMEOUT_MS.prepare, () => client.query(sql));
    }
  }
  // The lock that a trigger takes waits for every transaction that wrote the table before it.
  await client.query(`update ${STATE_SCHEMA}.state set tracking = true`);
}

/** Tables as SQL identifiers. */
function trackedTables({ schemas: [home], tables, read }: OnlinePlan): [string, readonly TrackedColumn[]][] {
  return [
    ...Object.entries(tables).map(([table, { tracked }]): [string, readonly TrackedColumn[]] => [
      tableIn(home, table),
      tracked,
    ]),
    ...Object.entries(read).map(([table, { tracked }]): [string, readonly TrackedColumn[]] => [
      quoteName(table),
      tracked,
    ]),
  ];
}

async function exists(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ is: boolean }>('select to_regclass($1) is not null as is', [table]);
  return rows[0]?.is === true;
}

function triggersOf(table: string, tracked: readonly TrackedColumn[]): string[] {
  const call = ({ unit, column, keyOnly }: TrackedColumn) =>
    `for each statement execute function ${STATE_SCHEMA}.track_changes(${quoteLiteral(unit)}, ${quoteLiteral(column)}${keyOnly ? ", 'key'" : ''})`;
  const create = `create or replace trigger ${TRIGGER_PREFIX}`;
  const lines = tracked.flatMap((column, index) => [
    `${create}_insert_${index} after insert on ${table} referencing new table as changed ${call(column)}`,
    `${create}_delete_${index} after delete on ${table} referencing old table as changed ${call(column)}`,
    `${create}_update_${index} after update on ${table} referencing old table as changed new table as changed_to ${call(column)}`,
  ]);
  const [first] = tracked;
  return first ? [...lines, `${create}_truncate before truncate on ${table} ${call(first)}`] : lines;
}
