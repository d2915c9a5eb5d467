// Each statement of docs/operations.md runs, and what is to be watched is seen when it is there.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseStatements, type SqlStatement } from '../../src/sql/statements.ts';
import { real } from '../support/databases.ts';
import { type App, freshApp, type Row } from './functions/support.ts';

const page = readFileSync('docs/operations.md', 'utf8');
const blocks = await Promise.all(
  [...page.matchAll(/^```sql\n(.*?)^```/gms)].map(([, text = '']) => parseStatements(text)),
);
const [firstAdmin = [], schedule = [], runs = [], extension = [], slowest = [], watched = []] = blocks;

/** pg_cron's functions and tables, as far as the page speaks of them: it keeps what is scheduled. */
const CRON = `
  create schema cron;
  create table cron.job (jobid bigint generated always as identity primary key, jobname text unique, schedule text, command text);
  create table cron.job_run_details (jobid bigint, status text, return_message text, start_time timestamptz);
  create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as $$
    insert into cron.job as kept (jobname, schedule, command) values (job_name, schedule, command)
    on conflict (jobname) do update set schedule = excluded.schedule, command = excluded.command returning jobid $$;`;

/** Something of the kind that each statement of "What to watch" looks for, by the relation that it reads. */
const TROUBLE: Readonly<Record<string, string>> = {
  'public.error_logs': `insert into public.error_logs (function_name, message) select 'chat', 'It broke.' from generate_series(1, 11)`,
  'public.transcripts': `update public.transcripts set created_at = now() - interval '2 hours'`,
  'public.transcript_chunks': `update public.transcript_chunks set embedding_status = 'pending', created_at = now() - interval '2 days'`,
  'public.operation_locks': `insert into public.operation_locks (lock_key, operation_type, acquired_at, expires_at)
    values ('a channel', 'ingest', now() - interval '3 hours', now() - interval '2 hours')`,
  'public.request_idempotency': `insert into public.request_idempotency (operation_type, idempotency_key, request_hash, locked_until, created_at, expires_at)
    values ('chat', 'a key', 'a hash', now() - interval '3 days', now() - interval '3 days', now() - interval '2 days')`,
  'private.quarantined_rows': `insert into private.quarantined_rows (source_table, source_id, row_data, reason, migration)
    values ('legacy.videos', gen_random_uuid(), '{}', 'orphan-video', '000002')`,
  pg_index: `update pg_index set indisvalid = false where indexrelid = 'public.idx_error_logs_user_id'::regclass`,
};

let app: App;
beforeAll(async () => {
  app = await freshApp();
  await app.sql(CRON);
});
// Rows were written around what keeps the invariants.
afterAll(() => app?.dropChanged());

const run = ({ sql }: SqlStatement): Promise<Row[]> => app.sql(sql);

test('the page has a block for each of its parts', () => {
  expect(blocks.map((statements) => statements.length)).toEqual([1, 2, 1, 1, 1, 11]);
});

test('the first admin is made by hand, once, and audited', async () => {
  const [statement] = firstAdmin as [SqlStatement];
  await run(statement);
  expect(await app.sql('select from public.user_roles where role = $1', ['admin'])).toHaveLength(0);
  const somebody = await app.user(undefined, { email: 'somebody@example.com' });
  await run(statement);
  await run(statement);
  expect(await app.sql('select user_id, role from public.user_roles where role = $1', ['admin'])).toEqual([
    { user_id: somebody, role: 'admin' },
  ]);
  expect(
    await app.as({ user: somebody }, 'select public.grant_role($1, $2) as granted', [await app.user(), 'moderator']),
  ).toEqual([{ granted: true }]);
  expect(
    await app.sql(`select actor_id from public.audit_log where action = 'role_granted' order by created_at limit 1`),
  ).toEqual([{ actor_id: null }]);
});

test('what is scheduled runs, also a second time, and a run that failed is shown', async () => {
  for (const statement of [...schedule, ...schedule]) await run(statement);
  const jobs = await app.sql('select jobid, schedule, command from cron.job order by jobid');
  expect(jobs).toHaveLength(schedule.length);
  for (const { schedule: when, command } of jobs) {
    expect(when).toMatch(/^\d+ (\d+|\*) \* \* \*$/);
    await app.sql(command as string);
  }
  const [last] = runs as [SqlStatement];
  expect(await run(last)).toEqual([]);
  await app.sql(`insert into cron.job_run_details values ($1, 'failed', 'ERROR', now())`, [jobs[0]?.jobid]);
  expect(await run(last)).toMatchObject([{ jobname: 'purge-expired', status: 'failed' }]);
});

(real ? test : test.skip)('pg_stat_statements is there and read, where the server has loaded it', async () => {
  await run(extension[0] as SqlStatement);
  const loaded = (await app.sql('show shared_preload_libraries'))[0]?.shared_preload_libraries as string;
  const read = run(slowest[0] as SqlStatement);
  if (loaded.includes('pg_stat_statements')) expect((await read).length).toBeGreaterThan(0);
  // Its columns were found by then.
  else await expect(read).rejects.toMatchObject({ code: '55000' });
});

test.each(watched.map(({ sql }) => [/from ([\w.]+)/.exec(sql)?.[1] ?? '', sql] as const))(
  'nothing is shown of %s while all is well, and something once it is not',
  async (relation, sql) => {
    const goOn = await app.stopClock();
    try {
      expect(await app.sql(sql)).toEqual([]);
      const trouble = TROUBLE[relation];
      if (!trouble) return;
      const transcript = await app.transcript(await app.channel());
      await app.sql(`select public.replace_transcript_chunks($1, '[{"text": "a"}]')`, [transcript]);
      await app.sql('set local session_replication_role = replica');
      await app.sql(trouble);
      expect(await app.sql(sql)).toHaveLength(1);
    } finally {
      await goOn();
    }
  },
);

test('each kind of trouble that can be made here was made', () => {
  const read = watched.map(({ sql }) => /from ([\w.]+)/.exec(sql)?.[1]);
  expect(Object.keys(TROUBLE).filter((relation) => !read.includes(relation))).toEqual([]);
});
