import type pg from 'pg';
import type { Relation } from '../../catalog/relations.ts';
import { quoteLiteral } from '../../sql/quote.ts';

/** The schema of what asking needs in the database; it is made in the proof's transaction and rolled back with it. */
export const SCRATCH = 'rolecall_scratch';

/** Sorts before every name that people give a trigger, so that it fires first. */
const TRIGGER = '"!rolecall"';

/** The setting that names the one row with which a write may go on. */
export const ONLY = 'rolecall.only';

/** SQL of the id of a row of `alias`: the oid of its table and its place there. It holds until the row is written. */
export const rowId = (alias: string): string => `${alias}.tableoid || ' ' || ${alias}.ctid`;

/** SQL that is true of the row `id` only. */
export function isRow(alias: string, id: string): string {
  const [table, place = ''] = id.split(' ');
  return `${alias}.tableoid = ${table} and ${alias}.ctid = ${quoteLiteral(place)}`;
}

/**
 * SQL that is true of these rows, and of those in other partitions that stand at the same place: the server goes to them
 * by their place instead of reading the table, and tells a policy's condition of no other row (tideq is leakproof).
 */
export function isAmong(alias: string, rows: readonly { readonly id: string }[]): string {
  const places = new Set(rows.map(({ id }) => id.slice(id.indexOf(' ') + 1)));
  return `${alias}.ctid = any (array[${[...places].map(quoteLiteral).join(', ')}]::tid[])`;
}

/**
 * SQL of a function of the scratch schema that runs questions as callers, each in a subtransaction that is rolled back, and
 * gives a row for each, with the error that it ended with (`broken` is the constraint that it names). A question may name the
 * places of those who are asked.
 * @param columns what each row has besides: name → type
 * @param run PL/pgSQL that runs `asked.given` and sets these columns
 * @param variables of that code: name → type
 * @param always PL/pgSQL that runs after each question, whether it failed or not, and sets further columns
 * @param then PL/pgSQL that runs after each question of a caller
 */
export function askerSql(
  name: string,
  columns: Readonly<Record<string, string>>,
  run: string,
  variables: Readonly<Record<string, string>> = {},
  always = '',
  then = '',
): string {
  const declared = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
  const reset = Object.keys(columns).map((column) => `${column} := null;`);
  return `
create function ${SCRATCH}.${name}(callers jsonb, questions jsonb)
returns table (caller int, question int, ${declared.join(', ')}, state text, message text, context text, detail text, hint text, broken text)
language plpgsql as $ask$
declare
  one record;
  asked record;
  setting record;
  ${Object.entries(variables)
    .map(([variable, type]) => `${variable} ${type};`)
    .join(' ')}
begin
  for one in select place, value from jsonb_array_elements(callers) with ordinality c (value, place) order by place loop
    begin
      for setting in select key, value from jsonb_each_text(one.value -> 'settings') loop
        perform set_config(setting.key, setting.value, true);
      end loop;
      perform set_config('role', one.value ->> 'role', true);
      caller := one.place;
      for asked in
        select place, value as given
          from jsonb_array_elements(questions) with ordinality q (value, place)
         where not value ? 'callers' or value -> 'callers' @> to_jsonb(one.place - 1)
         order by place
      loop
        question := asked.place;
        ${reset.join(' ')} state := null; message := null; context := null; detail := null; hint := null; broken := null;
        begin
          ${run}
          raise sqlstate 'RC000';
        exception
          when sqlstate 'RC000' then null;
          when query_canceled or others then
            get stacked diagnostics state = returned_sqlstate, message = message_text, context = pg_exception_context,
              detail = pg_exception_detail, hint = pg_exception_hint, broken = constraint_name;
        end;
        ${always}
        return next;
        ${then}
      end loop;
      raise sqlstate 'RC001';
    exception when sqlstate 'RC001' then null;
    end;
  end loop;
end
$ask$;`;
}

/**
 * `touched`: the rows that a write reached. `note()`, a BEFORE trigger, notes a row and stops there, unless it is the
 * one that the setting names. A row reaches it after the privileges and the USING conditions, and before other
 * triggers, WITH CHECK and constraints (ExecBRUpdateTriggers and ExecBRDeleteTriggers in
 * src/backend/commands/trigger.c, and their callers in src/backend/executor/nodeModifyTable.c). So one write without
 * WHERE says which rows it may touch, and nothing else can refuse it.
 *
 * `ask()`: runs statements as callers, each in a subtransaction that is rolled back, and gives what came of each.
 *
 * `place()`: runs statements that add or change one row each, as the connection's own user, and gives the row's id, or
 * the SQLSTATE with which it was refused, with the table and the constraint that the error names.
 */
const SETUP = `
create schema ${SCRATCH};
grant usage on schema ${SCRATCH} to public;
create table ${SCRATCH}.touched (relation oid not null, place tid not null);
grant select, insert, delete on ${SCRATCH}.touched to public;

create function ${SCRATCH}.note() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $note$
begin
  insert into ${SCRATCH}.touched (relation, place) values (tg_relid, old.ctid);
  if current_setting('${ONLY}', true) = tg_relid || ' ' || old.ctid then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  return null;
end
$note$;

create function ${SCRATCH}.place(statements text[], gives boolean) returns table (id text, state text, relation text, broken text) language plpgsql as $place$
declare
  statement text;
  home text;
begin
  foreach statement in array statements loop
    id := null; state := null; relation := null; broken := null;
    begin
      if gives then
        execute statement into id;
      else
        execute statement;
      end if;
    exception when query_canceled or others then
      get stacked diagnostics state = returned_sqlstate, home = schema_name, relation = table_name, broken = constraint_name;
      relation := home || '.' || relation;
    end;
    return next;
  end loop;
end
$place$;

${askerSql(
  'ask',
  { rows: 'text[]', count: 'bigint' },
  `perform set_config('${ONLY}', coalesce(asked.given ->> 'only', ''), true);
          if asked.given ->> 'kind' = 'read' then
            execute asked.given ->> 'sql' into rows;
          else
            execute asked.given ->> 'sql';
            get diagnostics count = row_count;
            rows := array(select relation || ' ' || place from ${SCRATCH}.touched);
            set constraints all immediate;
          end if;`,
)}`;

/** Makes the scratch schema in the open transaction. */
export async function makeScratch(client: pg.Client): Promise<void> {
  await client.query(SETUP);
}

/** SQL that has the writes of a table noted, and stopped. Row triggers of a partitioned table are its partitions' too. */
export const noteWrites = ({ sql }: Relation): string =>
  `create trigger ${TRIGGER} before update or delete on ${sql} for each row execute function ${SCRATCH}.note();`;
