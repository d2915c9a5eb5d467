import type pg from 'pg';
import type { CommittedMigration } from '../migrations/committed.ts';
import { OnlineError } from './error.ts';
import { LATE_INDEXES } from './indexes.ts';
import { STATE_SCHEMA } from './names.ts';

/** SQL that creates the state of a preparation: how far it is, what changed meanwhile, and the units of the batch. */
const CREATE_STATE = `
  create schema ${STATE_SCHEMA};
  comment on schema ${STATE_SCHEMA} is 'A migration that is being prepared while the database is in use. rolecall online abort removes it.';
  create table ${STATE_SCHEMA}.state (
    began_at timestamptz not null default now(),
    migrations text not null,
    tracking boolean not null default false,
    validated_at timestamptz
  );
  create table ${STATE_SCHEMA}.positions (unit text primary key, position text not null default '', done boolean not null default false, carried bigint not null default 0);
  create table ${STATE_SCHEMA}.changes (seq bigint generated always as identity primary key, unit text not null, key text not null);
  create unlogged table ${STATE_SCHEMA}.batch (unit text not null, key text not null, primary key (unit, key));
  ${LATE_INDEXES}

  create function ${STATE_SCHEMA}.keys(of text) returns text[] language sql stable set search_path = pg_catalog, pg_temp
  as $$ select coalesce(array_agg(key order by key), '{}') from ${STATE_SCHEMA}.batch where unit = of $$;
  create function ${STATE_SCHEMA}.uuids(of text) returns uuid[] language sql stable set search_path = pg_catalog, pg_temp
  as $$ select coalesce(array_agg(key::uuid), '{}') from ${STATE_SCHEMA}.batch where unit = of $$;
  create function ${STATE_SCHEMA}.moment() returns timestamptz language sql stable set search_path = pg_catalog, pg_temp
  as $$ select began_at from ${STATE_SCHEMA}.state $$;
  create function ${STATE_SCHEMA}.move_in() returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
  begin
    if current_setting('${STATE_SCHEMA}.switching', true) is distinct from 'on' then
      raise exception 'this database is being prepared to move while it is used'
        using hint = 'Go on with rolecall online switch; or end the preparation with rolecall online abort, and migrate then.';
    end if;
  end
  $$;
  comment on function ${STATE_SCHEMA}.move_in() is 'Called by the migrations once the old tables are out of the way: only the switch may go on.';`;

/** Creates the state, of a preparation by these migrations. */
export async function createState(client: pg.Client, migrations: readonly CommittedMigration[]): Promise<void> {
  await client.query(CREATE_STATE);
  await client.query(`insert into ${STATE_SCHEMA}.state (migrations) values ($1)`, [hashesOf(migrations)]);
}

/** Lets the migrations pass that ask for the switch, until the transaction ends. */
export const SWITCHING = `set local ${STATE_SCHEMA}.switching = 'on'`;

/** @throws OnlineError when the database was prepared by other migrations than these */
export async function mustBePreparedBy(client: pg.Client, migrations: readonly CommittedMigration[]): Promise<void> {
  const { rows } = await client.query<{ migrations: string }>(`select migrations from ${STATE_SCHEMA}.state`);
  if (rows[0]?.migrations !== hashesOf(migrations))
    throw new OnlineError(
      'The committed migrations have changed since this database was prepared. Restore the earlier ones, or run rolecall online abort and prepare again.',
    );
}

const hashesOf = (migrations: readonly CommittedMigration[]): string => migrations.map(({ hash }) => hash).join(' ');
