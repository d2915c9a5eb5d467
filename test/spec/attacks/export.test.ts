// The largest account can be exported, page by page, each row once, and nobody gets another's by asking for a page.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type App, freshApp, type Row } from '../functions/support.ts';

let app: App;
let user: string;
let channel: string;
beforeAll(async () => {
  app = await freshApp();
  user = await app.user();
  await app.sql(`update public.user_usage set plan_id = (select id from public.plans where code = 'pro')`);
  channel = await app.channel();
  // Rows of one moment, so that a page ends between them.
  await app.sql(
    `with session as (
       insert into public.chat_sessions (user_id, channel_id) values ('${user}', '${channel}') returning id
     )
     insert into public.chat_messages (user_id, session_id, role, content, created_at)
       select '${user}', id, 'user', repeat('a', 32768), '2026-01-01' from session, generate_series(1, 150);
     insert into public.saved_answers (user_id, channel_id, question, content, sources, created_at)
       select '${user}', '${channel}', repeat('q', 32768), repeat('a', 32768), to_jsonb(repeat('s', 65000)), '2026-01-01'
       from generate_series(1, 40);
     insert into public.voice_conversations (user_id, channel_id, transcript, created_at)
       select '${user}', '${channel}', to_jsonb(repeat('v', 262000)), '2026-01-01' from generate_series(1, 20);
     insert into public.request_idempotency (user_id, operation_type, idempotency_key, request_hash, status, response, completed_at, created_at)
       select '${user}', 'x', 'key ' || number, 'h', 'completed', to_jsonb(repeat('r', 65000)), now(), '2026-01-01'
       from generate_series(1, 60) number;
     insert into public.error_logs (function_name, message, user_id, created_at)
       select 'f', repeat('m', 10000), '${user}', '2026-01-01' from generate_series(1, 300)`,
  );
});
afterAll(() => app?.drop());

const EXPORT = 'select public.export_my_data($1) as page';
type Page = Readonly<Record<string, Row[]>> & { readonly next?: unknown };

async function pagesOf(who: string): Promise<Page[]> {
  const pages: Page[] = [];
  let next: unknown = null;
  do {
    const [row] = await app.as({ user: who }, EXPORT, [next === null ? null : JSON.stringify(next)]);
    pages.push(row?.page as Page);
    next = pages.at(-1)?.next ?? null;
  } while (next !== null);
  return pages;
}

test('an export has every row once, in pages of some 2 MB', async () => {
  const pages = await pagesOf(user);
  expect(pages.length).toBeGreaterThan(8);
  for (const page of pages) expect(JSON.stringify(page).length).toBeLessThan(2_400_000);
  for (const [table, count] of Object.entries({
    chat_messages: 150,
    saved_answers: 40,
    voice_conversations: 20,
    error_logs: 300,
  })) {
    const ids = pages.flatMap((page) => page[table] as Row[]).map(({ id }) => id);
    expect(ids).toHaveLength(count);
    const there = await app.sql(`select id from public.${table} where user_id = $1`, [user]);
    expect(ids.toSorted()).toEqual(there.map(({ id }) => id).toSorted());
  }
  expect(pages.flatMap((page) => page.request_idempotency)).toHaveLength(60);
});

test('no page names a request', async () => {
  const pages = JSON.stringify(await pagesOf(user));
  for (const { id, idempotency_key: key } of await app.sql(
    'select id, idempotency_key from public.request_idempotency',
  )) {
    expect(pages).not.toContain(id);
    expect(pages).not.toContain(`"${key}"`);
  }
});

test('a small account is one page, which says nothing of a next one', async () => {
  const pages = await pagesOf(await app.user());
  expect(pages).toHaveLength(1);
  expect(pages[0]).not.toHaveProperty('next');
});

test.each([
  '[]',
  '{}',
  '"x"',
  '7',
  '{"section": "users", "time": "2020-01-01", "id": "00000000-0000-0000-0000-000000000000"}',
  '{"section": "chat_messages", "time": "soon", "id": "x"}',
])('there is no page %s', async (page) => {
  expect(await app.failure({ user }, EXPORT, [page])).toMatchObject({ code: 'PT400', error: 'invalid_page' });
});

test('another’s page is one’s own rows from there on', async () => {
  const [first] = await pagesOf(user);
  const other = await app.user();
  const [{ page } = {}] = await app.as({ user: other }, EXPORT, [JSON.stringify(first?.next)]);
  expect(JSON.stringify(page)).not.toContain(user);
});
