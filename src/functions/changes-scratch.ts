import type pg from 'pg';
import { askerSql, makeScratch, SCRATCH } from '../access/sets/scratch.ts';
import { isApplicationSchema } from '../catalog/scope.ts';

/** Sorts after the names that people give a trigger, so that it fires last. */
const TRIGGER = '"~rolecall"';

/** The longest text of a value of a changed row; a longer one is cut, with a hash of all of it. */
const LONGEST_VALUE = 300;

/** The longest text of a row of an answer, and the most rows of one whose rows are longer together. */
const LONGEST_ROW = 20_000;
const MOST_ROWS = 200;

const brief = (longest: number): string => `
  case when length(value) <= ${longest} then value else left(value, ${longest}) || '… md5 ' || md5(value) end`;

/**
 * `changes`: the rows that a statement changed, in whatever table, by itself or through triggers, cascades and functions;
 * triggers on every table write it, with the rights of the connection's own user. TRUNCATE counts as a deletion of every
 * row. `unwatched`: the tables on which that user may make no trigger; of those only counters tell that they were written.
 *
 * `touches()`: numbers that grow as the tables are read and written of which somebody wants to know that (countTouches); null
 * while nobody does.
 *
 * `call()`: runs statements as callers, each in a subtransaction that is rolled back, deferred constraints checked at its end,
 * and gives, up to one that the statement timeout stopped, the rows of each (as JSON: reading an array's text takes far longer) and of the cursors that it opened, what it changed,
 * the unwatched tables that it wrote, the places of the numbers of `touches()` that grew, and the settings by which callers
 * are told apart (`identity` of the first caller) that are other than the caller's after it. One that was stopped is `blamed`
 * for it when it took nearly all of the time of the exchange.
 */
const SETUP = `
create table ${SCRATCH}.changes (place int generated always as identity, relation oid, command text, was jsonb, now jsonb);
create table ${SCRATCH}.unwatched (relation oid);
grant select on ${SCRATCH}.changes, ${SCRATCH}.unwatched to public;

create function ${SCRATCH}.note_change() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $note$
begin
  if tg_op = 'TRUNCATE' then
    execute format('insert into ${SCRATCH}.changes (relation, command, was) select tableoid, ''delete'', to_jsonb(t) from %s t limit 1000', tg_relid::regclass);
  elsif tg_op = 'INSERT' then
    insert into ${SCRATCH}.changes (relation, command, now) values (tg_relid, 'insert', to_jsonb(new));
  elsif tg_op = 'DELETE' then
    insert into ${SCRATCH}.changes (relation, command, was) values (tg_relid, 'delete', to_jsonb(old));
  else
    insert into ${SCRATCH}.changes (relation, command, was, now) values (tg_relid, 'update', to_jsonb(old), to_jsonb(new));
  end if;
  return null;
end
$note$;

create function ${SCRATCH}.brief(value text) returns text language sql immutable as $$ select ${brief(LONGEST_ROW)} $$;

create function ${SCRATCH}.texts(given jsonb) returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select jsonb_object_agg(key, ${brief(LONGEST_VALUE)}) from jsonb_each_text(given)
$$;

create function ${SCRATCH}.written() returns jsonb language sql as $$
  select jsonb_object_agg(relation::text, pg_stat_get_xact_tuples_inserted(relation) + pg_stat_get_xact_tuples_updated(relation)
                                    + pg_stat_get_xact_tuples_deleted(relation)) from ${SCRATCH}.unwatched
$$;

create function ${SCRATCH}.touches() returns bigint[] language sql as $$ select null::bigint[] $$;

grant execute on all functions in schema ${SCRATCH} to public;
${askerSql(
  'call',
  {
    given: 'jsonb',
    count: 'bigint',
    changes: 'jsonb',
    unwatched: 'text[]',
    touched: 'int[]',
    became: 'text[]',
    blamed: 'boolean',
  },
  `began := clock_timestamp();
          if watches then before := coalesce(after, ${SCRATCH}.written()); end if;
          open_before := array(select name from pg_catalog.pg_cursors);
          rows := null;
          if asked.given ->> 'kind' = 'rows' then
            execute asked.given ->> 'sql' into rows;
            count := coalesce(cardinality(rows), 0);
          elsif asked.given ->> 'kind' = 'outputs' then
            execute asked.given ->> 'sql' into fetched;
            count := 1;
            rows := array[to_jsonb(fetched)::text];
          else
            execute asked.given ->> 'sql';
            get diagnostics count = row_count;
          end if;
          -- A cursor that is open now gives its rows to whoever asks.
          foreach opened in array array(select name from pg_catalog.pg_cursors where name <> all (open_before) order by creation_time, name) loop
            portal := opened;
            rows := array(select replace(t.text, opened, 'a cursor') from unnest(rows) t (text));
            for fetches in 1 .. ${MOST_ROWS} loop
              fetch portal into fetched;
              exit when not found;
              rows := rows || to_jsonb(fetched)::text;
              count := count + 1;
            end loop;
          end loop;
          if rows is not null then
            if pg_column_size(rows) > ${LONGEST_ROW} then
              rows := array(select ${SCRATCH}.brief(t.text) from unnest(rows[1:${MOST_ROWS}]) t (text));
            end if;
            given := to_jsonb(rows);
          end if;
          set constraints all immediate;
          became := array(select name from unnest(identity) name
            where coalesce(current_setting(name, true), '') <> coalesce(case name when 'role' then one.value ->> 'role' else one.value -> 'settings' ->> name end, ''));
          changes := (select jsonb_agg(jsonb_build_object('relation', c.relation::int8, 'command', c.command,
                                 'was', ${SCRATCH}.texts(c.was), 'now', ${SCRATCH}.texts(c.now)) order by c.place) from ${SCRATCH}.changes c);`,
  {
    before: 'jsonb',
    after: 'jsonb',
    rows: 'text[]',
    open_before: 'text[]',
    opened: 'text',
    portal: 'refcursor',
    fetched: 'record',
    watches: `boolean := exists (select from ${SCRATCH}.unwatched)`,
    known: `bigint[] := ${SCRATCH}.touches()`,
    grown: 'bigint[]',
    began: 'timestamptz',
    identity: `text[] := array(select jsonb_array_elements_text(callers -> 0 -> 'identity'))`,
  },
  // The counters only grow, also when a subtransaction is rolled back: those after a call are those before the next.
  `if watches then
          after := ${SCRATCH}.written();
          unwatched := array(select a.key::oid::regclass::text from jsonb_each(after) a where a.value <> before -> a.key);
        end if;
        if known is not null then
          grown := ${SCRATCH}.touches();
          touched := array(select place from generate_subscripts(known, 1) place where grown[place] <> known[place]);
          known := grown;
        end if;
        if state = '57014' then
          blamed := clock_timestamp() - began > 0.9 * (clock_timestamp() - statement_timestamp());
        end if;`,
  // The timer of a statement goes off once: what came after would have none.
  "exit when state = '57014';",
)}`;

const WATCH = `
do $watch$
declare
  watched record;
begin
  for watched in
    select c.oid, c.oid::regclass as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'f') and not c.relispartition and c.relpersistence <> 't'
       and ${isApplicationSchema('n.nspname')} and n.nspname <> '${SCRATCH}'
  loop
    begin
      execute format('create trigger ${TRIGGER} after insert or update or delete on %s for each row execute function ${SCRATCH}.note_change()', watched.name);
      execute format('alter table %s enable always trigger ${TRIGGER}', watched.name);
      execute format('create trigger ${TRIGGER.slice(0, -1)} truncate" before truncate on %s for each statement execute function ${SCRATCH}.note_change()', watched.name);
    exception when others then
      insert into ${SCRATCH}.unwatched values (watched.oid);
    end;
  end loop;
end
$watch$;`;

/** Makes the scratch schema in the open transaction, with what runs calls, once the world is there. */
export async function makeCallsScratch(client: pg.Client): Promise<void> {
  await makeScratch(client);
  await client.query(SETUP);
}

/** Has changes of rows noted from now on, in every table. What the connection's own user may not watch is left to counters. */
export async function watchChanges(client: pg.Client): Promise<void> {
  await client.query(WATCH);
}

/** Makes the scratch schema in the open transaction, and has changes of rows noted. */
export async function makeChangesScratch(client: pg.Client): Promise<void> {
  await makeCallsScratch(client);
  await watchChanges(client);
}

/** SQL of a question that gives the rows of a query as JSON texts. */
export const asRows = (query: string): string =>
  `select pg_catalog.array_agg(pg_catalog.to_jsonb(r)::pg_catalog.text) from (${query}) r`;

/** The same of a write with RETURNING. */
export const asWrittenRows = (write: string): string =>
  `with r as (${write}) select pg_catalog.array_agg(pg_catalog.to_jsonb(r)::pg_catalog.text) from r`;
