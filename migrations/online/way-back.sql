-- Before the move: whether back.sql will bring the old tables back, and what it will not bring back as it was. `closes` is
-- true where there is no way back. Everything that somebody added to the old tables by hand and that is not named here comes
-- back as it is: columns, indexes, policies, triggers, functions, grants, defaults, views and keys of other tables.
with old as (
  select relation.oid, relation.relname, relation.relowner
  from pg_catalog.pg_class relation
  where relation.relnamespace = 'public'::regnamespace
    and relation.relkind in ('r', 'p')
    and relation.relname in (
      'profiles', 'channels', 'videos', 'transcripts', 'transcript_chunks', 'chat_sessions', 'chat_messages', 'user_usage',
      'user_creators', 'public_chat_limits', 'error_logs'
    )
),
-- Constraints and unique indexes that every old database has, and that the new tables have too.
known (name) as (
  values
    ('channels_channel_id_key'), ('channels_public_slug_key'), ('videos_video_id_key'), ('transcripts_video_id_key'),
    ('transcript_chunks_video_id_chunk_index_key'), ('chat_sessions_channel_id_user_id_key'), ('user_usage_user_id_key'),
    ('user_creators_user_id_channel_id_key'), ('public_chat_limits_identifier_channel_id_key'),
    ('channels_ingestion_progress_check'), ('channels_video_import_mode_check'), ('videos_transcript_status_check'),
    ('videos_content_type_check'), ('transcript_chunks_embedding_status_check'), ('chat_messages_role_check'),
    ('transcripts_extraction_status_check')
)
select found.subject, found.note, found.closes
from (
  select
    'schema redesign' as subject,
    'It exists already, and back.sql creates it for the new tables. Rename or drop it.' as note,
    true as closes
  where to_regnamespace('redesign') is not null
  union all
  select
    format('table public.%I', old.relname),
    format('It belongs to %s: only its owner can move it, and move it back.', old.relowner::regrole),
    true
  from old
  where not pg_has_role(old.relowner, 'usage')
  union all
  select
    format('column public.%I.%I', old.relname, attribute.attname),
    case
      when exists (
        select from pg_catalog.pg_index key
        where key.indrelid = old.oid and (key.indisunique or key.indisexclusion) and attribute.attnum = any (key.indkey)
      ) or exists (
        select from pg_catalog.pg_constraint key
        where key.conrelid = old.oid and key.contype = 'f' and attribute.attnum = any (key.conkey)
      )
        then 'It is NOT NULL and a key, and rows that are written after the move have no value for it: it comes back with a '
          'check that holds for later rows only.'
      else 'It is NOT NULL without a default, and rows that are written after the move have no value for it: in these it is '
        'empty (zero, false, an empty text, 1970).'
    end,
    false
  from old
  join pg_catalog.pg_attribute attribute on attribute.attrelid = old.oid and attribute.attnum > 0 and not attribute.attisdropped
  where attribute.attnotnull
    and not attribute.atthasdef
    and attribute.attidentity = ''
    and (old.relname, attribute.attname) not in (
      ('profiles', 'id'), ('channels', 'channel_id'), ('channels', 'channel_name'), ('channels', 'channel_url'),
      ('videos', 'video_id'), ('videos', 'channel_id'), ('videos', 'title'), ('transcripts', 'video_id'),
      ('transcripts', 'channel_id'), ('transcript_chunks', 'video_id'), ('transcript_chunks', 'channel_id'),
      ('transcript_chunks', 'chunk_index'), ('transcript_chunks', 'text'), ('chat_sessions', 'channel_id'),
      ('chat_sessions', 'user_id'), ('chat_messages', 'session_id'), ('chat_messages', 'role'),
      ('chat_messages', 'content'), ('user_usage', 'user_id'), ('user_creators', 'user_id'),
      ('user_creators', 'channel_id'), ('public_chat_limits', 'identifier'), ('public_chat_limits', 'channel_id'),
      ('error_logs', 'service'), ('error_logs', 'error_message')
    )
    -- The key of its own rows.
    and attribute.attname <> 'id'
  union all
  select
    format('constraint %I of public.%I', broken.conname, old.relname),
    format(
      'Where a row that is written after the move breaks it, it comes back NOT VALID, for later rows only: %s.',
      pg_get_constraintdef(broken.oid)
    ),
    false
  from old
  join pg_catalog.pg_constraint broken on broken.conrelid = old.oid and broken.contype = 'c'
  where broken.conname not in (select name from known)
  union all
  select
    format('index public.%I', indexed.relname),
    'It is unique: a row that is written after the move and has the key of another one stays in schema redesign.',
    false
  from old
  join pg_catalog.pg_index key on key.indrelid = old.oid and (key.indisunique or key.indisexclusion) and not key.indisprimary
  join pg_catalog.pg_class indexed on indexed.oid = key.indexrelid
  where indexed.relname not in (select name from known)
  union all
  select
    format('column public.%I.%I', old.relname, attribute.attname),
    format(
      'It is of type %s: a row that is written after the move with a longer value stays in schema redesign.',
      format_type(attribute.atttypid, attribute.atttypmod)
    ),
    false
  from old
  join pg_catalog.pg_attribute attribute on attribute.attrelid = old.oid and attribute.attnum > 0 and not attribute.attisdropped
  where attribute.atttypid = 'varchar'::regtype and attribute.atttypmod <> -1 or attribute.atttypid = 'smallint'::regtype
) found
order by found.closes desc, found.subject, found.note;
