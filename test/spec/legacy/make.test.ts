import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type LegacyOptions, makeLegacy } from '../../../spec/legacy/make.ts';
import type { LegacyRow } from '../../../spec/legacy/row.ts';
import { small } from '../../../spec/legacy/size.ts';

const clean: LegacyOptions = { seed: 1, size: 'small', orphans: 0 };

test('the same seed makes the same bytes, and another seed makes others', () => {
  expect(digest(clean)).toBe(digest(clean));
  expect(digest({ ...clean, seed: 2 })).not.toBe(digest(clean));
});

test('a table can be read again from the first row', () => {
  const videos = table(clean, 'public.videos');
  expect([...videos.lines()]).toEqual([...videos.lines()]);
});

test('every id is a uuid of version 4, and none comes twice', () => {
  const ids = makeLegacy({ ...clean, orphans: 3 }).flatMap(({ rows }) => [...rows()].map((row) => row[0] as string));
  expect(ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toEqual(
    [],
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('the small database has as many rows as documented', () => {
  const counts = Object.fromEntries(makeLegacy(clean).map(({ table, rows }) => [table, [...rows()].length]));
  expect(counts).toMatchObject({
    'auth.users': small.users,
    'public.channels': small.channels,
    'public.videos': small.videos,
    'public.chat_sessions': small.sessions,
    'public.user_usage': small.users,
    'public.user_creators': small.users * small.followsPerUser,
    'public.public_chat_limits': small.publicLimits,
    'public.error_logs': small.errorLogs,
  });
  expect(counts['public.transcript_chunks']).toBeGreaterThan(200);
  expect(counts['public.chat_messages']).toBeGreaterThan(small.sessions);
});

test('the small database has every status and type, both plans, and two public channels', () => {
  expect(values('public.videos', 'transcript_status')).toEqual([
    'completed',
    'failed',
    'no_captions',
    'pending',
    'processing',
  ]);
  expect(values('public.videos', 'content_type')).toEqual(['live', 'short', 'video']);
  expect(values('public.user_usage', 'plan_type')).toEqual(['free', 'pro']);
  expect(values('public.channels', 'public_slug').filter(Boolean)).toEqual(['channel-0', 'channel-2']);
  expect(values('public.chat_messages', 'role')).toEqual(['assistant', 'user']);
});

test('text is in several scripts and needs escaping', () => {
  const text = [
    ...table(clean, 'public.transcript_chunks').lines(),
    ...table(clean, 'public.chat_messages').lines(),
  ].join('');
  expect(text).toMatch(/[\u3040-\u30ff]/);
  expect(text).toMatch(/[\u0600-\u06ff]/);
  expect(text).toMatch(/\\n/);
});

test('an embedding has 1536 dimensions, and some chunks have none yet', () => {
  const [first] = embeddings();
  expect(first?.vector).toHaveLength(1536);
  expect(length(first?.vector ?? [])).toBeCloseTo(1, 3);
  expect(values('public.transcript_chunks', 'embedding')).toContain(null);
});

test('a chunk is closer to the chunks of its own video than to others', () => {
  const all = embeddings();
  const pairs = all.flatMap((one, at) =>
    all.slice(at + 1).map((other) => ({ same: one.video === other.video, near: dot(one, other) })),
  );
  expect(mean(pairs.filter(({ same }) => same))).toBeGreaterThan(mean(pairs.filter(({ same }) => !same)) + 0.3);
});

test('without orphans every text key has its channel or video', () => {
  expect(dangling(clean)).toEqual({ channels: 0, videos: 0 });
});

test('with orphans some keys lead nowhere, and one names a channel by its uuid', () => {
  const found = dangling({ ...clean, orphans: 1 });
  expect(found.channels).toBeGreaterThan(0);
  expect(found.videos).toBeGreaterThan(0);
  const uuids = column({ ...clean, orphans: 1 }, 'public.channels', 'id');
  expect(
    column({ ...clean, orphans: 1 }, 'public.videos', 'channel_id').filter((key) => uuids.includes(key)),
  ).toHaveLength(1);
});

test('more sessions than users and channels allow are refused', () => {
  expect(() => makeLegacy({ seed: 1, size: { ...small, sessions: 13 } })).toThrow('one session a channel');
});

function digest(options: LegacyOptions): string {
  const hash = createHash('sha256');
  for (const { table, lines } of makeLegacy(options)) {
    hash.update(table);
    for (const line of lines()) hash.update(line);
  }
  return hash.digest('hex');
}

function table(options: LegacyOptions, name: string) {
  const found = makeLegacy(options).find((made) => made.table === name);
  if (!found) throw new Error(`No table ${name} is made.`);
  return found;
}

const kept = new Map<string, ReturnType<typeof everything>>();

/** All tables with their rows, made once for the tests that only look at them. */
function everything(options: LegacyOptions) {
  return makeLegacy(options).map(({ table, columns, rows }) => ({ table, columns, rows: [...rows()] }));
}

function column(options: LegacyOptions, name: string, of: string): LegacyRow {
  const key = JSON.stringify(options);
  const tables = kept.get(key) ?? everything(options);
  kept.set(key, tables);
  return tables
    .filter(({ table }) => table === name)
    .flatMap(({ columns, rows }) => rows.map((row) => row[columns.indexOf(of)] ?? null));
}

function values(name: string, of: string) {
  return [...new Set(column(clean, name, of))].sort((one, other) => (one ?? '~').localeCompare(other ?? '~'));
}

/** One chunk in five, which is plenty. */
function embeddings() {
  const keys = column(clean, 'public.transcript_chunks', 'video_id');
  return column(clean, 'public.transcript_chunks', 'embedding')
    .map((text, at) => ({ video: keys[at], vector: text === null ? [] : (JSON.parse(text) as number[]) }))
    .filter(({ vector }, at) => at % 5 === 0 && vector.length > 0);
}

function dot(one: { vector: number[] }, other: { vector: number[] }): number {
  return one.vector.reduce((sum, value, at) => sum + value * (other.vector[at] as number), 0);
}

function length(vector: number[]): number {
  return Math.sqrt(dot({ vector }, { vector }));
}

function mean(pairs: { near: number }[]): number {
  return pairs.reduce((sum, { near }) => sum + near, 0) / pairs.length;
}

/** How many keys of channels and of videos lead nowhere. */
function dangling(options: LegacyOptions) {
  const channels = new Set(column(options, 'public.channels', 'channel_id'));
  const videos = new Set(column(options, 'public.videos', 'video_id'));
  const named = ['public.videos', 'public.transcript_chunks', 'public.chat_sessions', 'public.public_chat_limits'];
  return {
    channels: named.flatMap((name) => column(options, name, 'channel_id')).filter((key) => !channels.has(key)).length,
    videos: column(options, 'public.transcript_chunks', 'video_id').filter((key) => !videos.has(key)).length,
  };
}
