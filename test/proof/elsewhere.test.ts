import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { WorldRow } from '../../src/access/model.ts';
import type { Config } from '../../src/config/schema.ts';
import { proveBehaviour } from '../../src/proof/behaviour.ts';
import { findingsOfBoth, proveBehaviourThere } from '../../src/proof/elsewhere.ts';
import type { NotEvaluated } from '../../src/report/deviation.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

const ids = ['00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000b2'] as const;

/** A table whose trigger runs a function that nobody can call. */
const SCHEMA = `
  create schema app; grant usage on schema app to $role;
  alter default privileges in schema app revoke execute on functions from public;
  create table app.notes (id uuid primary key, body text not null);
  create table app.log (id uuid);
  alter table app.notes enable row level security;
  alter table app.log enable row level security;
  grant select, insert, update, delete on app.notes to $role;
  create policy anybody on app.notes to $role using (true);
  create function app.note_change() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$ begin insert into app.log values (coalesce(new.id, old.id)); return null; end $$;
  create trigger note_change after insert or update or delete on app.notes for each row execute function app.note_change();`;

/** A function that comes to no result. */
const NOTHING = `
  create function app.nothing(p_id uuid) returns text language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$ select body from app.notes where id = p_id and false $$;
  grant execute on function app.nothing to $role;`;

const WORLD: readonly WorldRow[] = [
  { table: 'app.notes', row: 'any', values: { id: ids[0], body: 'a note' }, update: { body: 'other' } },
  { table: 'app.notes', values: { id: ids[1], body: 'another' } },
];

describe('a database whose role may set neither, and one like it on the embedded engine', () => {
  let [here, there]: TestDatabase[] = [];
  let [persona, migrator]: Awaited<ReturnType<typeof freshRole>>[] = [];
  let hereUrl: string;
  let config: Config;

  beforeAll(async () => {
    [here, there] = [await freshDatabase(), await freshDatabase()];
    persona = await freshRole();
    migrator = await freshRole(`login bypassrls password 'elsewhere' in role "${persona.name}"`);
    const url = new URL(here.url);
    await here.client.query(`grant create on database "${url.pathname.slice(1)}" to "${migrator.name}"`);
    [url.username, url.password] = [migrator.name, 'elsewhere'];
    hereUrl = url.href;
    const own = new pg.Client({ connectionString: hereUrl });
    await own.connect();
    await own.query(`${SCHEMA}${NOTHING}`.replaceAll('$role', persona.name));
    await own.end();
    await there.client.query(SCHEMA.replaceAll('$role', persona.name));
    config = {
      proven: ['app'],
      personas: { ann: { role: persona.name } },
      world: WORLD,
      access: { 'app.notes': { any: { ann: 'S I U D' } }, 'app.log': { any: { ann: '—' } } },
      functions: {},
      snapshots: 'snapshots',
    } as never;
  });

  afterAll(async () => {
    await here?.drop();
    await there?.drop();
    await migrator?.drop();
    await persona?.drop();
  });

  const proved = async (settings: NonNullable<NotEvaluated['lacks']>[]): Promise<string[]> => {
    const elsewhere = { role: migrator?.name ?? '', statistics: false, settings, url: there?.url ?? '' };
    const { findings } = await proveBehaviourThere([{ url: hereUrl }], elsewhere, config, []);
    return findings.notEvaluated.map(({ where }) => where).sort();
  };

  test('what a role may not set is marked as the reason, and nothing else is', async () => {
    const { findings } = await proveBehaviour([{ url: hereUrl }], config, []);
    expect(Object.fromEntries(findings.notEvaluated.map(({ where, lacks }) => [where, lacks]))).toEqual({
      'app.nothing(uuid)': undefined,
      'app.note_change()': 'track_functions',
      'what answers depend on': 'session_replication_role',
    });
  });

  test('what the embedded engine evaluated for a role without the right is evaluated, and nothing else', async () => {
    expect(await proved(['track_functions', 'session_replication_role'])).toEqual(['app.nothing(uuid)']);
  });

  test('what the embedded engine could not reach, since a row of the world was missing there, is not evaluated', async () => {
    await there?.client.query("alter table app.notes add constraint refused check (body <> 'a note')");
    const seen = await proved(['track_functions', 'session_replication_role']);
    await there?.client.query('alter table app.notes drop constraint refused');
    expect(seen).toEqual(expect.arrayContaining(['app.note_change()', 'app.nothing(uuid)', 'what answers depend on']));
  });
});

test('of what neither evaluated, each reason is said once', () => {
  const open: NotEvaluated = { check: 'functions', where: 'app.nothing(uuid)', why: 'No call came to a result.' };
  const lacking: NotEvaluated = { check: 'functions', where: 'app.f()', why: 'Unknown.', lacks: 'track_functions' };
  const unreached: NotEvaluated = { check: 'functions', where: 'app.f()', why: 'Nothing led to it.' };
  const both = findingsOfBoth(
    { deviations: [], notEvaluated: [open, lacking] },
    { findings: { deviations: [], notEvaluated: [open, unreached] }, complete: true },
    ['track_functions'],
  );
  expect(both.notEvaluated).toEqual([open, unreached]);
});
