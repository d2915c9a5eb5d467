// Everything as the role that runs it on the hosted service: postgres, which is no superuser, in the database postgres, with
// DATABASE_URL alone.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { account } from '../../src/accounting/account.ts';
import { fillLegacy } from '../../src/proof/build.ts';
import { proveAccess, proveCatalog } from '../../src/proof/prove.ts';
import { asCheckedIn, hasCheckedInStructure } from '../../src/proof/snapshots.ts';
import { compareFile } from '../../src/report/snapshots.ts';
import { CLOSED, canHost, type HostedServer, onHosted, startHosted, USUAL } from '../support/hosted.ts';
import { type Finished, freshProject, type Project } from '../support/project.ts';
import { within } from '../support/time-limits.ts';
import { push } from './support.ts';

const DATABASE = 'postgres';
let hosted: HostedServer;
let project: Project;
let url: string;

beforeAll(async () => {
  if (!canHost) return;
  hosted = await startHosted();
  project = await freshProject();
});
afterAll(async () => {
  await project?.remove();
  await hosted?.remove();
});

/** The command line as a user of the hosted service calls it. */
const rolecall = (args: readonly string[], database = url): Promise<Finished> =>
  project.rolecall(args, { DATABASE_URL: database, ROOT_DATABASE_URL: '' });

const holds = (more: string) => ({ code: 0, output: expect.stringContaining(more) });

/** Who may do what, and the catalogs, compared with the files that are checked in. */
async function snapshotDeviations(): Promise<unknown[]> {
  const access = await proveAccess(url, config);
  const { files, findings } = await proveCatalog(url, config);
  const page = await Promise.all(
    [...access.files, ...(await asCheckedIn(files, config))].map((file) => compareFile(...file)),
  );
  expect(await hasCheckedInStructure(files, config)).toBe(true);
  const all = [access.findings, findings];
  return [...page, ...all.map((one) => one.deviations), ...all.map((one) => one.notEvaluated)].flat();
}

describe('a legacy database, with generous default privileges and extensions of its own', () => {
  beforeAll(async () => {
    if (!canHost) return;
    url = await hosted.project(DATABASE, USUAL);
    await hosted.as('postgres', DATABASE, (client) => fillLegacy(client, config));
  }, within(30));

  onHosted(
    'is rehearsed with a copy on its own server',
    async () => {
      expect(await rolecall(['rehearse', '--from', url, '--no-locks'])).toMatchObject(holds('ChannelChat holds'));
    },
    within(120),
  );

  onHosted('is migrated, with every legacy value accounted for', async () => {
    expect(await rolecall(['migrate'])).toMatchObject(holds('6 committed migrations executed'));
    expect(await rolecall(['status'])).toMatchObject(holds('Up to date.'));
    const { findings } = await hosted.as('postgres', DATABASE, (client) => account(client, config.legacy as never));
    expect(findings).toEqual({ deviations: [], notEvaluated: [] });
  });

  onHosted('has the access and the structure that are checked in', async () => {
    expect(await snapshotDeviations()).toEqual([]);
    expect(await rolecall(['drift', '--remote', url])).toMatchObject({ code: 0 });
  });

  onHosted('is read by the commands that change nothing', async () => {
    expect(await rolecall(['online', 'stage'])).toMatchObject(holds('Moved.'));
    expect(await rolecall(['scale', '--check', 'citus'])).toMatchObject(holds('ChannelChat holds'));
    expect(await rolecall(['restore-quarantined', '--dry-run'])).toMatchObject({ code: 1 });
    const { code, output } = await rolecall(['plans', '--measure']);
    expect(output).toMatch(/deviations +0\n/);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('only by a superuser') });
  });

  onHosted('is watched, and what Supabase made is not left over from a save', async () => {
    const watch = project.begin(['watch'], { DATABASE_URL: url, ROOT_DATABASE_URL: '' });
    const said = await watch.until('cells are as declared');
    watch.interrupt();
    expect(said + (await watch.finished).output).not.toContain('Left over');
  });

  onHosted('is not reset, since nobody could make again what Supabase made', async () => {
    const { code, output } = await rolecall(['reset', '--erase']);
    expect({ code, lines: output.trim().split('\n') }).toEqual({
      code: 2,
      lines: [
        expect.stringMatching(/postgres is a project on Supabase, which made its schemas .*auth.* Nothing was done\./),
      ],
    });
    expect(await rolecall(['status'])).toMatchObject({ code: 0 });
  });

  onHosted('tells what the team added in schemas of the service from what the service has there', async () => {
    await hosted.as('supabase_admin', DATABASE, (admin) =>
      admin.query(`create view storage.leak as select * from auth.users; alter view storage.leak owner to postgres;
        create function storage.secret() returns text language sql security definer as 'select email from auth.users';
        alter function storage.secret() owner to postgres; grant select on storage.leak to anon;
        create view auth.leak as select * from auth.users; grant select on auth.leak to anon`),
    );
    await hosted.as('postgres', DATABASE, (team) => team.query('grant select on auth.schema_migrations to anon'));
    try {
      const { code, output } = await rolecall(['drift', '--remote', url, '--format', 'json']);
      const { deviations } = JSON.parse(output) as { deviations: { where: string }[] };
      expect({ code, where: deviations.map(({ where }) => where) }).toEqual({
        code: 1,
        where: [
          'relation auth.leak',
          'relation auth.schema_migrations',
          'relation storage.leak',
          'function storage.secret()',
          'anon · SELECT · table auth.schema_migrations',
          'anon · SELECT · view auth.leak',
          'anon, owner, stranger, moderator, admin, service · EXECUTE · function storage.secret()',
          'anon · SELECT · view storage.leak',
        ],
      });
    } finally {
      await hosted.as('supabase_admin', DATABASE, (admin) =>
        admin.query(`drop view storage.leak, auth.leak; drop function storage.secret();
          set role postgres; revoke select on auth.schema_migrations from anon`),
      );
    }
  });

  onHosted(
    'gives an account that its sign-in service makes a profile, which a request of PostgREST reads',
    async () => {
      const id = '5f1cbe3c-7a39-4f43-a3a1-0d2b6ed0e9f1';
      await hosted.as('supabase_auth_admin', DATABASE, (auth) =>
        auth.query(
          `insert into users (instance_id, id, aud, role, email, encrypted_password, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
         values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', 'authenticated', 'new@example.com', '', '{"provider": "email"}', '{}', now(), now())`,
          [id],
        ),
      );
      const seen = await hosted.as('authenticator', DATABASE, async (client) => {
        await client.query('begin; set local role authenticated');
        await client.query(
          `select set_config('request.jwt.claims', $1, true), set_config('request.headers', '{}', true),
                set_config('request.method', 'GET', true), set_config('request.path', '/profiles', true)`,
          [JSON.stringify({ sub: id, role: 'authenticated' })],
        );
        const { rows } = await client.query('select id, current_setting($1) as timeout from public.profiles', [
          'statement_timeout',
        ]);
        return rows;
      });
      expect(seen).toEqual([{ id, timeout: '8s' }]);
    },
  );

  onHosted(
    'gets a migration through the gate, which proves on the embedded engine what postgres may not look into',
    async () => {
      const comment = "comment on schema private is 'What no client calls.';\n";
      await writeFile(join(project.folder, 'migrations/current.sql'), comment);
      expect(await rolecall(['commit', '--message', 'reword a comment'])).toMatchObject(
        holds(
          'proved elsewhere: the plans of queries; calls of functions, and what answers depend on (on the embedded',
        ),
      );
      expect(await rolecall(['status'])).toMatchObject({ code: 0 });
      expect(await rolecall(['uncommit'])).toMatchObject({ code: 0 });
      await writeFile(join(project.folder, 'migrations/current.sql'), '');
    },
    within(120),
  );
});

describe('an empty database, with no default privileges and extensions of supabase_admin', () => {
  beforeAll(async () => {
    if (canHost) url = await hosted.project(DATABASE, CLOSED);
  });

  onHosted('is migrated by a push, and changes over', async () => {
    await push(url);
    expect(await rolecall(['adopt'])).toMatchObject(holds('has run 6 of 6'));
  });

  onHosted(
    'is checked as it is, with the access and the structure that are checked in',
    async () => {
      const { code, output } = await rolecall(['check', '--as-it-is']);
      expect({ code, output }).toMatchObject(holds('since postgres may not set track_functions'));
      expect(output).toContain('Not looked at: the plans of queries.');
      expect(output).not.toContain('not evaluated');
    },
    within(120),
  );
});

describe('what postgres lacks is said in one line, before anything is done', () => {
  /** Without pgvector, which only a superuser can create here. */
  const bare = async (owner: string): Promise<string> => {
    await hosted.as('supabase_admin', 'template1', async (admin) => {
      await admin.query('drop database if exists bare');
      await admin.query(`create database bare owner ${owner} template template0`);
    });
    return hosted.url('bare');
  };

  onHosted.each([
    [
      'the right to create an extension',
      'postgres',
      /postgres may not create the extension vector in database bare \(/,
    ],
    ['the right to create schemas', 'supabase_admin', /postgres may not create schemas in database bare\./],
  ])('%s', async (_, owner, line) => {
    const database = await bare(owner);
    const { code, output } = await rolecall(['migrate'], database);
    expect({ code, lines: output.trim().split('\n') }).toEqual({ code: 2, lines: [expect.stringMatching(line)] });
    const { rows } = await hosted.as('postgres', 'bare', (client) =>
      client.query("select nspname from pg_namespace where nspname !~ '^pg_|^information_schema$'"),
    );
    expect(rows).toEqual([{ nspname: 'public' }]);
  });
});
