import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { compareWithShadow, invalidIndexes } from '../../src/proof/after-commit.ts';
import { serverUrl } from '../support/databases.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

let main: MigratedDatabase;
let shadow: MigratedDatabase;

beforeAll(async () => {
  main = await migratedDatabase();
  shadow = await migratedDatabase();
});
afterAll(async () => {
  await main?.drop();
  await shadow?.drop();
});

const compared = () => compareWithShadow({ main: main.url, shadow: shadow.url, root: serverUrl }, config);

test('two databases that ran the same migrations do not differ', async () => {
  expect(await compared()).toEqual([]);
});

test('an index that failed half way is an error that names how it is rebuilt, or dropped before the next try', async () => {
  await main.client.query(
    "update pg_index set indisvalid = false where indexrelid = 'public.idx_audit_log_created_at'::regclass",
  );
  expect(await compared()).toMatchObject([
    {
      where: 'index idx_audit_log_created_at on public.audit_log',
      seen: expect.stringContaining('is not valid in your database'),
      fix: expect.stringContaining('`reindex index concurrently public.idx_audit_log_created_at;`'),
    },
  ]);
  expect(await invalidIndexes(main.url)).toMatchObject([
    { fix: expect.stringContaining('`drop index concurrently public.idx_audit_log_created_at;`') },
  ]);
  await main.client.query(
    "update pg_index set indisvalid = true where indexrelid = 'public.idx_audit_log_created_at'::regclass",
  );
});

test('what only one of them has is an error, with the statement that takes it back', async () => {
  await main.client.query('create table public.half (); alter table public.plans disable row level security');
  await shadow.client.query('create table public.whole ()');
  const fixes = (await compared()).map(({ where, fix }) => `${where}: ${fix.split(';')[0]}`);
  expect(fixes).toEqual(
    expect.arrayContaining([
      'table public.half: Run `drop table public.half',
      'table public.plans: Run `alter table public.plans enable row level security',
      'table public.whole: Give it that definition by hand',
    ]),
  );
});
