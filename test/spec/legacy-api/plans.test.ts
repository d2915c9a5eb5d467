import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import config from '../../../rolecall.config.ts';
import { people } from '../../../spec/people.ts';
import type { PlanNode } from '../../../src/plans/model.ts';
import { prepare } from '../../../src/plans/prove.ts';
import { indexesOf, nodesOf } from '../../../src/plans/shape.ts';
import { type MigratedDatabase, migratedDatabase } from '../../support/migrated.ts';

const user = people.owner;
const channel = `(select id from public.channels where youtube_channel_id = 'UCworld')`;
const session = `(select id from public.chat_sessions where user_id = '${user}' and channel_id = ${channel})`;

/** What an old client asks, and the same as a new one would ask it. */
const queries: Readonly<Record<string, readonly [old: string, now: string]>> = {
  "a channel's latest videos": [
    `select * from legacy_api.videos where channel_id = 'UCworld' order by published_at desc limit 20`,
    `select * from public.videos where channel_id = ${channel} order by published_at desc limit 20`,
  ],
  'how many videos a channel has': [
    `select count(*) from legacy_api.videos where channel_id = 'UCworld'`,
    `select count(*) from public.videos where channel_id = ${channel}`,
  ],
  'a video': [
    `select * from legacy_api.videos where video_id = 'world'`,
    `select * from public.videos where youtube_video_id = 'world'`,
  ],
  "a channel's chunks": [
    `select count(*) from legacy_api.transcript_chunks where channel_id = 'UCworld'`,
    `select count(*) from public.transcript_chunks where channel_id = ${channel}`,
  ],
  'chunks that wait for an embedding': [
    `select text, embedding from legacy_api.transcript_chunks where channel_id = 'UCworld' and embedding_status = 'pending'`,
    `select embedding from public.chunk_embeddings where chunk_id = '${user}'`,
  ],
  "a video's chunks": [
    `select text from legacy_api.transcript_chunks where video_id = 'world' order by chunk_index`,
    `select text from public.videos video
     join public.transcript_chunks chunk on chunk.channel_id = video.channel_id and chunk.video_id = video.id
     where video.youtube_video_id = 'world' order by chunk_index`,
  ],
  'a chunk with its embedding': [
    `select * from legacy_api.transcript_chunks where id = '${user}'`,
    `select * from public.transcript_chunks where id = '${user}'`,
  ],
  'the session with a channel': [
    `select * from legacy_api.chat_sessions where channel_id = 'UCworld' and user_id = '${user}'`,
    `select * from public.chat_sessions where channel_id = ${channel} and user_id = '${user}'`,
  ],
  "a session's messages": [
    `select * from legacy_api.chat_messages where session_id = ${session} order by created_at desc limit 50`,
    `select * from public.chat_messages where session_id = ${session} order by created_at desc limit 50`,
  ],
  'followed channels': [
    `select * from legacy_api.user_creators follow join legacy_api.channels channel on channel.id = follow.channel_id
     where follow.user_id = '${user}' order by follow.created_at desc`,
    `select * from public.user_creators follow join public.channels channel on channel.id = follow.channel_id
     where follow.user_id = '${user}' order by follow.added_at desc`,
  ],
  'a public page': [
    `select * from legacy_api.channels where public_slug = 'world-public'`,
    `select * from public.channels where public_slug = 'world-public'`,
  ],
};

let database: MigratedDatabase;
beforeAll(async () => {
  database = await migratedDatabase();
  if (!config.queries) throw new Error('rolecall.config.ts does not say how large tables are in production.');
  // Tables of production size, and the rows of the world, until the end.
  await database.client.query('begin');
  await prepare(database.client, config, config.queries);
  await database.client.query(
    `select set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{"sub":"${user}","role":"authenticated"}', true)`,
  );
});
afterAll(() => database?.drop());

test.each(Object.entries(queries))(
  '%s: an old client uses the indexes of a new one, and reads no table whole',
  async (_, [old, now]) => {
    const [through, direct] = [await planOf(database.client, old), await planOf(database.client, now)];
    expect(wholeTablesOf(through)).toEqual([]);
    expect(indexesIn(direct).length).toBeGreaterThan(0);
    expect(indexesIn(through)).toEqual(expect.arrayContaining(indexesIn(direct)));
  },
);

async function planOf(client: pg.Client, sql: string): Promise<PlanNode> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (format json) ${sql}`);
  const [plan] = rows.map((row) => row['QUERY PLAN'][0].Plan);
  if (!plan) throw new Error(`The server gave no plan for ${sql}`);
  return plan;
}

const indexesIn = (plan: PlanNode): string[] => [...nodesOf(plan)].flatMap(({ node }) => indexesOf(node));

const wholeTablesOf = (plan: PlanNode): unknown[] =>
  [...nodesOf(plan)].filter(({ node }) => node['Node Type'] === 'Seq Scan').map(({ node }) => node['Relation Name']);
