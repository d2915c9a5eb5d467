// Nobody writes for another, into what is another's, or moves what is theirs there.
import { describe, expect, test } from '@jest/globals';
import { people } from '../../../spec/people.ts';
import { type Attack, attacked, NO_ROWS, noGrant, policyOf, target, type Who } from './support.ts';

const { resists, as } = attacked();

const { session, message, answer, savedAnswer, conversation, ownSession, ownMessage, channel, quietChannel } = target;
const FOREIGN_KEY =
  '23503 insert or update on table "chat_messages" violates foreign key constraint "chat_messages_user_id_session_id_fkey"';

const refused = (does: Attack['does'], says: string, may: Who = 'owner', who: Who = 'stranger'): Attack => ({
  as: who,
  does,
  says,
  may,
});

describe('into another’s session', () => {
  const insert = (columns: string, values: string, role = 'user') =>
    `insert into public.chat_messages (${columns}session_id, role, content) values (${values}'${session}', '${role}', 'x')`;
  resists({
    'a message of one’s own': refused(insert('', ''), FOREIGN_KEY),
    'an answer of the assistant’s': refused(insert('', '', 'assistant'), FOREIGN_KEY),
    'a message in the owner’s name': refused(insert('user_id, ', `'${people.owner}', `), policyOf('chat_messages')),
    'a message in the owner’s name, as an admin': refused(
      insert('user_id, ', `'${people.owner}', `),
      policyOf('chat_messages'),
      'owner',
      'admin',
    ),
    'a copy of all one’s messages': refused(
      `insert into public.chat_messages (session_id, role, content)
       select '${session}', role, content from public.chat_messages limit 1`,
      FOREIGN_KEY,
    ),
    'a message under the id of one that is there': refused(
      `insert into public.chat_messages (id, user_id, session_id, role, content)
       values ('${target.nothing}', '${people.owner}', '${session}', 'user', 'x')
       on conflict (id) do nothing`,
      policyOf('chat_messages'),
    ),
  });

  test('a later last message, by a temporary table named as what the trigger reads', async () => {
    const guard = `alter table public.chat_sessions
                   add constraint guard check (id <> '${session}' or last_message_at < '2100-01-01')`;
    const shadow = `create temp table inserted as
                    select '${session}'::uuid as session_id, timestamptz '2100-01-01' as created_at`;
    const post = (into: string, by: string) =>
      `insert into public.chat_messages (user_id, session_id, role, content, created_at)
       values ('${by}', '${into}', 'user', 'x', '2100-01-01')`;
    expect((await as('stranger', [shadow, post(ownSession, people.stranger)], guard)).says).toBe('1 rows');
    // The service may write any time.
    expect((await as('service', post(session, people.owner), guard)).says).toMatch(/^23514 .*"guard"$/);
  });
});

describe('what was said', () => {
  const immutable = noGrant('chat_messages');
  resists({
    'one’s own message is not rewritten': refused(
      `update public.chat_messages set content = 'x' where id = '${message}'`,
      immutable,
      'operator',
      'owner',
    ),
    'nor by an upsert': refused(
      `insert into public.chat_messages (id, user_id, session_id, role, content)
       values ('${ownMessage}', '${people.stranger}', '${ownSession}', 'user', 'x')
       on conflict (id) do update set content = 'x'`,
      immutable,
      'operator',
    ),
    'nor by the service': refused(
      `update public.chat_messages set content = 'x' where id = '${message}'`,
      immutable,
      'operator',
      'service',
    ),
    'another’s message is not deleted': refused(`delete from public.chat_messages where id = '${message}'`, NO_ROWS),
    'another’s session is not deleted': refused(`delete from public.chat_sessions where id = '${session}'`, NO_ROWS),
    'another’s saved answer is not deleted': refused(
      `delete from public.saved_answers where id = '${savedAnswer}'`,
      NO_ROWS,
    ),
    'another’s saved answer gets no note': refused(
      `update public.saved_answers set note = 'x' where id = '${savedAnswer}'`,
      NO_ROWS,
    ),
    'another’s session gets no title': refused(
      `update public.chat_sessions set title = 'x' where id = '${session}'`,
      NO_ROWS,
    ),
    'another’s name is not changed': refused(
      `update public.profiles set display_name = 'x' where id = '${people.owner}'`,
      NO_ROWS,
    ),
    'another’s conversation is not changed': refused(
      `update public.voice_conversations set duration_seconds = 1 where id = '${conversation}'`,
      NO_ROWS,
    ),
    'another is not made to unfollow': refused(
      `delete from public.user_creators where user_id = '${people.owner}'`,
      NO_ROWS,
    ),
    'another’s follow is not moved': refused(
      `update public.user_creators set user_id = '${people.stranger}' where user_id = '${people.owner}'`,
      noGrant('user_creators'),
      'operator',
    ),
  });

  test('an update and a delete without WHERE touch one’s own rows only', async () => {
    const [renamed, deleted] = [
      await as('stranger', `update public.chat_sessions set title = 'x' returning id`),
      await as('stranger', 'delete from public.chat_messages returning id'),
    ];
    expect([renamed.rows, deleted.rows]).toEqual([[{ id: ownSession }], [{ id: ownMessage }]]);
    expect((await as('operator', `update public.chat_sessions set title = 'x'`)).says).toBe('2 rows');
  });
});

describe('moving', () => {
  const move = (table: string, set: string, id: string) => `update public.${table} set ${set} where id = '${id}'`;
  const mine = (table: string, set: string, id: string): Attack => ({
    as: 'stranger',
    does: move(table, set, id),
    says: noGrant(table),
    may: 'operator',
  });
  const theirs = (table: string, set: string, id: string): Attack => ({ ...mine(table, set, id), as: 'owner' });
  const to = `user_id = '${people.moderator}'`;
  resists({
    'one’s session to another user': {
      ...mine('chat_sessions', to, ownSession),
      unless: `delete from public.chat_messages where id = '${ownMessage}'`,
    },
    'one’s session to another channel': mine('chat_sessions', `channel_id = '${channel}'`, ownSession),
    'another’s session to oneself': {
      ...mine('chat_sessions', `user_id = '${people.stranger}'`, session),
      unless: 'delete from public.chat_messages; delete from public.saved_answers',
    },
    'one’s message to another session': {
      ...theirs('chat_messages', `session_id = '${ownSession}', user_id = '${people.stranger}'`, message),
    },
    'another’s message to one’s own session': mine(
      'chat_messages',
      `session_id = '${ownSession}', user_id = '${people.stranger}'`,
      message,
    ),
    'a saved answer to another user': { ...theirs('saved_answers', `${to}, session_id = null`, savedAnswer) },
    'a saved answer to another channel': theirs(
      'saved_answers',
      `channel_id = '${quietChannel}', session_id = null`,
      savedAnswer,
    ),
    'a saved answer’s text': theirs('saved_answers', `content = 'They never said that'`, savedAnswer),
    'a conversation to another user': theirs('voice_conversations', to, conversation),
    'a conversation to another channel': theirs('voice_conversations', `channel_id = '${quietChannel}'`, conversation),
    'a profile to another account': {
      as: 'stranger',
      does: `update public.profiles set id = '${target.bareUser}' where id = '${people.stranger}'`,
      says: noGrant('profiles'),
      may: 'operator',
    },
    'the time of a session’s last message': theirs('chat_sessions', `last_message_at = 'infinity'`, session),
  });
});

describe('in another’s name', () => {
  const [owner, other] = [people.owner, quietChannel];
  const inTheName = (table: string, columns: string, values: string): Attack =>
    refused(`insert into public.${table} (user_id, ${columns}) values ('${owner}', ${values})`, policyOf(table));
  resists({
    'a session': inTheName('chat_sessions', 'channel_id', `'${other}'`),
    'a follow': inTheName('user_creators', 'channel_id', `'${other}'`),
    'a saved answer': inTheName('saved_answers', 'channel_id, content', `'${other}', 'x'`),
    'a saved answer of their message': inTheName(
      'saved_answers',
      'channel_id, session_id, message_id, content',
      `'${channel}', '${session}', '${answer}', 'x'`,
    ),
    'a conversation': inTheName('voice_conversations', 'channel_id', `'${other}'`),
    'a session, as an admin': { ...inTheName('chat_sessions', 'channel_id', `'${other}'`), as: 'admin' },
    'a session, signed out': {
      ...inTheName('chat_sessions', 'channel_id', `'${other}'`),
      as: 'anon',
      says: noGrant('chat_sessions'),
    },
    'a profile': {
      as: 'stranger',
      does: `insert into public.profiles (id) values ('${target.bareUser}')`,
      says: noGrant('profiles'),
      may: 'service',
    },
    'an error': {
      as: 'stranger',
      does: `insert into public.error_logs (function_name, message, user_id) values ('x', 'x', '${owner}')`,
      says: noGrant('error_logs'),
      may: 'service',
    },
    'a session taken over by an upsert': refused(
      `insert into public.chat_sessions (user_id, channel_id) values ('${owner}', '${channel}')
       on conflict (user_id, channel_id) do update set title = 'x'`,
      policyOf('chat_sessions'),
    ),
    'a saved answer of their message, as one’s own': refused(
      `insert into public.saved_answers (channel_id, session_id, message_id, content)
       values ('${channel}', '${session}', '${answer}', 'x')`,
      '23503 insert or update on table "saved_answers" violates foreign key constraint "saved_answers_channel_id_user_id_session_id_fkey"',
    ),
  });
});

describe('content', () => {
  const content = (does: string, says: string): Attack => ({ as: 'moderator', does, says, may: 'admin' });
  resists({
    'a channel': content(
      `insert into public.channels (youtube_channel_id, channel_name, channel_url) values ('UCx', 'x', 'https://www.youtube.com/channel/UCx')`,
      policyOf('channels'),
    ),
    'a channel’s name': content(`update public.channels set channel_name = 'x' where id = '${channel}'`, NO_ROWS),
    'a channel, deleted with all that others wrote about it': content(
      `delete from public.channels where id = '${channel}'`,
      NO_ROWS,
    ),
    'a video': content(
      `insert into public.videos (channel_id, youtube_video_id, title) values ('${channel}', 'x', 'x')`,
      policyOf('videos'),
    ),
    'a video’s channel': content(`update public.videos set title = 'x' where channel_id = '${channel}'`, NO_ROWS),
    'what was said in a video': content(`update public.transcript_chunks set text = 'x'`, NO_ROWS),
    'a transcript': content(`update public.transcripts set full_text = 'x'`, NO_ROWS),
    'an embedding': content('delete from public.chunk_embeddings', NO_ROWS),
  });
});

describe('what the database keeps of a channel', () => {
  const kept = (as: 'admin' | 'service', does: string): Attack => ({
    // Nothing may refer to the channel by its id.
    unless: `delete from public.chat_sessions where channel_id = '${quietChannel}'`,
    as,
    does,
    says: noGrant('channels'),
    may: 'operator',
  });
  resists({
    'its count of chunks, by an admin': kept(
      'admin',
      `update public.channels set chunk_count = 5 where id = '${channel}'`,
    ),
    'its count of chunks, by the service': kept(
      'service',
      `update public.channels set chunk_count = 5 where id = '${channel}'`,
    ),
    'a count of chunks for a new channel': kept(
      'admin',
      `insert into public.channels (youtube_channel_id, channel_name, channel_url, chunk_count) values ('UCx', 'x', 'https://x', 5)`,
    ),
    'its id, by which the audit log knows it, by an admin': kept(
      'admin',
      `update public.channels set id = '${target.nothing}' where id = '${quietChannel}'`,
    ),
    'its id, by the service': kept(
      'service',
      `update public.channels set id = '${target.nothing}' where id = '${quietChannel}'`,
    ),
  });

  test('through the old API a channel keeps its id, too, and what else was written is', async () => {
    const { rows } = await as('admin', [
      `update legacy_api.channels set id = '${target.nothing}', channel_name = 'Renamed' where id = '${quietChannel}'`,
      `select id, channel_name from legacy_api.channels where id in ('${target.nothing}', '${quietChannel}')`,
    ]);
    expect(rows).toEqual([{ id: quietChannel, channel_name: 'Renamed' }]);
  });
});
