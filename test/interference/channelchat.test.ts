import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { withPlainNames } from '../../src/access/names.ts';
import { readSubject } from '../../src/access/subject.ts';
import { interferenceFindings } from '../../src/interference/findings.ts';
import { observeWorlds } from '../../src/interference/observe.ts';
import type { Findings } from '../../src/report/deviation.ts';
import { thorough } from '../support/databases.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(() => database.drop());

const settings = withPlainNames(config);

/** What is found once `sql` has changed the database; it is as before afterwards. */
async function leaksAfter(sql: string): Promise<Findings> {
  if (sql) await database.client.query(sql);
  const subject = await readSubject(database.client, settings.proven, settings.world);
  return interferenceFindings(await observeWorlds(database.client, subject, settings));
}

const told = ({ deviations }: Findings): string[] => deviations.map(({ where }) => where);

async function fixture(name: string): Promise<string> {
  return readFile(`migrations/fixtures/functions/${name}.sql`, 'utf8');
}

test('what is declared is all that depends on what its reader may not see', async () => {
  expect(await leaksAfter('')).toEqual({ deviations: [], notEvaluated: [] });
});

describe('a leak is found', () => {
  thorough('usage_of with its owner’s rights', async () => {
    const found = await leaksAfter('alter function private.usage_of(uuid) security definer');
    expect(told(found)).toContainEqual(
      expect.stringMatching(/stranger.* · private\.usage_of\(uuid\) · public\.user_usage/),
    );
    await database.client.query('alter function private.usage_of(uuid) security invoker');
  });

  thorough('a request that anybody may complete', async () => {
    const sql = await fixture('complete_request');
    const open = sql.replace("and (caller = 'service' or request.user_id = (select auth.uid()))", '');
    expect(open).not.toBe(sql);
    const found = await leaksAfter(open);
    expect(told(found)).toContainEqual(
      expect.stringMatching(/ · public\.complete_request\(.*\) · public\.request_idempotency/),
    );
    await database.client.query(sql);
  });

  thorough('a view with its owner’s rights', async () => {
    const found = await leaksAfter('alter view legacy_api.chat_messages set (security_invoker = false)');
    expect(told(found)).toContainEqual(
      expect.stringMatching(/stranger.* · legacy_api\.chat_messages · public\.chat_messages/),
    );
    await database.client.query('alter view legacy_api.chat_messages set (security_invoker = true)');
  });

  thorough('a policy that opens sessions without a title', async () => {
    const policy = 'alter policy "Users can view their own chat sessions" on public.chat_sessions using';
    const found = await leaksAfter(`${policy} (user_id = (select auth.uid()) or title is null)`);
    expect(told(found)).toContainEqual(
      expect.stringMatching(/stranger.* · public\.chat_sessions · public\.chat_sessions/),
    );
    await database.client.query(`${policy} (user_id = (select auth.uid()))`);
  });

  thorough('a definer function that asks nobody', async () => {
    const found = await leaksAfter(`
      create function private.session_preview(session_id uuid) returns setof text
      language sql stable security definer set search_path = pg_catalog, pg_temp as $$
        select message.content from public.chat_messages message where message.session_id = session_preview.session_id order by message.created_at limit 1 $$;
      create function public.session_preview(session_id uuid) returns setof text
      language sql stable security invoker set search_path = pg_catalog, pg_temp as $$ select private.session_preview(session_id) $$;
      revoke all on function private.session_preview(uuid), public.session_preview(uuid) from public, anon, authenticated, service_role;
      grant execute on function private.session_preview(uuid), public.session_preview(uuid) to authenticated;`);
    for (const schema of ['public', 'private'])
      expect(told(found)).toContainEqual(
        expect.stringMatching(
          new RegExp(`stranger.* · ${schema}\\.session_preview\\(uuid\\) · public\\.chat_messages`),
        ),
      );
    await database.client.query('drop function private.session_preview(uuid), public.session_preview(uuid)');
  });

  // All may read all channels: that export_my_data lists those of others tells nothing that its reader may not see.
  const CONDITION = /\w+\.(?:user_id|id) = me\b/g;

  thorough(
    'each table of export_my_data that is not held to who asks',
    async () => {
      const sql = await fixture('export_my_data');
      const missed: string[] = [];
      const places = [...sql.matchAll(CONDITION)];
      expect(places).toHaveLength(13);
      for (const { 0: text, index } of places) {
        const found = await leaksAfter(`${sql.slice(0, index)}true${sql.slice(index + text.length)}`);
        if (!told(found).some((where) => /stranger.* · public\.export_my_data\(jsonb\)/.test(where)))
          missed.push(text.trim());
      }
      await database.client.query(sql);
      expect(missed).toEqual([]);
    },
    600_000,
  );
});
