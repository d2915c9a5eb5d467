import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** The shape that a statement is written for: of the old tables, or of the new ones. */
export type Shape = 'old' | 'new';

/** What has to be found in the end: of a table, by its id, the value of a column, or that the row is gone. */
export interface Entry {
  readonly table: string;
  readonly id: string;
  readonly column: string;
  readonly value: string | null;
}

/** A write, and what it promises once it is acknowledged. */
export interface Write {
  readonly sql: Readonly<Record<Shape, string>>;
  readonly values: readonly unknown[];
  readonly promise: Entry;
}

/** Rows that one writer alone changes, so that what it was promised holds to the end. */
export interface Ground {
  readonly user: string;
  readonly session: string;
  readonly channel: string;
  readonly channelKey: string;
  readonly video: string;
  readonly videoKey: string;
  readonly usage: string;
}

/** Ground for so many writers, in a legacy database. */
export async function groundsOf(client: pg.Client, writers: number): Promise<Ground[]> {
  const { rows } = await client.query<Ground>(
    `select s.user_id as user, s.id as session, c.id as channel, c.channel_id as "channelKey", v.id as video, v.video_id as "videoKey", u.id as usage
     from (select distinct on (channel_id) * from public.videos where transcript_status = 'completed' order by channel_id, id) v
     join public.channels c on c.channel_id = v.channel_id
     join lateral (select * from public.chat_sessions s where s.channel_id = c.channel_id order by id limit 1) s on true
     join public.user_usage u on u.user_id = s.user_id
     order by c.id limit $1`,
    [writers],
  );
  return rows;
}

const same = (sql: string): Record<Shape, string> => ({ old: sql, new: sql });

/** Some numbers as text: an embedding that says which write it is of. */
const vector = (turn: number): string => `[${turn % 1_000},${Array.from({ length: 1535 }, () => 0.01).join(',')}]`;

/** The writes of one writer, in turn: inserts, updates and deletes in every table that the app writes to. */
export function* writesOf(ground: Ground): Generator<Write, never> {
  for (let turn = 0; ; turn++) {
    const mark = `turn ${turn}`;
    const message = randomUUID();
    const gone = randomUUID();
    for (const [id, value] of [
      [message, mark],
      [gone, mark],
    ] as const) {
      yield {
        sql: {
          old: "insert into public.chat_messages (id, session_id, role, content) values ($1, $2, 'user', $3)",
          new: `insert into public.chat_messages (id, session_id, user_id, role, content)
                select $1, s.id, s.user_id, 'user', $3 from public.chat_sessions s where s.id = $2`,
        },
        values: [id, ground.session, value],
        promise: { table: 'chat_messages', id, column: 'content', value },
      };
    }
    yield {
      sql: same('delete from public.chat_messages where id = $1'),
      values: [gone],
      promise: { table: 'chat_messages', id: gone, column: 'content', value: null },
    };
    yield {
      sql: same('update public.channels set channel_name = $2 where id = $1'),
      values: [ground.channel, mark],
      promise: { table: 'channels', id: ground.channel, column: 'channel_name', value: mark },
    };
    const video = randomUUID();
    yield {
      sql: {
        old: 'insert into public.videos (id, video_id, channel_id, title) values ($1, $2, $3, $4)',
        new: `insert into public.videos (id, youtube_video_id, channel_id, title)
              select $1, $2, c.id, $4 from public.channels c where c.youtube_channel_id = $3`,
      },
      values: [video, `new ${video}`, ground.channelKey, mark],
      promise: { table: 'videos', id: video, column: 'title', value: mark },
    };
    if (turn % 2 === 0) {
      yield {
        sql: same('delete from public.videos where id = $1'),
        values: [video],
        promise: { table: 'videos', id: video, column: 'title', value: null },
      };
    }
    const chunk = randomUUID();
    yield {
      sql: {
        old: `insert into public.transcript_chunks (id, video_id, channel_id, chunk_index, text, embedding, embedding_status)
              values ($1, $2, $3, $4, $5, $6, 'completed')`,
        new: `with chunk as (
                insert into public.transcript_chunks (id, transcript_id, video_id, channel_id, chunk_index, text, embedding_status)
                select $1, t.id, t.video_id, t.channel_id, $4, $5, 'completed'
                from public.transcripts t join public.videos v on v.id = t.video_id
                where v.youtube_video_id = $2 and $3 <> '' returning id, channel_id
              )
              insert into public.chunk_embeddings (chunk_id, channel_id, embedding) select id, channel_id, $6 from chunk`,
      },
      values: [chunk, ground.videoKey, ground.channelKey, 10_000 + turn, mark, vector(turn)],
      promise: { table: 'transcript_chunks', id: chunk, column: 'text', value: mark },
    };
    yield {
      sql: same('update public.transcript_chunks set text = $2 where id = $1'),
      values: [chunk, `${mark}, again`],
      promise: { table: 'transcript_chunks', id: chunk, column: 'text', value: `${mark}, again` },
    };
    if (turn % 3 === 0) {
      yield {
        sql: same('delete from public.transcript_chunks where id = $1'),
        values: [chunk],
        promise: { table: 'transcript_chunks', id: chunk, column: 'text', value: null },
      };
    }
    yield {
      sql: same('update public.user_usage set videos_indexed = $2 where id = $1'),
      values: [ground.usage, turn],
      promise: { table: 'user_usage', id: ground.usage, column: 'videos_indexed', value: String(turn) },
    };
    const limit = randomUUID();
    yield {
      sql: {
        old: 'insert into public.public_chat_limits (id, identifier, channel_id, messages_today) values ($1, $2, $3, 7)',
        new: `insert into public.public_chat_limits (id, identifier, channel_id, messages_today)
              select $1, $2, c.id, 7 from public.channels c where c.youtube_channel_id = $3`,
      },
      values: [limit, `ledger ${limit}`, ground.channelKey],
      promise: { table: 'public_chat_limits', id: limit, column: 'messages_today', value: '7' },
    };
    const error = randomUUID();
    yield {
      sql: {
        old: "insert into public.error_logs (id, service, error_message) values ($1, 'chat', $2)",
        new: "insert into public.error_logs (id, function_name, message) values ($1, 'chat', $2)",
      },
      values: [error, mark],
      promise: { table: 'error_logs', id: error, column: 'message', value: mark },
    };
    const user = randomUUID();
    yield {
      sql: same('insert into auth.users (id, email) values ($1, $2)'),
      values: [user, `${user}@example.com`],
      promise: { table: 'profiles', id: user, column: 'id', value: user },
    };
    const follow = randomUUID();
    yield {
      sql: same('insert into public.user_creators (id, user_id, channel_id) values ($1, $2, $3)'),
      values: [follow, user, ground.channel],
      promise: { table: 'user_creators', id: follow, column: 'user_id', value: user },
    };
    const session = randomUUID();
    yield {
      sql: {
        old: 'insert into public.chat_sessions (id, user_id, channel_id) values ($1, $2, $3)',
        new: `insert into public.chat_sessions (id, user_id, channel_id)
              select $1, $2, c.id from public.channels c where c.youtube_channel_id = $3`,
      },
      values: [session, user, ground.channelKey],
      promise: { table: 'chat_sessions', id: session, column: 'user_id', value: user },
    };
  }
}

/** Promises that the migrated database does not keep. */
export async function broken(client: pg.Client, promises: readonly Entry[]): Promise<Entry[]> {
  const last = new Map(promises.map((entry) => [`${entry.table} ${entry.id}`, entry]));
  const missed: Entry[] = [];
  for (const entry of last.values()) {
    const { rows } = await client.query<{ value: string }>(
      `select ${entry.column}::text as value from public.${entry.table} where id = $1`,
      [entry.id],
    );
    if ((rows[0]?.value ?? null) !== entry.value) missed.push(entry);
  }
  return missed;
}
