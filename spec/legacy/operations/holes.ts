import { type Operation, reads, writes } from './operation.ts';

/** Something that the legacy database lets somebody do and the new one does not, whatever the schema. */
export interface Hole extends Operation {
  /** How it is refused: the SQLSTATE, or that the statement finds no row. */
  readonly closed: string;
}

export const NO_ROWS = 'no rows';

const closedWith = (closed: string, operations: readonly Operation[]): Hole[] =>
  operations.map((operation) => ({ ...operation, closed }));

/** What the redesign closed, as somebody who used it would do it; its list for people is in docs/legacy-api.md. */
export const holes: readonly Hole[] = [
  ...closedWith(
    NO_ROWS,
    writes('user', {
      'A user edits any channel': [
        { sql: "update channels set channel_name = 'Mine' where id = $1 returning id", values: ['channel'] },
      ],
      'A user takes down the public page of a channel, or moves it': [
        {
          sql: "update channels set public_slug = 'moved' where public_slug = $1 returning id",
          values: ['publicSlug'],
        },
      ],
    }),
  ),
  ...closedWith(
    '42501',
    writes('user', {
      'A user makes a channel public that they do not follow': [
        { sql: 'delete from user_creators where user_id = $1', values: ['user'] },
        {
          sql: 'update channels set public_slug = $2 where id = $1 and public_slug is null returning id',
          values: ['hiddenChannel', 'newSlug'],
        },
      ],
      'A user adds a channel': [
        {
          sql: "insert into channels (channel_id, channel_name, channel_url) values ($1, 'Mine', 'https://x') returning id",
          values: ['newChannelKey'],
        },
      ],
      'A user adds a video': [
        {
          sql: "insert into videos (video_id, channel_id, title) values ($1, $2, 'Mine') returning id",
          values: ['newVideoKey', 'channelKey'],
        },
      ],
      'A user gives themselves the pro plan': [
        { sql: "update user_usage set plan_type = 'pro' where user_id = $1 returning id", values: ['user'] },
      ],
      'A user counts their own questions, or does not': [
        { sql: 'update user_usage set messages_sent_today = 0 where user_id = $1 returning id', values: ['user'] },
      ],
      'A user counts with the functions of the service': [
        { sql: 'select increment_message_count($1)', values: ['user'] },
      ],
      'A user forgets what they used': [
        { sql: 'delete from user_usage where user_id = $1 returning id', values: ['user'] },
      ],
      'A user rewrites what was said': [
        {
          sql: "update chat_messages set content = 'I never said that.' where session_id = $1 returning id",
          values: ['session'],
        },
      ],
      'A user moves a session to another channel': [
        {
          sql: 'update chat_sessions set channel_id = $2 where id = $1 returning id',
          values: ['session', 'videoChannelKey'],
        },
      ],
      'A user writes errors into the log': [
        { sql: "insert into error_logs (service, error_message) values ('chat', 'Nothing') returning id" },
      ],
      'A user empties the log of errors': [
        { sql: 'delete from error_logs where id = (select id from error_logs limit 1) returning id' },
      ],
    }),
  ),
  ...closedWith(
    'PT402',
    writes('user', {
      'A user follows more channels than their plan allows': [
        {
          sql: `insert into user_creators (user_id, channel_id)
            select $1::uuid, id from channels where id not in (select channel_id from user_creators where user_id = $1) returning id`,
          values: ['user'],
        },
      ],
    }),
  ),
  ...closedWith(
    NO_ROWS,
    reads('user', { 'A user reads the log of errors': [{ sql: 'select error_message from error_logs' }] }),
  ),
  ...closedWith(
    NO_ROWS,
    reads('anon', {
      'Somebody signed out reads channels that have no public page, and their videos': [
        {
          sql: 'select video_id from videos where channel_id in (select channel_id from channels where public_slug is null)',
        },
      ],
      'Somebody signed out reads how a public channel is taken in': [
        {
          sql: 'select id from channels where public_slug is not null and ingest_videos is not null',
        },
      ],
    }),
  ),
  ...closedWith(
    '42501',
    reads('anon', {
      'Somebody signed out reads transcripts': [{ sql: 'select text from transcript_chunks limit 1' }],
      'Somebody signed out searches transcripts': [
        { sql: 'select id from search_transcript_chunks($1, 0, 5)', values: ['embedding'] },
      ],
      'Somebody signed out reads the log of errors': [{ sql: 'select error_message from error_logs' }],
    }),
  ),
  ...closedWith(
    '42501',
    writes('anon', {
      'Somebody signed out empties the log of errors': [
        { sql: 'delete from error_logs where id = (select id from error_logs limit 1) returning id' },
      ],
    }),
  ),
];
