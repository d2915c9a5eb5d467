// What the example asks for with supabase-js exists in the database, and is its caller's to ask. There is no PostgREST here:
// that each request compiles is for `npm run types`, what it needs is held against the catalogs.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as browser from '../../examples/supabase-client/src/browser.ts';
import * as chat from '../../examples/supabase-client/src/chat.ts';
import { type Client, connect, RefusedError } from '../../examples/supabase-client/src/client.ts';
import * as ingestion from '../../examples/supabase-client/src/ingestion.ts';
import * as visitor from '../../examples/supabase-client/src/visitor.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';
import { type Needed, neededBy } from './supabase-requests.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(async () => {
  jest.restoreAllMocks();
  await database?.drop();
});

/** One row for whoever wants one; a lock's token for whoever takes one. */
const ROW = { id: 'x', chunk_count: 1, outcome: 'started', request_id: 'x', response: null };

/** What `use` asks of the database, in this order. */
async function asked(use: (client: Client) => Promise<unknown>): Promise<Needed[]> {
  const requests: Needed[] = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (input, init = {}) => {
    requests.push(neededBy(String(input), init));
    const one = new Headers(init.headers).get('accept')?.includes('object') ?? false;
    const answer = String(input).includes('acquire') ? 7 : one ? ROW : [ROW];
    const body = init.method === 'HEAD' ? null : JSON.stringify(answer);
    return new Response(body, { headers: { 'content-type': 'application/json', 'content-range': '0-0/1' } });
  });
  await use(connect('http://127.0.0.1:9', 'a key'));
  return requests;
}

const claimed = { transcript_id: 'x', leased_until: 'x', retry_count: 0 };
const sources = [{ videoId: 'x', startTime: 0, similarity: 1 }];

type Use = (client: Client) => Promise<unknown>;

/** Every function of the example, by the role of its caller. */
const USES: Readonly<Record<string, Readonly<Record<string, Use>>>> = {
  anon: {
    publicChannel: (client) => visitor.publicChannel(client, 'x'),
    publicVideos: (client) => visitor.publicVideos(client, 'x'),
  },
  authenticated: {
    followedChannels: browser.followedChannels,
    follow: (client) => browser.follow(client, 'x'),
    unfollow: (client) => browser.unfollow(client, 'x'),
    ingestionOf: (client) => browser.ingestionOf(client, 'x'),
    countVideos: (client) => browser.countVideos(client, 'x'),
    listVideos: (client) => browser.listVideos(client, 'x', 'video'),
    sessionWith: (client) => browser.sessionWith(client, 'x'),
    messagesOf: (client) => browser.messagesOf(client, 'x'),
    write: (client) => browser.write(client, 'x', 'question', 'answer', sources),
    nameSession: (client) => browser.nameSession(client, 'x', 'title'),
    clearMessages: (client) => browser.clearMessages(client, 'x'),
    deleteSession: (client) => browser.deleteSession(client, 'x'),
    searchMessages: (client) => browser.searchMessages(client, 'x', { created_at: 'x', id: 'x' }),
    saveAnswer: (client) =>
      browser.saveAnswer(client, { message_id: 'x', session_id: 'x', channel_id: 'x', content: 'x', sources }),
    savedAnswers: browser.savedAnswers,
    deleteSavedAnswer: (client) => browser.deleteSavedAnswer(client, 'x'),
    publish: (client) => browser.publish(client, 'x', 'x'),
    usage: browser.usage,
    searchChannel: (client) => browser.searchChannel(client, 'x', [1]),
  },
  service_role: {
    upsertChannel: (client) =>
      ingestion.upsertChannel(client, { youtube_channel_id: 'x', channel_name: 'x', channel_url: 'x' }),
    upsertVideos: (client) =>
      ingestion.upsertVideos(client, 'x', [{ youtube_video_id: 'x', title: 'x', published_at: null }]),
    reportProgress: (client) =>
      ingestion.reportProgress(client, 'x', { ingestion_status: 'indexing', ingestion_progress: 1, indexed_videos: 1 }),
    queueTranscript: (client) => ingestion.queueTranscript(client, { id: 'x', channel_id: 'x' }),
    claimTranscripts: (client) => ingestion.claimTranscripts(client, 1),
    finishTranscript: (client) => ingestion.finishTranscript(client, claimed, { text: 'x', segments: [] }),
    retryTranscript: (client) => ingestion.retryTranscript(client, claimed, 'x'),
    replaceChunks: (client) => ingestion.replaceChunks(client, 'x', [{ text: 'x' }]),
    countChunks: (client) => ingestion.countChunks(client, 'x'),
    withChannelLock: (client) => ingestion.withChannelLock(client, 'x', async () => {}),
    renewLock: (client) => ingestion.renewLock(client, 'x', 1),
    usageOf: (client) => chat.usageOf(client, 'x'),
    countQuestion: (client) => chat.countQuestion(client, 'x'),
    countVisitorsQuestion: (client) => chat.countVisitorsQuestion(client, 'x', 'x'),
    countIndexedVideos: (client) => chat.countIndexedVideos(client, 'x', 1),
    searchAll: (client) => chat.searchAll(client, [1]),
    once: (client) => chat.once(client, { user: 'x', key: 'x', hash: 'x' }, async () => 'x'),
    'once, with a failure': (client) =>
      chat.once(client, { user: 'x', key: 'x', hash: 'x' }, () => Promise.reject(new Error('x'))).catch(() => {}),
    logError: (client) => chat.logError(client, 'x', new Error('x'), null),
  },
};

const cases = Object.entries(USES).flatMap(([role, uses]) =>
  Object.entries(uses).map(([name, use]) => [role, name, use] as const),
);

/** What a request needs and its role has not; `*` stands for all columns. */
async function lacking(role: string, needed: Needed): Promise<string[]> {
  const columns = (table: string, privilege: string, names: readonly string[]) =>
    names.map((name) => ({ table, privilege, name }));
  const { table = '', embedded } = needed;
  const { rows } = await database.client.query<{ missing: string }>(
    `select need.privilege || ' of ' || need."table" || '.' || need.name as missing
     from jsonb_to_recordset($2) need ("table" text, privilege text, name text)
     where not coalesce(
       case when need.name = '*' then has_table_privilege($1, 'public.' || need."table", need.privilege)
       else has_column_privilege($1, 'public.' || need."table", need.name, need.privilege) end, false)`,
    [
      role,
      JSON.stringify([
        ...columns(table, 'select', needed.select),
        ...columns(table, 'insert', needed.insert),
        ...columns(table, 'update', needed.update),
        ...columns(table, 'delete', needed.delete ? ['*'] : []),
        ...Object.entries(embedded).flatMap(([name, shown]) => columns(name, 'select', shown)),
      ]),
    ],
  );
  return rows.map(({ missing }) => missing);
}

/** How many foreign keys lead from one table to another, either way: of several PostgREST does not know which is meant. */
async function keysBetween(one: string, other: string): Promise<number> {
  const { rowCount } = await database.client.query(
    `select from pg_constraint where contype = 'f'
       and ((conrelid = $1::regclass and confrelid = $2::regclass) or (conrelid = $2::regclass and confrelid = $1::regclass))`,
    [`public.${one}`, `public.${other}`],
  );
  return rowCount ?? 0;
}

async function uniqueKeys(table: string): Promise<string[]> {
  const { rows } = await database.client.query<{ columns: string }>(
    `select string_agg(a.attname, ',' order by a.attname) as columns
     from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
     where i.indrelid = $1::regclass and i.indisunique and i.indpred is null group by i.indexrelid`,
    [`public.${table}`],
  );
  return rows.map(({ columns }) => columns);
}

/** The functions that a call with these arguments is about, and that its role may execute. */
async function functionsFor(role: string, { rpc, args = [] }: Needed): Promise<number> {
  const { rowCount } = await database.client.query(
    `select from pg_proc p where pronamespace = 'public'::regnamespace and proname = $2
       and has_function_privilege($1, oid, 'execute')
       and $3::text[] <@ (coalesce(proargnames, '{}'))[1:pronargs]
       and (coalesce(proargnames, '{}'))[1:pronargs - pronargdefaults] <@ $3::text[]`,
    [role, rpc, args],
  );
  return rowCount ?? 0;
}

describe('as its role, every request finds what it names', () => {
  test.each(cases)('%s: %s', async (role, _, use) => {
    const requests = await asked(use);
    expect(requests).not.toEqual([]);
    for (const needed of requests) {
      if (needed.rpc !== undefined) {
        expect({ needed, functions: await functionsFor(role, needed) }).toEqual({ needed, functions: 1 });
        continue;
      }
      expect(await lacking(role, needed)).toEqual([]);
      for (const other of Object.keys(needed.embedded)) expect(await keysBetween(needed.table ?? '', other)).toBe(1);
      if (needed.conflict.length > 0)
        expect(await uniqueKeys(needed.table ?? '')).toContain([...needed.conflict].sort().join(','));
    }
  });

  test('what a role may not do is noticed: another’s column, another’s function, an argument that there is not', async () => {
    const [read] = await asked((client) => ingestion.countChunks(client, 'x'));
    const [progress] = await asked((client) => browser.ingestionOf(client, 'x'));
    expect(await lacking('anon', progress as Needed)).toContain('select of channels.ingestion_progress');
    expect(await lacking('authenticated', read as Needed)).toEqual([]);
    const [named] = await asked((client) => browser.nameSession(client, 'x', 'x'));
    const plan = { ...(named as Needed), table: 'user_usage', update: ['plan_id'] };
    expect(await lacking('authenticated', plan)).toEqual(['update of user_usage.plan_id']);
    const [claim] = await asked((client) => ingestion.claimTranscripts(client, 1));
    expect(await functionsFor('authenticated', claim as Needed)).toBe(0);
    expect(await functionsFor('service_role', { ...(claim as Needed), args: ['p_limit', 'p_other'] })).toBe(0);
    const [publish] = await asked((client) => browser.publish(client, 'x', 'x'));
    expect(await functionsFor('authenticated', { ...(publish as Needed), args: ['p_slug'] })).toBe(0);
  });
});

test('every function of the example is asked', () => {
  const exported = [browser, visitor, ingestion, chat].flatMap((module) => Object.keys(module));
  const used = new Set(cases.map(([, name]) => name.replace(', with a failure', '')));
  expect(exported.filter((name) => !used.has(name))).toEqual([]);
});

test('the page of the example names each function, and none that is not there', async () => {
  const page = await readFile('examples/supabase-client/README.md', 'utf8');
  const named = [...page.matchAll(/`(\w+)\(\)`/g)].map(([, name]) => name);
  const exported = [browser, visitor, ingestion, chat].flatMap((module) => Object.keys(module));
  expect([...new Set(named)].sort()).toEqual(exported.sort());
});

test('what the database refuses is an error with its code, and the name that the docs give it', async () => {
  const problem = {
    code: 'PT429',
    message: 'All 18 questions of today are used.',
    details: '{"error": "message_quota", "limit": 18}',
    hint: 'Ask again later.',
  };
  jest
    .spyOn(globalThis, 'fetch')
    .mockImplementation(async () => new Response(JSON.stringify(problem), { status: 429 }));
  const client = connect('http://127.0.0.1:9', 'a key');
  await expect(chat.countQuestion(client, 'x')).rejects.toThrow(RefusedError);
  await expect(chat.countQuestion(client, 'x')).rejects.toMatchObject({ code: 'PT429', reason: 'message_quota' });
  await expect(browser.countVideos(client, 'x')).rejects.toMatchObject({ name: 'RefusedError' });
});
