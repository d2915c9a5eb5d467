import { id } from './case.ts';

/** Rows of one's own among the realistic ones: two users, a channel that one of them talks to, and all that belongs to it. */
export const BASE = `
  insert into auth.users (id, email, created_at) values
    (${id('user')}, 'user@example.com', '2025-01-01'), (${id('other')}, 'other@example.com', '2025-01-01');
  insert into public.channels (id, channel_id, channel_name, channel_url, created_at) values
    (${id('channel')}, 'UCdrift', 'Drift', 'https://www.youtube.com/channel/UCdrift', '2025-02-01'),
    (${id('quiet')}, 'UCquiet', 'Quiet', 'https://www.youtube.com/channel/UCquiet', '2025-02-01');
  insert into public.videos (id, video_id, channel_id, title, transcript_status) values
    (${id('video')}, 'vdrift', 'UCdrift', 'A video', 'completed');
  insert into public.transcript_chunks (id, video_id, channel_id, chunk_index, text, embedding, embedding_status) values
    (${id('chunk')}, 'vdrift', 'UCdrift', 0, 'Said', array_fill(0.5, array[1536])::vector, 'completed');
  insert into public.chat_sessions (id, channel_id, user_id, created_at) values
    (${id('session')}, 'UCdrift', ${id('user')}, '2025-03-01');
  insert into public.chat_messages (id, session_id, role, content, created_at) values
    (${id('message')}, ${id('session')}, 'user', 'A question', '2025-03-01');
  insert into public.user_creators (id, user_id, channel_id) values (${id('follow')}, ${id('user')}, ${id('channel')});
  insert into public.user_usage (id, user_id, plan_type) values (${id('usage')}, ${id('user')}, 'pro');
  insert into public.public_chat_limits (id, identifier, channel_id) values (${id('limit')}, 'fp', 'UCdrift');
  insert into public.error_logs (id, service, error_message) values (${id('error')}, 'chat', 'It broke');
`;
