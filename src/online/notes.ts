import type pg from 'pg';
import { BOOKS, splitName } from './names.ts';
import { patiently } from './patience.ts';
import type { Noted, OnlinePlan } from './plan.ts';

/** Marks the triggers, so that they are found again. */
export const TRIGGER = 'rolecall_note';

/**
 * Notes which units a statement changed: one insert a statement, in the transaction that changes them. With definer
 * rights, since whoever writes there has none here.
 */
const FUNCTION = `
create or replace function ${BOOKS}.note_changes() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $note$
begin
  if tg_op = 'TRUNCATE' then
    raise exception '%.% is being moved while it is used, and a TRUNCATE would not be noticed', tg_table_schema, tg_table_name
      using hint = 'Use DELETE, or end the preparation first: rolecall online abort.';
  end if;
  execute format(
    case
      when tg_op <> 'UPDATE' then
        'insert into ${BOOKS}.changes (unit, key) select distinct %1$L, %2$I::text from changed where %2$I is not null'
      when tg_argv[2] = 'key' then
        'insert into ${BOOKS}.changes (unit, key) select distinct %1$L, key from ('
        '(select id, %2$I::text as key from changed except select id, %2$I::text from changed_to) union all '
        '(select id, %2$I::text as key from changed_to except select id, %2$I::text from changed)) k where key is not null'
      else
        'insert into ${BOOKS}.changes (unit, key) select %1$L, key from ('
        'select %2$I::text as key from changed union select %2$I::text from changed_to) k where key is not null'
    end,
    tg_argv[0], tg_argv[1]
  );
  return null;
end;
$note$;
comment on function ${BOOKS}.note_changes() is 'Trigger: notes what changes while the tables are moved.';
revoke all on function ${BOOKS}.note_changes() from public;`;

/** Sets the triggers, a transaction a table, so that nobody waits for more than one of them. */
export async function noteChanges(client: pg.Client, plan: OnlinePlan, patience: number): Promise<void> {
  const { rows } = await client.query<{ noting: boolean }>(`select noting from ${BOOKS}.state`);
  if (rows[0]?.noting) return;
  await client.query(FUNCTION);
  for (const [table, noted] of notedTables(plan)) {
    if (await isThere(client, table)) {
      const sql = triggersOf(table, noted).join(';\n');
      await patiently(client, patience, () => client.query(sql));
    }
  }
  // Whoever writes at this moment in a transaction that began before a trigger did is waited for by the trigger's lock.
  await client.query(`update ${BOOKS}.state set noting = true`);
}

export function notedTables({ schemas: [home], tables, read }: OnlinePlan): [string, readonly Noted[]][] {
  return [
    ...Object.entries(tables).map(([table, { noted }]): [string, readonly Noted[]] => [`${home}.${table}`, noted]),
    ...Object.entries(read).map(([table, { noted }]): [string, readonly Noted[]] => [table, noted]),
  ];
}

async function isThere(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ is: boolean }>('select to_regclass($1) is not null as is', [table]);
  return rows[0]?.is === true;
}

function triggersOf(table: string, noted: readonly Noted[]): string[] {
  const call = ({ unit, column, keyOnly }: Noted) =>
    `for each statement execute function ${BOOKS}.note_changes('${unit}', '${column}'${keyOnly ? ", 'key'" : ''})`;
  const relation = splitName(table).join('.');
  const lines = noted.flatMap((note, index) => [
    `create or replace trigger ${TRIGGER}_insert_${index} after insert on ${relation} referencing new table as changed ${call(note)}`,
    `create or replace trigger ${TRIGGER}_delete_${index} after delete on ${relation} referencing old table as changed ${call(note)}`,
    `create or replace trigger ${TRIGGER}_update_${index} after update on ${relation} referencing old table as changed new table as changed_to ${call(note)}`,
  ]);
  const [first] = noted;
  return first
    ? [...lines, `create or replace trigger ${TRIGGER}_truncate before truncate on ${relation} ${call(first)}`]
    : lines;
}
