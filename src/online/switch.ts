import type pg from 'pg';
import type { CommittedMigration } from '../migrations/committed.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { CHANGES_PER_BATCH, catchUp } from './backfill.ts';
import type { CarrySession } from './carry-session.ts';
import { DROP_TRIGGERS } from './change-tracking.ts';
import { lockAll, withLockTimeout } from './lock-timeout.ts';
import { FULL, preparedSchema, preparedTable, quoteName, SCOPED, STATE_SCHEMA } from './names.ts';
import { keepRowCounts, readRowCounts } from './row-counts.ts';
import type { MoveSections } from './sections.ts';
import type { OnlinePlan } from './settings.ts';
import { SWITCHING } from './state.ts';
import { recount } from './validate.ts';
import { liveTables, stopWriters, WRITERS_LOCK_MS } from './writers.ts';

/** As long as WRITERS_LOCK_MS for writers, for the locks that stop readers, in ms. */
const READERS_LOCK_MS = 80;

/** How long the switch kept writers and readers waiting, in ms: from the first lock to the commit. */
export interface SwitchTimes {
  readonly writers: number;
  readonly readers: number;
}

/**
 * The switch, in one transaction: writers are stopped, the last changes are carried, the prepared tables replace
 * the old ones, and the committed migrations run without anything left to create. Readers are stopped only at the end.
 * @throws the server's error when the tables are too busy, with nothing changed
 */
export async function switchOver(
  client: pg.Client,
  plan: OnlinePlan,
  session: CarrySession,
  migrations: readonly CommittedMigration[],
  sections: MoveSections,
  tell: (what: string) => void,
): Promise<SwitchTimes> {
  tell('Vacuum, analyze and count');
  for (const { table } of plan.targets) await client.query(`vacuum (analyze) ${preparedTable(table)}`);
  await keepRowCounts(client, plan, WRITERS_LOCK_MS);
  const live = await liveTables(client, plan);
  const read = Object.keys(plan.read).map(quoteName);
  const { before, move, after } = aroundMove(migrations, sections);
  tell('Stop writers, carry the last changes, and replace the old tables');
  const began = await withLockTimeout(
    client,
    WRITERS_LOCK_MS,
    async () => {
      const writers = performance.now();
      // The bodies of functions were checked when they were created for the first time, from the same text.
      await client.query(`${SWITCHING}; set local check_function_bodies = off`);
      await stopWriters(client, plan, live);
      for (;;) if ((await session.carryChanges(CHANGES_PER_BATCH)) === 0) break;
      await session.tidy();
      await client.query('set local enable_seqscan = on');
      await recount(client, plan);
      const enterSums = await sumsOf(client, plan);
      await client.query(releaseSchemas(plan));
      for (const sql of before) await client.query(sql);
      const readers = performance.now();
      await lockAll(client, [...live, ...read], 'access exclusive', READERS_LOCK_MS);
      await dropTriggers(client);
      await client.query(move);
      await client.query(`${putInPlace(plan)}; ${enterSums}`);
      for (const sql of after) await client.query(sql);
      await client.query(
        `${recordMigrations(migrations)}; drop schema ${quoteIdentifier(preparedSchema(plan.schemas[0]))}`,
      );
      return { writers, readers };
    },
    (tried) => {
      if (tried > 1) tell(`The tables were in use: attempt ${tried}`);
      return catchUp(client, session);
    },
  );
  const done = performance.now();
  return { writers: done - began.writers, readers: done - began.readers };
}

/** SQL that replaces the migrations' own row counts with the counted ones, after they have recorded the moved tables. */
async function sumsOf(client: pg.Client, plan: OnlinePlan): Promise<string> {
  const { rows } = await client.query<{ table: string; aside: string }>(
    `select source_table as table, count(*)::text as aside from ${preparedTable(plan.quarantine)} group by source_table`,
  );
  const setAside = new Map(rows.map(({ table, aside }) => [table, Number(aside)]));
  const lines = (await readRowCounts(client, plan)).map(({ table, before, carried }) => {
    const aside = setAside.get(`${plan.legacy}.${table}`) ?? 0;
    return `(${quoteLiteral(table)}, ${before}, ${carried ?? before - aside}, ${aside})`;
  });
  return `update ${quoteName(plan.moves)} moves
    set moved_at = ${STATE_SCHEMA}.moment(), rows_in = s.rows_in, rows_carried = s.carried, rows_quarantined = s.aside
    from (values ${lines.join(', ')}) s (table_name, rows_in, carried, aside)
    where moves.table_name = s.table_name`;
}

/** SQL that renames the prepared schemas except the first, without recorded moves, and drops the schemas used for carrying. */
function releaseSchemas({ moves, targets, schemas: [, ...others] }: OnlinePlan): string {
  const renames = others.map(
    (schema) => `
      if to_regnamespace(${quoteLiteral(quoteIdentifier(preparedSchema(schema)))}) is not null then
        alter schema ${quoteIdentifier(preparedSchema(schema))} rename to ${quoteIdentifier(schema)};
      end if;`,
  );
  return [
    `delete from ${preparedTable(moves)}`,
    `drop schema ${SCOPED}, ${FULL} cascade`,
    ...targets.map(({ table }) => `alter table ${preparedTable(table)} enable trigger user`),
    `do $schemas$ begin ${renames.join('')} end $schemas$`,
  ].join(';\n');
}

async function dropTriggers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(DROP_TRIGGERS);
  if (rows.length > 0) await client.query(rows.map(({ sql }) => sql).join(';\n'));
}

/** The migrations up to the section that moves the old tables, that section, and what comes after it. */
function aroundMove(migrations: readonly CommittedMigration[], { move: { migration, section } }: MoveSections) {
  const at = migrations.indexOf(migration);
  const sql = migrations.map((each) => each.sql);
  return {
    before: [...sql.slice(0, at), migration.sql.slice(0, section.start)],
    move: section.text,
    after: [migration.sql.slice(section.end), ...sql.slice(at + 1)],
  };
}

/** SQL that records the migrations as graphile-migrate does when they have run. */
function recordMigrations(migrations: readonly CommittedMigration[]): string {
  const lines = migrations.map(
    ({ hash, previous, name }) =>
      `(${quoteLiteral(hash)}, ${previous === null ? 'null' : quoteLiteral(previous)}, ${quoteLiteral(name)})`,
  );
  return `insert into graphile_migrate.migrations (hash, previous_hash, filename) values ${lines.join(', ')} on conflict do nothing`;
}

/** SQL that moves everything prepared to the schema where the old tables were: types, relations and functions, in that order. */
function putInPlace({ schemas: [home] }: OnlinePlan): string {
  const from = `(select oid from pg_catalog.pg_namespace where nspname = ${quoteLiteral(preparedSchema(home))})`;
  const to = quoteLiteral(home);
  return `
    do $place$
    declare
      step record;
    begin
      for step in
        select 'type' as kind, t.oid
        from pg_catalog.pg_type t where t.typnamespace = ${from} and t.typtype in ('e', 'd', 'r')
        union all
        select 'table', c.oid
        from pg_catalog.pg_class c where c.relnamespace = ${from} and c.relkind in ('r', 'p', 'v', 'm', 'f')
        union all
        select 'sequence', c.oid
        from pg_catalog.pg_class c
        where c.relnamespace = ${from} and c.relkind = 'S'
          and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i'))
        union all
        select 'routine', p.oid
        from pg_catalog.pg_proc p where p.pronamespace = ${from}
      loop
        -- Named only now: the name of a function has the names of types that moved before it.
        execute format(
          'alter %s %s set schema %I',
          step.kind,
          case step.kind
            when 'type' then step.oid::regtype::text
            when 'routine' then step.oid::regprocedure::text
            else step.oid::regclass::text
          end,
          ${to}
        );
      end loop;
    end
    $place$`;
}
