import type pg from 'pg';
import { DatabaseError } from '../database/error.ts';
import { withoutCarrying } from './carry.ts';
import { LATE_INDEXES, putOffIndexes } from './indexes.ts';
import type { CommittedMigration } from './migrations.ts';
import { BOOKS, waiting } from './names.ts';
import { noteChanges } from './notes.ts';
import { makeParts } from './parts.ts';
import { patiently } from './patience.ts';
import type { OnlinePlan } from './plan.ts';

/** How long whoever writes may wait for one of the locks that preparing takes, in ms. */
const PATIENCE = 400;

/** The bookkeeping: what is under way, what changed meanwhile, and the units in hand. */
const BOOKKEEPING = `
  create schema ${BOOKS};
  comment on schema ${BOOKS} is 'A migration that is being prepared while the database is in use. rolecall online abort removes it.';
  create table ${BOOKS}.state (
    began_at timestamptz not null default now(),
    made_by text not null default '',
    noting boolean not null default false,
    validated_at timestamptz
  );
  insert into ${BOOKS}.state default values;
  create table ${BOOKS}.positions (unit text primary key, position text not null default '', done boolean not null default false, carried bigint not null default 0);
  create table ${BOOKS}.changes (seq bigint generated always as identity primary key, unit text not null, key text not null);
  create unlogged table ${BOOKS}.in_hand (unit text not null, key text not null, primary key (unit, key));
  ${LATE_INDEXES}

  create function ${BOOKS}.keys(of text) returns text[] language sql stable set search_path = pg_catalog, pg_temp
  as $$ select coalesce(array_agg(key order by key), '{}') from ${BOOKS}.in_hand where unit = of $$;
  create function ${BOOKS}.uuids(of text) returns uuid[] language sql stable set search_path = pg_catalog, pg_temp
  as $$ select coalesce(array_agg(key::uuid), '{}') from ${BOOKS}.in_hand where unit = of $$;
  create function ${BOOKS}.moment() returns timestamptz language sql stable set search_path = pg_catalog, pg_temp
  as $$ select began_at from ${BOOKS}.state $$;
  create function ${BOOKS}.move_in() returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
  begin
    if current_setting('prepared.switching', true) is distinct from 'on' then
      raise exception 'this database is being prepared to move while it is used'
        using hint = 'Go on with rolecall online switch; or end the preparation with rolecall online abort, and migrate then.';
    end if;
  end
  $$;
  comment on function ${BOOKS}.move_in() is 'Asked by the migrations once the old tables are out of the way: only the switch may go on.';`;

/**
 * Makes everything that the migrations make, empty and out of sight, without a lock on any table that is in use: in one
 * transaction, the schemas are renamed out of the way, the migrations run, on nothing, and what they made is renamed to
 * prepared_<schema>. Nobody else ever sees the names in between, and what refers to each other does so by identity.
 * Only the tables that the migrations refer to, such as auth.users, can't be written for that moment.
 *
 * Then the old tables get triggers that note what changes. After that nothing that changes is missed.
 */
export async function expand(
  client: pg.Client,
  plan: OnlinePlan,
  migrations: readonly CommittedMigration[],
): Promise<void> {
  const { rows: begun } = await client.query(`select from pg_namespace where nspname = $1`, [BOOKS]);
  if (begun.length === 0) await patiently(client, PATIENCE, () => make(client, plan, migrations));
  await mustBeMadeBy(client, migrations);
  await noteChanges(client, plan, PATIENCE);
}

/** @throws DatabaseError when what waits was made by other migrations than these */
export async function mustBeMadeBy(client: pg.Client, migrations: readonly CommittedMigration[]): Promise<void> {
  const { rows } = await client.query<{ made_by: string }>(`select made_by from ${BOOKS}.state`);
  if (rows[0]?.made_by !== hashesOf(migrations)) {
    throw new DatabaseError(
      'The committed migrations are others than when this database was prepared. Go back to those, or run rolecall online abort and prepare again.',
    );
  }
}

const hashesOf = (migrations: readonly CommittedMigration[]): string => migrations.map(({ hash }) => hash).join(' ');

async function make(client: pg.Client, plan: OnlinePlan, migrations: readonly CommittedMigration[]): Promise<void> {
  const [home] = plan.schemas;
  const aside = await existing(client, plan.schemas);
  const defaults = await globalDefaults(client);
  const moved = await homesOf(client, plan.extensions.names);
  for (const schema of aside) await client.query(`alter schema ${schema} rename to kept_${schema}`);
  await client.query(`create schema ${home}`);
  for (const [extension] of moved) await client.query(`alter extension ${extension} set schema ${home}`);
  for (const { sql } of migrations) await client.query(withoutCarrying(sql));
  await client.query(BOOKKEEPING);
  await client.query(`update ${BOOKS}.state set made_by = $1`, [hashesOf(migrations)]);
  await makeParts(client, plan);
  await client.query(`drop schema ${plan.legacy} cascade`);
  await dropForeignTriggers(client, plan);
  for (const [extension, schema] of moved) {
    const kept = aside.includes(schema) ? `kept_${schema}` : schema;
    await client.query(`alter extension ${extension} set schema ${kept}`);
  }
  for (const schema of await existing(client, plan.schemas)) {
    if (await isEmpty(client, schema)) await client.query(`drop schema ${schema}`);
    else await client.query(`alter schema ${schema} rename to ${waiting(schema)}`);
  }
  for (const schema of aside) await client.query(`alter schema kept_${schema} rename to ${schema}`);
  await restoreDefaults(client, defaults);
  await quiet(client, plan);
  await putOffIndexes(client, plan);
}

async function existing(client: pg.Client, schemas: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select nspname::text as name from pg_namespace where nspname = any ($1)',
    [schemas],
  );
  return rows.map(({ name }) => name);
}

async function homesOf(client: pg.Client, extensions: readonly string[]): Promise<[string, string][]> {
  const { rows } = await client.query<{ extension: string; schema: string }>(
    'select extname::text as extension, extnamespace::regnamespace::text as schema from pg_extension where extname = any ($1)',
    [extensions],
  );
  return rows.map(({ extension, schema }) => [extension, schema]);
}

async function isEmpty(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_depend where refclassid = 'pg_namespace'::regclass and refobjid = $1::regnamespace limit 1`,
    [schema],
  );
  return rows.length === 0;
}

/** Defaults that name no schema are the whole database's, and change when the migrations run in earnest. */
async function globalDefaults(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ type: string; acl: string }>(
    `select defaclobjtype::text as type, defaclacl::text as acl from pg_default_acl
     where defaclnamespace = 0 and defaclrole = current_user::regrole`,
  );
  return new Map(rows.map(({ type, acl }) => [type, acl]));
}

async function restoreDefaults(client: pg.Client, before: ReadonlyMap<string, string>): Promise<void> {
  const kinds = { f: ['execute', 'functions'], T: ['usage', 'types'] } as const;
  for (const [type, [privilege, objects]] of Object.entries(kinds)) {
    if (before.has(type) || !(await globalDefaults(client)).has(type)) continue;
    await client.query(`alter default privileges grant ${privilege} on ${objects} to public`);
  }
}

/** Triggers that the migrations set on tables of others would act already. The switch sets them again. */
async function dropForeignTriggers(client: pg.Client, { schemas }: OnlinePlan): Promise<void> {
  const { rows } = await client.query<{ name: string; relation: string }>(
    `select quote_ident(t.tgname) as name, t.tgrelid::regclass::text as relation
     from pg_trigger t
     join pg_class c on c.oid = t.tgrelid
     join pg_proc f on f.oid = t.tgfoid
     where not t.tgisinternal
       and f.pronamespace::regnamespace::text = any ($1)
       and c.relnamespace::regnamespace::text <> all ($1)`,
    [schemas],
  );
  for (const { name, relation } of rows) await client.query(`drop trigger ${name} on ${relation}`);
}

/** What is carried is no change: the new tables' own triggers wait for the switch. */
async function quiet(client: pg.Client, { targets }: OnlinePlan): Promise<void> {
  for (const { table } of targets) await client.query(`alter table prepared_${table} disable trigger user`);
}
