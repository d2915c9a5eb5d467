// Hosted by Supabase, migrations run as postgres: the owner of the database, and no superuser. Schema auth, the extensions and
// possibly their schema belong to others.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type pg from 'pg';
import { loadLegacy } from '../../spec/legacy/load.ts';
import { readContents } from '../../src/catalog/contents.ts';
import { readStructure } from '../../src/catalog/structure.ts';
import { runQuietly } from '../../src/migrations/graphile-migrate.ts';
import { connected, GRAPHILE_MIGRATE, migrateInWindow, withWorker } from '../online/support.ts';
import {
  CLOSED,
  canHost,
  type HostedServer,
  type HostedVariant,
  onHosted,
  startHosted,
  USUAL,
} from '../support/hosted.ts';
import { mustKeepInvariants } from '../support/invariants.ts';

let hosted: HostedServer;

beforeAll(async () => {
  if (canHost) hosted = await startHosted();
});
afterAll(() => hosted?.remove());

const DATABASE = 'postgres';

/** Runs `use` on a database with realistic old rows, as postgres. @param before statements of supabase_admin */
async function onOldDatabase(
  variant: HostedVariant,
  use: (client: pg.Client, url: string) => Promise<void>,
  before = '',
): Promise<void> {
  const url = await hosted.project(DATABASE, variant);
  await hosted.as('supabase_admin', DATABASE, (admin) => admin.query(before));
  const client = await connected(url);
  try {
    await client.query(await readFile('migrations/committed/000001-legacy-baseline.sql', 'utf8'));
    await loadLegacy(client, { seed: 1, size: 'small' });
    await use(client, url);
  } finally {
    await client.end();
  }
}

const migrate = async (url: string): Promise<void> => {
  await runQuietly(['migrate'], { main: url, shadow: hosted.url('shadow'), root: hosted.url('template1') });
  await mustKeepInvariants(url);
};

/** Runs `use` while postgres is a member of the owner of auth.users. */
async function onGrantedAuth(use: () => Promise<void>): Promise<void> {
  const asAdmin = (sql: string) => hosted.as('supabase_admin', DATABASE, (admin) => admin.query(sql));
  await asAdmin('grant supabase_auth_admin to postgres');
  await use().finally(() => asAdmin('revoke supabase_auth_admin from postgres'));
}

/** As a superuser sees it. */
const state = () =>
  hosted.as('supabase_admin', DATABASE, async (admin) => [
    await readStructure(admin),
    [...(await readContents(admin))],
  ]);

describe.each([
  ['generous default privileges, and extensions of its own', USUAL],
  ['no default privileges, and extensions of supabase_admin', CLOSED],
])('as postgres, with %s', (_, variant) => {
  onHosted('the migrations run, and a second run changes nothing: no object, privilege or row', () =>
    onOldDatabase(variant, async (client, url) => {
      await migrate(url);
      const once = await state();
      await migrateInWindow({ client });
      expect(await state()).toEqual(once);
      const { rows } = await client.query('select count(*)::int as carried from public.channels');
      expect(rows).toEqual([{ carried: 4 }]);
    }),
  );
});

describe('as postgres, where extensions belong to supabase_admin', () => {
  onHosted('there is a way back, and forward again', () =>
    // Without default privileges the old tables have no ACL, and on the way back one that says the same.
    onOldDatabase({ ...CLOSED, grants: 'generous' }, async (client) => {
      await client.query(GRAPHILE_MIGRATE);
      const before = await readStructure(client);
      await migrateInWindow({ client });
      await client.query(`begin; ${await readFile('migrations/online/back.sql', 'utf8')}; commit`);
      const { rows } = await client.query<{ subject: string }>('select subject from redesign.not_as_before');
      // Who does not own auth.users can't drop its trigger, which does nothing from then on.
      expect(rows).toEqual([{ subject: 'trigger handle_new_user on auth.users' }]);
      const after = new Map((await readStructure(client)).map((line) => [line.object, line.definition]));
      expect(before.filter(({ object, definition }) => after.get(object) !== definition)).toEqual([]);
      await hosted.as('supabase_auth_admin', DATABASE, (auth) =>
        auth.query("insert into auth.users (id, email) values (gen_random_uuid(), 'back@example.com')"),
      );
      await client.query('drop schema redesign, legacy, legacy_api, private cascade');
      await migrateInWindow({ client });
    }),
  );

  onHosted('a database moves while the app runs, where the role may drop triggers of auth.users', () =>
    onOldDatabase(CLOSED, async (client, url) => {
      await client.query(GRAPHILE_MIGRATE);
      const before = await state();
      const refusal = await withWorker({ url }, (worker) => worker.create()).then(() => 'It was prepared.', String);
      expect(refusal).toMatch(/`drop trigger handle_new_user on auth.users`: must be owner of relation users/);
      expect(refusal).toMatch(/or migrate in a maintenance window/);
      expect(await state()).toEqual(before);
      // On the service, supautils lets postgres drop them.
      await onGrantedAuth(() =>
        withWorker({ url }, async (worker) => {
          await worker.create();
          await worker.fill();
          expect(await worker.validate()).toEqual([]);
          await worker.switchOver();
          await worker.cleanUp();
        }),
      );
      await mustKeepInvariants(url);
      const { rows } = await client.query(
        "select (select count(*)::int from public.channels) as carried, obj_description('extensions'::regnamespace) as comment",
      );
      expect(rows).toEqual([{ carried: 4, comment: null }]);
    }),
  );

  onHosted('a move while the app runs is refused, in words, where an extension of the administrator is elsewhere', () =>
    onOldDatabase(
      CLOSED,
      async (client, url) => {
        await client.query(GRAPHILE_MIGRATE);
        const before = await state();
        const refusal = await withWorker({ url }, (worker) => worker.create()).then(() => 'It was prepared.', String);
        expect(refusal).toMatch(
          /The extension vector is in schema public, belongs to supabase_admin, and can't be moved/,
        );
        expect(refusal).toMatch(/As its owner, run `alter extension "vector" set schema "extensions"`/);
        expect(await state()).toEqual(before);
      },
      'alter extension vector set schema public',
    ),
  );

  onHosted(
    'a move while the app runs is refused, in words, where a schema that it renames belongs to another role',
    () =>
      onOldDatabase(
        USUAL,
        async (client, url) => {
          await client.query(GRAPHILE_MIGRATE);
          const refusal = await withWorker({ url }, (worker) => worker.create()).then(() => 'It was prepared.', String);
          expect(refusal).toMatch(/Schema private belongs to supabase_admin, and postgres can't rename it/);
          expect(refusal).toMatch(/or migrate in a maintenance window/);
        },
        'create schema private',
      ),
  );

  onHosted('what the role may not do is refused by name, with what to do, and nothing changes', () =>
    // pgvector is where the old tables found it, and is the administrator's.
    onOldDatabase(
      CLOSED,
      async (_client, url) => {
        const before = await state();
        const refusal = await migrate(url).then(() => 'It was migrated.', String);
        expect(refusal).toMatch(
          /may not move pgvector to schema extensions, or update it: must be owner of extension vector/,
        );
        expect(refusal).toMatch(/As its owner, run: alter extension vector set schema extensions/);
        const after = (await state())[0] as { object: string }[];
        expect(after.filter(({ object }) => !/graphile_migrate/.test(object))).toEqual(before[0]);
      },
      'alter extension vector set schema public',
    ),
  );
});
