-- An answer is kept, with a copy of what it says.
-- persona: owner
-- parameters: message_id uuid, session_id uuid, channel_id uuid
-- typical: select message.user_id as caller, message.id as message_id, message.session_id, session.channel_id
--   from public.chat_messages message join public.chat_sessions session on session.id = message.session_id
--   where not exists (select from public.saved_answers saved where saved.message_id = message.id)
--   order by message.id limit 1
-- index: chat_sessions_channel_id_user_id_id_key, chat_messages_session_id_id_key
-- pages: 25
insert into public.saved_answers (message_id, session_id, channel_id, content)
values ($1, $2, $3, 'They said that whales sing.')
returning id;
