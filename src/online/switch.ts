import pg from 'pg';
import { catchUp, NOTES } from './backfill.ts';
import type { CommittedMigration } from './migrations.ts';
import { BOOKS, FULL, PART, splitName, waiting } from './names.ts';
import { TRIGGER } from './notes.ts';
import { lockAll, patiently } from './patience.ts';
import type { OnlinePlan } from './plan.ts';
import { beginTallies, talliesOf } from './tallies.ts';
import { settle } from './validate.ts';
import type { Workshop } from './workshop.ts';
import { liveTables, stopWriters, WRITERS } from './writers.ts';

/** As long as WRITERS for writers, for the locks that stop readers, in ms. */
const READERS = 80;

/** How long the switch kept whom waiting, in ms: from the first lock to the commit. */
export interface Switched {
  readonly writers: number;
  readonly readers: number;
}

/**
 * The switch, in one transaction: writers are stopped, what is left to carry is carried, the old tables move away and the
 * waiting ones come into their place, and the committed migrations run and find all of it there. Readers are stopped for
 * the last part only. @throws the server's error when the tables are too busy, with nothing changed
 */
export async function switchOver(
  client: pg.Client,
  plan: OnlinePlan,
  shop: Workshop,
  migrations: readonly CommittedMigration[],
  tell: (what: string) => void,
): Promise<Switched> {
  tell('Vacuum, analyze and count');
  for (const { table } of plan.targets) await client.query(`vacuum (analyze) ${`prepared_${table}`}`);
  await beginTallies(client, plan, WRITERS);
  const live = await liveTables(client, plan);
  const read = Object.keys(plan.read);
  tell('Stop writers, carry what is left, and put the new tables in place');
  const began = await patiently(
    client,
    WRITERS,
    async () => {
      const writers = performance.now();
      // Functions were looked at when they were made for the first time, from the same text.
      await client.query("set local prepared.switching = 'on'; set local check_function_bodies = off");
      await stopWriters(client, plan, live);
      for (;;) if ((await shop.carryNoted(NOTES)) === 0) break;
      await shop.tidy();
      await client.query('set local enable_seqscan = on');
      await settle(client, plan);
      const moved = await sums(client, plan);
      await client.query(takePlace(plan));
      const sections = migrations.map((migration) => around(migration.sql, plan.moved));
      const first = sections.findIndex(({ after }) => after !== undefined);
      for (const { before } of sections.slice(0, first + 1)) await client.query(before);
      const readers = performance.now();
      await lockAll(client, [...live, ...read], 'access exclusive', READERS);
      await client.query(STOP_NOTING);
      await client.query(sections[first]?.move ?? '');
      await client.query(`${comeIntoPlace(plan)}; ${moved}`);
      await client.query(sections[first]?.after ?? '');
      for (const { before } of sections.slice(first + 1)) await client.query(before);
      await client.query(`${recorded(migrations)}; drop schema ${waiting(plan.schemas[0])}`);
      return { writers, readers };
    },
    (tried) => {
      if (tried > 1) tell(`The tables were in use: try ${tried}`);
      return catchUp(client, shop);
    },
  );
  const done = performance.now();
  return { writers: done - began.writers, readers: done - began.readers };
}

/** What the migrations will find in the place of their own sums, once the moved tables are noted there. */
async function sums(client: pg.Client, plan: OnlinePlan): Promise<string> {
  const [schema, name] = splitName(plan.quarantine);
  const { rows } = await client.query<{ table: string; aside: string }>(
    `select source_table as table, count(*)::text as aside from ${waiting(schema)}.${name} group by source_table`,
  );
  const setAside = new Map(rows.map(({ table, aside }) => [table, Number(aside)]));
  const lines = (await talliesOf(client, plan)).map(({ table, before, carried }) => {
    const aside = setAside.get(`${plan.legacy}.${table}`) ?? 0;
    return `('${table}', ${before}, ${carried ?? before - aside}, ${aside})`;
  });
  return `update ${plan.moves} moves
    set moved_at = ${BOOKS}.moment(), rows_in = s.rows_in, rows_carried = s.carried, rows_quarantined = s.aside
    from (values ${lines.join(', ')}) s (table_name, rows_in, carried, aside)
    where moves.table_name = s.table_name`;
}

/** The schemas that nobody else has come into place, without any notes of moves, and what served the carrying goes. */
function takePlace(plan: OnlinePlan): string {
  const [moves, table] = splitName(plan.moves);
  return [
    `delete from ${waiting(moves)}.${table}`,
    `drop schema ${PART}, ${FULL} cascade`,
    ...plan.targets.map((target) => `alter table prepared_${target.table} enable trigger user`),
    `do $schemas$
     declare
       made text;
     begin
       foreach made in array array[${plan.schemas
         .slice(1)
         .map((schema) => `'${schema}'`)
         .join(', ')}]
       loop
         if to_regnamespace('prepared_' || made) is not null then
           execute format('alter schema %I rename to %I', 'prepared_' || made, made);
         end if;
       end loop;
     end
     $schemas$`,
  ].join(';\n');
}

const STOP_NOTING = `
  do $noting$
  declare
    command text;
  begin
    for command in
      select format('drop trigger %I on %s', tgname, tgrelid::regclass) from pg_catalog.pg_trigger where tgname like '${TRIGGER}\\_%'
    loop
      execute command;
    end loop;
  end
  $noting$`;

interface Sections {
  readonly before: string;
  readonly move?: string;
  readonly after?: string;
}

/** What comes before the statement that moves the old tables, that statement, and what comes after it. */
function around(sql: string, end: string): Sections {
  const at = sql.indexOf(end);
  if (at < 0) return { before: sql };
  const tag = end.trim().slice(0, -1);
  const from = sql.indexOf(`do ${tag}`);
  return { before: sql.slice(0, from), move: sql.slice(from, at + end.length), after: sql.slice(at + end.length) };
}

/** As graphile-migrate notes that a migration has run. */
function recorded(migrations: readonly CommittedMigration[]): string {
  const lines = migrations.map(
    ({ hash, previous, name }) =>
      `(${pg.escapeLiteral(hash)}, ${previous === null ? 'null' : pg.escapeLiteral(previous)}, ${pg.escapeLiteral(name)})`,
  );
  return `insert into graphile_migrate.migrations (hash, previous_hash, filename) values ${lines.join(', ')} on conflict do nothing`;
}

/** Everything that waits for the schema where the old tables were: types, relations and functions, in that order. */
function comeIntoPlace({ schemas: [home] }: OnlinePlan): string {
  const from = `'${waiting(home)}'::regnamespace`;
  return `
    do $place$
    declare
      command text;
    begin
      for command in
        select format('alter type %s set schema ${home}', t.oid::regtype)
        from pg_catalog.pg_type t where t.typnamespace = ${from} and t.typtype in ('e', 'd', 'r')
        union all
        select format('alter table %s set schema ${home}', c.oid::regclass)
        from pg_catalog.pg_class c where c.relnamespace = ${from} and c.relkind in ('r', 'p', 'v', 'm', 'f')
        union all
        select format('alter sequence %s set schema ${home}', c.oid::regclass)
        from pg_catalog.pg_class c
        where c.relnamespace = ${from} and c.relkind = 'S'
          and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i'))
        union all
        select format('alter routine %s set schema ${home}', p.oid::regprocedure)
        from pg_catalog.pg_proc p where p.pronamespace = ${from}
      loop
        execute command;
      end loop;
    end
    $place$`;
}
