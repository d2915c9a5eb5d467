// Supabase's advisors find in a migrated database what docs/advisors.md justifies, and nothing else.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { withClient } from '../../src/database/connect.ts';
import { withDatabase } from '../../src/database/urls.ts';
import { freshDatabase, onRealServer, real, serverUrl, type TestDatabase } from '../support/databases.ts';
import { legacyTemplate, migrate } from '../support/legacy.ts';
import { untilSeen } from '../support/waiting.ts';
import { type Justified, justifiedIn, readJustified, unsettled } from './justified.ts';
import { adviceOn, readAdvice } from './tools.ts';

let template: Awaited<ReturnType<typeof legacyTemplate>> | undefined;
let database: TestDatabase;
let justified: Justified;

beforeAll(async () => {
  if (!real) return;
  template = await legacyTemplate('select');
  database = await freshDatabase(template.name);
  await migrate(database);
  justified = await justifiedIn('Advisors');
});

afterAll(async () => {
  await database?.drop();
  await template?.drop();
});

/** As if nobody had used an index: what the migrations used depends on the sizes of their tables. */
async function forgetScans(client: pg.Client): Promise<void> {
  // A session counts its scans when it ends.
  await untilSeen(
    client,
    `select from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' having count(*) = 0`,
  );
  await client.query('select pg_stat_reset()');
}

onRealServer('on a database migrated from legacy rows nothing is found but what is justified', async () => {
  await forgetScans(database.client);
  expect(unsettled(await adviceOn(database.url), justified)).toEqual([]);
});

onRealServer('a table without a policy is closed: anon and authenticated have no privilege on it', async () => {
  const tables = [...justified.keys()].flatMap(
    (key) => /^rls_enabled_no_policy_(private|legacy)_(.+)$/.exec(key)?.slice(1).join('.') ?? [],
  );
  expect(tables.length).toBeGreaterThan(0);
  const { rows } = await database.client.query(
    `select name, role from unnest($1::text[]) name, unnest('{anon,authenticated}'::text[]) role
     where has_any_column_privilege(role, name, 'select, insert, update, references')
       or has_table_privilege(role, name, 'delete, truncate, trigger')`,
    [tables],
  );
  expect(rows).toEqual([]);
});

onRealServer(
  'an index that is needed is in the plan of its query, or leads with the columns of its foreign key',
  async () => {
    const plans = await readFile('snapshots/plans.md', 'utf8');
    const needless: string[] = [];
    for (const [key, reason] of justified) {
      const index = /^unused_index_(?:public|private)_.*?_(idx_.+)$/.exec(key)?.[1];
      if (index === undefined) continue;
      const query = /\(\.\.\/spec\/queries\/(.+)\.sql\)/.exec(reason)?.[1];
      const foreignKey = /^for `(.+)`$/.exec(reason)?.[1];
      const needed = query ? planOf(plans, query).includes(index) : await serves(index, foreignKey ?? '');
      if (!needed) needless.push(`${index}: ${reason}`);
    }
    expect(needless).toEqual([]);
  },
);

/** The section of a query in snapshots/plans.md. */
const planOf = (plans: string, query: string): string =>
  plans.split(/^## /m).find((text) => text.startsWith(`${query}\n`)) ?? '';

async function serves(index: string, foreignKey: string): Promise<boolean> {
  const { rowCount } = await database.client.query(
    `select from pg_constraint key
     join pg_index i on i.indrelid = key.conrelid
     join pg_class named on named.oid = i.indexrelid
     where key.contype = 'f' and key.conname = $2 and named.relname = $1
       and (i.indkey::int2[])[0:cardinality(key.conkey) - 1] @> key.conkey`,
    [index, foreignKey],
  );
  return rowCount === 1;
}

onRealServer(
  'what somebody adds that is not justified is noticed: a table without row level security, a view',
  async () => {
    await withClient(database.url, (client) =>
      client.query(`create table public.notes (id uuid primary key, owner_id uuid references auth.users);
      create view public.accounts as select id, email from auth.users;
      grant select on public.accounts, public.notes to anon`),
    );
    try {
      const found = unsettled(await adviceOn(database.url), justified).filter((line) =>
        line.startsWith('not justified'),
      );
      expect(found).toEqual(
        expect.arrayContaining([
          expect.stringContaining('rls_disabled_in_public_public_notes'),
          expect.stringContaining('unindexed_foreign_keys_public_notes'),
          expect.stringContaining('auth_users_exposed_public_accounts'),
          expect.stringContaining('security_definer_view_public_accounts'),
        ]),
      );
    } finally {
      await database.client.query('drop view public.accounts; drop table public.notes');
    }
  },
);

onRealServer('advisors that could not look are no clean database: no server, no such database', async () => {
  await expect(adviceOn('postgres://postgres@127.0.0.1:9/postgres')).rejects.toThrow('supabase db advisors ended with');
  await expect(adviceOn(withDatabase(serverUrl, 'test_is_not_there'))).rejects.toThrow(
    'supabase db advisors ended with',
  );
});

describe('an answer of the advisors that can’t be read is none', () => {
  test.each([
    ['nothing at all', { code: 0, stdout: '', stderr: '' }],
    ['an empty list', { code: 0, stdout: '[]', stderr: 'No issues found\n' }],
    ['something that is no JSON', { code: 0, stdout: 'No issues found', stderr: 'No issues found\n' }],
    ['findings of another form', { code: 0, stdout: '[{"title":"x"}]', stderr: '' }],
    ['half an answer', { code: 0, stdout: '[{"cache_key":"x","detail":"y"}', stderr: '' }],
    ['findings and a failure', { code: 1, stdout: '[{"cache_key":"x","detail":"y"}]', stderr: 'connection lost' }],
    ['the right sentence and a failure', { code: 1, stdout: '', stderr: 'No issues found\n' }],
  ])('%s', (_, ended) => {
    expect(() => readAdvice(ended)).toThrow(/supabase db advisors/);
  });

  test('the sentence that there is nothing is an answer', () => {
    expect(readAdvice({ code: 0, stdout: '', stderr: 'Target: custom\nNo issues found\n' })).toEqual([]);
  });
});

describe('the page of what is justified', () => {
  const page = '## Advisors\n\n| `a_b` | because |\n| `c_d` | so      |\n\n## Lint\n\n| `e` | there |\n';

  test('a finding that is not on it, and a line that nothing finds, are both named', () => {
    expect(unsettled(['a_b', 'x'], readJustified(page, 'Advisors'))).toEqual([
      'not justified: x',
      'no longer found: c_d',
    ]);
    expect(unsettled(['a_b', 'c_d'], readJustified(page, 'Advisors'))).toEqual([]);
  });

  test('a line without a reason, a line that comes twice, and a section that is not there are errors', () => {
    expect(() => readJustified(page.replace('because', ''), 'Advisors')).toThrow('gives no reason for a_b');
    expect(() => readJustified(page.replace('c_d', 'a_b'), 'Advisors')).toThrow('justifies a_b twice');
    expect(() => readJustified(page, 'Other')).toThrow('has no section "Other"');
  });
});
