-- Takes legacy_api away again, when no old client asks it any more (docs/legacy-api.md says how to tell). To run it, make it
-- the current migration: cp migrations/later/remove-legacy-api.sql migrations/current.sql, take what is about legacy_api
-- out of spec/ and rolecall.config.ts, and commit it as remove-legacy-api.
--
-- Nothing is dropped that it does not name: whatever somebody built on these views stops it, and is told.

drop function if exists legacy_api.channels(legacy_api.videos);
drop function if exists legacy_api.channels(legacy_api.transcript_chunks);
drop function if exists legacy_api.channels(legacy_api.chat_sessions);
drop function if exists legacy_api.channels(legacy_api.public_chat_limits);
drop function if exists legacy_api.channels(legacy_api.user_creators);
drop function if exists legacy_api.videos(legacy_api.transcript_chunks);
drop function if exists legacy_api.chat_sessions(legacy_api.chat_messages);
drop function if exists legacy_api.videos(legacy_api.channels);
drop function if exists legacy_api.chat_sessions(legacy_api.channels);
drop function if exists legacy_api.transcript_chunks(legacy_api.videos);
drop function if exists legacy_api.chat_messages(legacy_api.chat_sessions);

drop function if exists legacy_api.search_transcript_chunks(extensions.vector, double precision, integer, text);
drop function if exists legacy_api.get_usage_with_limits(uuid);
drop function if exists legacy_api.increment_message_count(uuid);
drop function if exists legacy_api.increment_creator_count(uuid);
drop function if exists legacy_api.increment_videos_indexed(uuid, integer);

drop view if exists legacy_api.channels;
drop view if exists legacy_api.videos;
drop view if exists legacy_api.transcript_chunks;
drop view if exists legacy_api.chat_sessions;
drop view if exists legacy_api.chat_messages;
drop view if exists legacy_api.user_creators;
drop view if exists legacy_api.user_usage;
drop view if exists legacy_api.public_chat_limits;
drop view if exists legacy_api.error_logs;

-- What the views' triggers ran.
drop function if exists legacy_api.write_channel();
drop function if exists legacy_api.write_video();
drop function if exists legacy_api.write_transcript_chunk();
drop function if exists legacy_api.write_chat_session();
drop function if exists legacy_api.write_chat_message();
drop function if exists legacy_api.write_user_usage();
drop function if exists legacy_api.write_public_chat_limit();
drop function if exists private.channel_in_full(uuid);

drop schema if exists legacy_api;
