import type { Distribution } from '../src/index.ts';

/** Where ChannelChat's tables would be when one machine is too small. What it means: docs/scaling.md. */
export const distribution: Distribution = {
  schemas: ['public', 'private'],
  groups: {
    channel: {
      'public.videos': 'channel_id',
      'public.transcripts': 'channel_id',
      'public.transcript_chunks': 'channel_id',
      'public.chunk_embeddings': 'channel_id',
      'public.public_chat_limits': 'channel_id',
    },
    user: {
      'public.profiles': 'id',
      'public.user_roles': 'user_id',
      'public.user_usage': 'user_id',
      'public.usage_daily': 'user_id',
      'public.user_creators': 'user_id',
      'public.chat_sessions': 'user_id',
      'public.chat_messages': 'user_id',
      'public.saved_answers': 'user_id',
      'public.voice_conversations': 'user_id',
      'private.user_row_counts': 'user_id',
    },
  },
  reference: ['auth.users', 'public.plans', 'public.channels'],
  local: {
    'public.error_logs': 'operators read it by time, and who caused an error may be unknown',
    'public.audit_log': 'one history, whose rows nobody may change, and whose actor may be unknown',
    'public.operation_locks': 'a lock is one row that all ask, and its token counts on one machine',
    'public.request_idempotency': 'asked once a request, short-lived, and not every request has a user',
    'private.migration_notes': 'of the migration',
    'private.legacy_definitions': 'of the migration',
    'private.legacy_moves': 'of the migration',
    'private.quarantined_rows': 'of the migration',
    'private.slug_holders': 'an address is one channel’s in all of the app',
    'private.channel_takedowns': 'few, and asked where channels are',
  },
  settled: [
    {
      object: 'videos_youtube_video_id_key on public.videos',
      instead:
        'YouTube gives a video to one channel, so ingestion, which names the channel, inserts it once; that the same video is refused under a second channel is lost. A reference table of ids would keep it, at a write to all nodes for each video.',
    },
    {
      object: 'saved_answers_channel_id_user_id_session_id_fkey on public.saved_answers',
      instead: 'Whoever deletes a session first takes its id out of the saved answers; the key refuses until then.',
    },
    {
      object: 'saved_answers_session_id_message_id_fkey on public.saved_answers',
      instead: 'Whoever deletes messages first takes their ids out of the saved answers; the key refuses until then.',
    },
    {
      object: 'private.is_admin() in policies',
      instead: 'Admins write channels and their videos through functions that ask is_admin() and run as their owner.',
    },
    {
      object: '"Anyone can view videos of public channels" on public.videos',
      instead:
        'A public page reads the videos of its channel through a function that asks whether the channel is public.',
    },
    {
      object: 'private.handle_new_user() in triggers',
      instead: 'The sign-up hook calls it on the coordinator; what it does can be repeated without harm.',
    },
    {
      object: 'private.audit_write() in triggers',
      instead:
        'The functions that change roles, plans and channels write the audit entry; direct writes to these tables are revoked.',
    },
    {
      object: 'private.lock_channel_of_chunk() in triggers',
      instead: 'replace_transcript_chunks, the one writer of chunks, locks the channel itself.',
    },
    {
      object: 'private.count_chunks() in triggers',
      instead: 'replace_transcript_chunks counts what it writes; a scheduled count of each channel corrects the rest.',
    },
    {
      object: 'private.count_added_creators() in triggers',
      instead: 'Following a channel is a function that counts, as sending a message is.',
    },
    {
      object: 'private.count_removed_creators() in triggers',
      instead: 'Unfollowing a channel is a function that counts, as sending a message is.',
    },
    {
      object: 'private.count_added_rows() in triggers',
      instead:
        'The functions that send messages, begin sessions, save answers and begin requests count, and look at the limit of the plan.',
    },
    {
      object: 'private.count_moved_row() in triggers',
      instead:
        'Citus lets nobody change the user of a row there: whoever moves one deletes it and inserts it, and both count.',
    },
    {
      object: 'private.count_removed_rows() in triggers',
      instead: 'Deleting is a function that counts; a scheduled count of each user corrects the rest.',
    },
    {
      object: 'private.hold_row_count() in triggers',
      instead: 'The function that deletes messages locks the count of its user first.',
    },
    {
      object: 'private.hold_slug() in triggers',
      instead: 'The functions that publish channels and take them down keep whose an address is, on the coordinator.',
    },
    {
      object: 'private.hold_session(uuid)',
      instead: 'It gets the user as an argument and names it in each statement; then all of it is on one node.',
    },
    {
      object: 'private.note_last_message() in triggers',
      instead: 'The function that sends a message notes its time in the session, with the user in the condition.',
    },
    {
      object: 'private.settle_saved_answer() in triggers',
      instead: 'Saving an answer is a function that names the session of the message.',
    },
    {
      object: 'private.admin_ingestion_queue(integer)',
      instead: 'Followers are counted in a statement of their own, or kept in the channel.',
    },
    {
      object: 'private.admin_overview()',
      instead: 'Each of its counts is a subquery over one group, which Citus plans by itself; try it there first.',
    },
    {
      object: 'private.publish_channel(uuid,text)',
      instead: 'It locks a channel, of which each node has a copy; its only statement about followers is for one user.',
    },
    {
      object: 'private.recount_creators(uuid[])',
      instead: 'It is called for one user at a time, who is on one node.',
    },
    {
      object: 'private.revoke_role(uuid,public.app_role)',
      instead:
        'The last admin is looked for on all nodes, where rows cannot be locked together: an advisory lock on the coordinator takes their place.',
    },
    {
      object: 'public.claim_transcripts(integer,integer)',
      instead:
        'The queue becomes a local table of the transcripts that wait, from which workers claim; the transcript itself stays where its channel is.',
    },
    {
      object: 'public.replace_transcript_chunks(uuid,jsonb)',
      instead: 'It gets the channel as an argument and names it in every statement; then all of it is on one node.',
    },
  ],
};
