import type { Calls } from '../src/index.ts';
import { people } from './people.ts';
import { ERROR_OF_THE_PAST, PAST } from './states.ts';
import { bareUser, world } from './world.ts';

const followed = world.find(({ table }) => table === 'public.user_creators')?.values.channel_id ?? null;

/** An id that nothing has. */
const nobody = '00000000-0000-4000-8000-000000000bad';

const quota = [people.owner];
/** The first is one that nobody began; the others are those of spec/states.ts. */
const request = ['a key', 'done', 'given up', 'lapsed', 'long ago', 'long ago, and still held'].map((key, index) => [
  key,
  index === 0 ? 'an operation' : 'chat',
  'a hash',
  people.owner,
  60,
  86_400,
]);
/** A lease of no time. */
const invalid = ['a key', 'an operation', 'a hash', people.owner, 0, 86_400];
/** The second is resting: it is the address of a channel that is gone. */
const publication = {
  everybody: [
    [followed, 'a-slug'],
    [followed, 'world-gone'],
  ],
};

const publicChannel = world.find(({ row }) => row === 'public')?.values.id ?? null;
const question = world.find(({ table }) => table === 'public.chat_messages')?.values.id ?? null;
const transcript = world.find(({ table }) => table === 'public.transcripts')?.values.id ?? null;
const embedding = world.find(({ table }) => table === 'public.chunk_embeddings')?.values.embedding ?? null;
const chunks = [
  { text: 'One', start_time: 1, end_time: 2.5, token_count: 3, embedding },
  { text: 'Seven', chunk_index: 7 },
];

/** Arguments for functions whose answer to who may call them depends on the arguments. */
export const calls: Calls = {
  'public.consume_message_quota': quota,
  'private.consume_message_quota': quota,
  'public.begin_request': { everybody: [...request, invalid] },
  'private.begin_request': { everybody: [...request, invalid] },
  'public.acquire_operation_lock': ['a new lock', 'ingestion', 60, null, null],
  'public.consume_public_chat_quota': {
    everybody: [
      ['a new fingerprint', publicChannel, 1],
      ['a new fingerprint', publicChannel, 0],
      // Who asked that often already.
      ['asked once', publicChannel, 1],
      ['', publicChannel, 1],
    ],
  },
  'private.admin_recent_errors': {
    everybody: [[50], [1], [0], [50, null, PAST, ERROR_OF_THE_PAST], [50, 'critical', PAST, ERROR_OF_THE_PAST]].map(
      ([limit = null, severity = null, before = null, id = null]) => [limit, severity, before, id],
    ),
  },
  'private.admin_users': {
    everybody: [
      [null, 1, null, null],
      [null, 0, null, null],
      [null, 50, PAST, bareUser],
      [people.owner, 50, null, null],
      ['OWNER@', 50, null, null],
      ['%', 50, null, null],
    ],
  },
  // The rows of the world are of the moment at which its transaction began, which is what 'now' means in it.
  'public.search_my_messages': ['question', 20, 'now', question],
  'public.replace_transcript_chunks': {
    everybody: [
      [transcript, chunks],
      [nobody, chunks],
      [transcript, ['no object']],
    ],
  },
  // With nothing said, and of somebody who is gone.
  'public.log_error': {
    everybody: [null, nobody].map((user) => [null, null, null, null, null, null, null, user]),
  },
  'private.avatar_url_of': [{ avatar_url: 'https://example.com/a.png' }],
  'private.display_name_of': [{ display_name: 'Ada' }, null],
  'public.publish_channel': publication,
  'private.publish_channel': publication,
};
