import type pg from 'pg';
import { channelKey, channelUuid } from '../../spec/legacy/layout.ts';
import { type ChannelClass, channelsOf, type Scale } from '../data/scale.ts';
import { textOf, vectorSpace } from '../data/vectors.ts';
import type { Clients } from '../measure/queries.ts';

/** How many rows there are to choose from: values of the variables of bench/load/mix.ts. */
export type MixVariables = Readonly<Record<'people' | 'questions', number>>;

const PEOPLE = 2_000;
const QUESTIONS = 400;
/** Four for each of at most 32 clients. */
const TRANSCRIPTS = 128;
const NO_LIMIT = 1_000_000_000;

/** Of ten questions, how many go to channels of each class: large ones are asked more. */
const asked: readonly ChannelClass['name'][] = [
  'small',
  'small',
  'small',
  'small',
  'medium',
  'medium',
  'medium',
  'large',
  'large',
  'huge',
];

/** Makes the tables from which the mixed load takes what it is about: the same people, questions and transcripts. */
export async function makeMixTables(clients: Clients, scale: Scale): Promise<MixVariables> {
  const questions = questionsOf(scale);
  await makePeople(clients.legacy);
  await makePeople(clients.target);
  for (const side of ['legacy', 'target'] as const) await makeQuestions(clients[side], side, scale, questions);
  await makeTranscripts(clients);
  // Whoever reaches a limit is refused, which costs next to nothing: nobody does.
  await clients.target.query(
    `insert into public.plans (code, creators_limit, videos_per_creator_limit, messages_per_day_limit)
     values ('bench', ${NO_LIMIT}, ${NO_LIMIT}, ${NO_LIMIT}) on conflict (code) do nothing`,
  );
  await clients.target.query(
    `update public.user_usage set plan_id = (select id from public.plans where code = 'bench'), plan_expires_at = null
     where user_id in (select user_id from bench.people)`,
  );
  for (const client of [clients.legacy, clients.target])
    await client.query(
      'grant select on all tables in schema bench to authenticated, service_role; grant usage on schema bench to service_role; analyze bench.people, bench.questions, bench.transcripts',
    );
  return { people: PEOPLE, questions: QUESTIONS };
}

/** Somebody's session, for each of many: the same on both sides, by their ids. */
async function makePeople(client: pg.Client): Promise<void> {
  await client.query(`
    drop table if exists bench.people;
    create table bench.people as
    select row_number() over (order by md5(id::text))::int as n, user_id, id as session_id
    from public.chat_sessions order by md5(id::text) limit ${PEOPLE};
    alter table bench.people add primary key (n)`);
}

interface AskedQuestion {
  readonly channel: number;
  readonly embedding: string;
}

function questionsOf(scale: Scale): AskedQuestion[] {
  const space = vectorSpace(scale.plan.seed);
  return Array.from({ length: QUESTIONS }, (_, index) => {
    const wanted = channelsOf(scale, asked[index % asked.length] as ChannelClass['name']);
    const channels = wanted.length > 0 ? wanted : channelsOf(scale, 'medium');
    const channel = channels[(index * 7) % channels.length] as number;
    return {
      channel,
      embedding: textOf(index % 20 < 10 ? space.aligned(channel, index) : space.cross(channel, index)),
    };
  });
}

async function makeQuestions(
  client: pg.Client,
  side: keyof Clients,
  { plan }: Scale,
  questions: readonly AskedQuestion[],
): Promise<void> {
  const [channel, vector] = side === 'legacy' ? ['text', 'vector(1536)'] : ['uuid', 'extensions.halfvec(1536)'];
  await client.query(`drop table if exists bench.questions;
    create table bench.questions (n int primary key, user_id uuid, channel ${channel}, embedding ${vector})`);
  const nameOf = side === 'legacy' ? channelKey : channelUuid;
  await client.query(
    `insert into bench.questions
     select given.n, people.user_id, given.channel::${channel}, given.embedding::${vector}
     from unnest($1::text[], $2::text[]) with ordinality given (channel, embedding, n)
     join bench.people people on people.n = given.n`,
    [questions.map(({ channel }) => nameOf(plan, channel)), questions.map(({ embedding }) => embedding)],
  );
}

/** Transcripts with the chunks that each has: what ingestion writes is always the same, and as much. */
async function makeTranscripts({ legacy, target }: Clients): Promise<void> {
  const { rows } = await target.query<Record<'transcript_id' | 'video' | 'channel' | 'chunks', string>>(`
    select transcript.id as transcript_id, video.youtube_video_id as video, channel.youtube_channel_id as channel,
      jsonb_agg(jsonb_build_object('chunk_index', chunk.chunk_index, 'text', chunk.text, 'start_time', chunk.start_time,
        'end_time', chunk.end_time, 'embedding', embedded.embedding::text) order by chunk.chunk_index)::text as chunks
    from (
      select transcript.* from public.transcripts transcript join public.channels channel on channel.id = transcript.channel_id
      where transcript.extraction_status = 'completed' and channel.chunk_count = 1000 order by md5(transcript.id::text) limit ${TRANSCRIPTS}
    ) transcript
    join public.videos video on video.id = transcript.video_id
    join public.channels channel on channel.id = transcript.channel_id
    join public.transcript_chunks chunk on chunk.transcript_id = transcript.id
    join public.chunk_embeddings embedded on embedded.chunk_id = chunk.id
    group by 1, 2, 3 order by 1`);
  for (const client of [legacy, target]) {
    await client.query(`drop table if exists bench.transcripts;
      create table bench.transcripts (n int primary key, transcript_id uuid, video text, channel text, chunks jsonb)`);
    await client.query(
      `insert into bench.transcripts
       select n, transcript_id::uuid, video, channel, chunks::jsonb
       from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality given (transcript_id, video, channel, chunks, n)`,
      (['transcript_id', 'video', 'channel', 'chunks'] as const).map((column) => rows.map((row) => row[column])),
    );
  }
}
