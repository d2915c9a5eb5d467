-- What the legacy schema has no tables for, as much of it as there is of the rest; and who moderates.
insert into auth.users (id, email)
values ('00000000-0000-4000-8000-00000000aaa3', 'moderator@example.com'), ('00000000-0000-4000-8000-00000000aaa4', 'admin@example.com')
on conflict do nothing;
insert into public.user_roles (user_id, role)
values ('00000000-0000-4000-8000-00000000aaa3', 'moderator'), ('00000000-0000-4000-8000-00000000aaa4', 'admin')
on conflict do nothing;

-- One answer in fifty.
insert into public.saved_answers (user_id, channel_id, session_id, message_id, content, sources, created_at)
select message.user_id, session.channel_id, message.session_id, message.id, message.content, message.sources, message.created_at
from public.chat_messages message
join public.chat_sessions session on session.id = message.session_id
where message.role = 'assistant' and hashtext(message.id::text) % 50 = 0;

insert into public.voice_conversations (user_id, channel_id, duration_seconds, created_at)
select session.user_id, session.channel_id, 60, session.created_at
from public.chat_sessions session
where hashtext(session.id::text) % 10 = 0;

insert into public.usage_daily (user_id, day, messages_sent)
select account.id, current_date - ago, 1 + ago
from auth.users account, generate_series(1, 5) ago
on conflict do nothing;

insert into public.request_idempotency (
  user_id, operation_type, idempotency_key, request_hash, status, locked_until, expires_at
)
select account.id, 'chat', 'a key', 'a hash', 'in_progress', now(), now() + interval '1 day'
from auth.users account;

-- One error in a thousand is critical.
update public.error_logs set severity = 'critical' where hashtext(id::text) % 1000 = 0;
