--
-- PostgreSQL database dump
--

\restrict aBcDeF

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: auth; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA auth;


ALTER SCHEMA auth OWNER TO postgres;

--
-- Name: SCHEMA auth; Type: COMMENT; Schema: -; Owner: postgres
--

COMMENT ON SCHEMA auth IS 'Stands in for the auth schema of Supabase on a plain server.';


--
-- Name: vector; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;


--
-- Name: EXTENSION vector; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION vector IS 'vector data type and ivfflat and hnsw access methods';


--
-- Name: jwt(); Type: FUNCTION; Schema: auth; Owner: postgres
--

CREATE FUNCTION auth.jwt() RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    select coalesce(
      nullif(current_setting('request.jwt.claim', true), ''),
      nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
  $$;


ALTER FUNCTION auth.jwt() OWNER TO postgres;

--
-- Name: role(); Type: FUNCTION; Schema: auth; Owner: postgres
--

CREATE FUNCTION auth.role() RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select coalesce(
      nullif(current_setting('request.jwt.claim.role', true), ''),
      (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
    )::text
  $$;


ALTER FUNCTION auth.role() OWNER TO postgres;

--
-- Name: uid(); Type: FUNCTION; Schema: auth; Owner: postgres
--

CREATE FUNCTION auth.uid() RETURNS uuid
    LANGUAGE sql STABLE
    AS $$
    select coalesce(
      nullif(current_setting('request.jwt.claim.sub', true), ''),
      (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
    )::uuid
  $$;


ALTER FUNCTION auth.uid() OWNER TO postgres;

--
-- Name: get_usage_with_limits(uuid); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.get_usage_with_limits(p_user_id uuid) RETURNS TABLE(plan_type text, messages_sent_today integer, creators_added integer, videos_indexed integer)
    LANGUAGE plpgsql
    AS $$
    begin
      insert into user_usage (user_id) values (p_user_id) on conflict (user_id) do nothing;
      update user_usage u
      set messages_sent_today = 0, last_message_date = current_date
      where u.user_id = p_user_id and u.last_message_date < current_date;
      return query
      select u.plan_type, u.messages_sent_today, u.creators_added, u.videos_indexed
      from user_usage u
      where u.user_id = p_user_id;
    end;
    $$;


ALTER FUNCTION public.get_usage_with_limits(p_user_id uuid) OWNER TO postgres;

--
-- Name: increment_creator_count(uuid); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.increment_creator_count(p_user_id uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
    begin
      insert into user_usage (user_id, creators_added)
      values (p_user_id, 1)
      on conflict (user_id) do update set creators_added = user_usage.creators_added + 1;
    end;
    $$;


ALTER FUNCTION public.increment_creator_count(p_user_id uuid) OWNER TO postgres;

--
-- Name: increment_message_count(uuid); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.increment_message_count(p_user_id uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
    begin
      insert into user_usage (user_id, messages_sent_today, last_message_date)
      values (p_user_id, 1, current_date)
      on conflict (user_id) do update set
        messages_sent_today =
          case when user_usage.last_message_date < current_date then 1 else user_usage.messages_sent_today + 1 end,
        last_message_date = current_date;
    end;
    $$;


ALTER FUNCTION public.increment_message_count(p_user_id uuid) OWNER TO postgres;

--
-- Name: increment_videos_indexed(uuid, integer); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.increment_videos_indexed(p_user_id uuid, p_count integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
    begin
      insert into user_usage (user_id, videos_indexed)
      values (p_user_id, p_count)
      on conflict (user_id) do update set videos_indexed = user_usage.videos_indexed + p_count;
    end;
    $$;


ALTER FUNCTION public.increment_videos_indexed(p_user_id uuid, p_count integer) OWNER TO postgres;

--
-- Name: search_transcript_chunks(public.vector, double precision, integer, text); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.search_transcript_chunks(query_embedding public.vector, match_threshold double precision DEFAULT 0.15, match_count integer DEFAULT 10, filter_channel_id text DEFAULT NULL::text) RETURNS TABLE(id uuid, video_id text, channel_id text, chunk_index integer, text text, start_time real, end_time real, similarity double precision)
    LANGUAGE plpgsql
    AS $$
    begin
      return query
      select
        tc.id, tc.video_id, tc.channel_id, tc.chunk_index, tc.text, tc.start_time, tc.end_time,
        1 - (tc.embedding <=> query_embedding) as similarity
      from transcript_chunks tc
      where (filter_channel_id is null or tc.channel_id = filter_channel_id)
        and tc.embedding is not null
        and 1 - (tc.embedding <=> query_embedding) > match_threshold
      order by tc.embedding <=> query_embedding
      limit match_count;
    end;
    $$;


ALTER FUNCTION public.search_transcript_chunks(query_embedding public.vector, match_threshold double precision, match_count integer, filter_channel_id text) OWNER TO postgres;

--
-- Name: update_updated_at_column(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.update_updated_at_column() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    begin
      new.updated_at = now();
      return new;
    end;
    $$;


ALTER FUNCTION public.update_updated_at_column() OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: users; Type: TABLE; Schema: auth; Owner: postgres
--

CREATE TABLE auth.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email text,
    raw_app_meta_data jsonb,
    raw_user_meta_data jsonb,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now()
);


ALTER TABLE auth.users OWNER TO postgres;

--
-- Name: channels; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.channels (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    channel_id text NOT NULL,
    channel_name text NOT NULL,
    channel_url text NOT NULL,
    avatar_url text,
    subscriber_count text,
    indexed_videos integer DEFAULT 0,
    total_videos integer DEFAULT 0,
    ingestion_status text DEFAULT 'pending'::text,
    ingestion_progress integer DEFAULT 0,
    ingestion_method text,
    error_message text,
    last_indexed_at timestamp with time zone,
    ingest_videos boolean DEFAULT true,
    ingest_shorts boolean DEFAULT true,
    ingest_lives boolean DEFAULT true,
    video_import_mode text DEFAULT 'latest'::text,
    video_import_limit integer,
    public_slug text,
    uploads_playlist_id text,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now(),
    CONSTRAINT channels_ingestion_progress_check CHECK (((ingestion_progress >= 0) AND (ingestion_progress <= 100))),
    CONSTRAINT channels_ingestion_status_check CHECK ((ingestion_status = ANY (ARRAY['pending'::text, 'processing'::text, 'extracting'::text, 'completed'::text, 'partial'::text, 'failed'::text, 'no_captions'::text]))),
    CONSTRAINT channels_video_import_mode_check CHECK ((video_import_mode = ANY (ARRAY['latest'::text, 'oldest'::text, 'all'::text])))
);


ALTER TABLE public.channels OWNER TO postgres;

--
-- Name: chat_messages; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.chat_messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid NOT NULL,
    role text NOT NULL,
    content text NOT NULL,
    sources jsonb,
    created_at timestamp with time zone DEFAULT now(),
    CONSTRAINT chat_messages_role_check CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text])))
);


ALTER TABLE public.chat_messages OWNER TO postgres;

--
-- Name: chat_sessions; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.chat_sessions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    channel_id text NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now()
);


ALTER TABLE public.chat_sessions OWNER TO postgres;

--
-- Name: error_logs; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.error_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    service text NOT NULL,
    error_message text NOT NULL,
    error_details jsonb,
    created_at timestamp with time zone DEFAULT now()
);


ALTER TABLE public.error_logs OWNER TO postgres;

--
-- Name: public_chat_limits; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.public_chat_limits (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    identifier text NOT NULL,
    channel_id text NOT NULL,
    messages_today integer DEFAULT 0,
    last_reset_at timestamp with time zone DEFAULT now(),
    created_at timestamp with time zone DEFAULT now()
);


ALTER TABLE public.public_chat_limits OWNER TO postgres;

--
-- Name: transcript_chunks; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.transcript_chunks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    video_id text NOT NULL,
    channel_id text NOT NULL,
    chunk_index integer NOT NULL,
    text text NOT NULL,
    start_time real,
    end_time real,
    embedding public.vector(1536),
    embedding_status text DEFAULT 'pending'::text,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now(),
    CONSTRAINT transcript_chunks_embedding_status_check CHECK ((embedding_status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text])))
);


ALTER TABLE public.transcript_chunks OWNER TO postgres;

--
-- Name: user_creators; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.user_creators (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now()
);


ALTER TABLE public.user_creators OWNER TO postgres;

--
-- Name: user_usage; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.user_usage (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    plan_type text DEFAULT 'free'::text,
    messages_sent_today integer DEFAULT 0,
    last_message_date date DEFAULT CURRENT_DATE,
    creators_added integer DEFAULT 0,
    videos_indexed integer DEFAULT 0,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now(),
    CONSTRAINT user_usage_plan_type_check CHECK ((plan_type = ANY (ARRAY['free'::text, 'pro'::text])))
);


ALTER TABLE public.user_usage OWNER TO postgres;

--
-- Name: videos; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.videos (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    video_id text NOT NULL,
    channel_id text NOT NULL,
    title text NOT NULL,
    description text,
    duration text,
    duration_seconds integer,
    published_at timestamp with time zone,
    thumbnail_url text,
    view_count bigint,
    like_count integer,
    comment_count integer,
    transcript_status text DEFAULT 'pending'::text,
    transcript_language text,
    ingestion_method text,
    content_type text DEFAULT 'video'::text,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now(),
    CONSTRAINT videos_content_type_check CHECK ((content_type = ANY (ARRAY['video'::text, 'short'::text, 'live'::text]))),
    CONSTRAINT videos_transcript_status_check CHECK ((transcript_status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text, 'no_captions'::text])))
);


ALTER TABLE public.videos OWNER TO postgres;

--
-- Name: SCHEMA auth; Type: ACL; Schema: -; Owner: postgres
--

GRANT USAGE ON SCHEMA auth TO anon;
GRANT USAGE ON SCHEMA auth TO authenticated;
GRANT USAGE ON SCHEMA auth TO service_role;
GRANT USAGE ON SCHEMA auth TO supabase_auth_admin;


--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: pg_database_owner
--

GRANT USAGE ON SCHEMA public TO anon;
GRANT USAGE ON SCHEMA public TO authenticated;
GRANT USAGE ON SCHEMA public TO service_role;


--
-- Name: FUNCTION jwt(); Type: ACL; Schema: auth; Owner: postgres
--

GRANT ALL ON FUNCTION auth.jwt() TO anon;
GRANT ALL ON FUNCTION auth.jwt() TO authenticated;
GRANT ALL ON FUNCTION auth.jwt() TO service_role;
GRANT ALL ON FUNCTION auth.jwt() TO supabase_auth_admin;


--
-- Name: FUNCTION role(); Type: ACL; Schema: auth; Owner: postgres
--

GRANT ALL ON FUNCTION auth.role() TO anon;
GRANT ALL ON FUNCTION auth.role() TO authenticated;
GRANT ALL ON FUNCTION auth.role() TO service_role;
GRANT ALL ON FUNCTION auth.role() TO supabase_auth_admin;


--
-- Name: FUNCTION uid(); Type: ACL; Schema: auth; Owner: postgres
--

GRANT ALL ON FUNCTION auth.uid() TO anon;
GRANT ALL ON FUNCTION auth.uid() TO authenticated;
GRANT ALL ON FUNCTION auth.uid() TO service_role;
GRANT ALL ON FUNCTION auth.uid() TO supabase_auth_admin;


--
-- Name: FUNCTION get_usage_with_limits(p_user_id uuid); Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON FUNCTION public.get_usage_with_limits(p_user_id uuid) TO anon;
GRANT ALL ON FUNCTION public.get_usage_with_limits(p_user_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.get_usage_with_limits(p_user_id uuid) TO service_role;


--
-- Name: FUNCTION increment_creator_count(p_user_id uuid); Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON FUNCTION public.increment_creator_count(p_user_id uuid) TO anon;
GRANT ALL ON FUNCTION public.increment_creator_count(p_user_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.increment_creator_count(p_user_id uuid) TO service_role;


--
-- Name: FUNCTION increment_message_count(p_user_id uuid); Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON FUNCTION public.increment_message_count(p_user_id uuid) TO anon;
GRANT ALL ON FUNCTION public.increment_message_count(p_user_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.increment_message_count(p_user_id uuid) TO service_role;


--
-- Name: FUNCTION increment_videos_indexed(p_user_id uuid, p_count integer); Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON FUNCTION public.increment_videos_indexed(p_user_id uuid, p_count integer) TO anon;
GRANT ALL ON FUNCTION public.increment_videos_indexed(p_user_id uuid, p_count integer) TO authenticated;
GRANT ALL ON FUNCTION public.increment_videos_indexed(p_user_id uuid, p_count integer) TO service_role;


--
-- Name: FUNCTION search_transcript_chunks(query_embedding public.vector, match_threshold double precision, match_count integer, filter_channel_id text); Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON FUNCTION public.search_transcript_chunks(query_embedding public.vector, match_threshold double precision, match_count integer, filter_channel_id text) TO anon;
GRANT ALL ON FUNCTION public.search_transcript_chunks(query_embedding public.vector, match_threshold double precision, match_count integer, filter_channel_id text) TO authenticated;
GRANT ALL ON FUNCTION public.search_transcript_chunks(query_embedding public.vector, match_threshold double precision, match_count integer, filter_channel_id text) TO service_role;


--
-- Name: FUNCTION update_updated_at_column(); Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON FUNCTION public.update_updated_at_column() TO anon;
GRANT ALL ON FUNCTION public.update_updated_at_column() TO authenticated;
GRANT ALL ON FUNCTION public.update_updated_at_column() TO service_role;


--
-- Name: TABLE users; Type: ACL; Schema: auth; Owner: postgres
--

GRANT ALL ON TABLE auth.users TO supabase_auth_admin;


--
-- Name: TABLE channels; Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON TABLE public.channels TO anon;
GRANT ALL ON TABLE public.channels TO authenticated;
GRANT ALL ON TABLE public.channels TO service_role;


--
-- Name: TABLE chat_messages; Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON TABLE public.chat_messages TO anon;
GRANT ALL ON TABLE public.chat_messages TO authenticated;
GRANT ALL ON TABLE public.chat_messages TO service_role;


--
-- Name: TABLE chat_sessions; Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON TABLE public.chat_sessions TO anon;
GRANT ALL ON TABLE public.chat_sessions TO authenticated;
GRANT ALL ON TABLE public.chat_sessions TO service_role;


--
-- Name: TABLE error_logs; Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON TABLE public.error_logs TO anon;
GRANT ALL ON TABLE public.error_logs TO authenticated;
GRANT ALL ON TABLE public.error_logs TO service_role;


--
-- Name: TABLE public_chat_limits; Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON TABLE public.public_chat_limits TO anon;
GRANT ALL ON TABLE public.public_chat_limits TO authenticated;
GRANT ALL ON TABLE public.public_chat_limits TO service_role;


--
-- Name: TABLE transcript_chunks; Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON TABLE public.transcript_chunks TO anon;
GRANT ALL ON TABLE public.transcript_chunks TO authenticated;
GRANT ALL ON TABLE public.transcript_chunks TO service_role;


--
-- Name: TABLE user_creators; Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON TABLE public.user_creators TO anon;
GRANT ALL ON TABLE public.user_creators TO authenticated;
GRANT ALL ON TABLE public.user_creators TO service_role;


--
-- Name: TABLE user_usage; Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON TABLE public.user_usage TO anon;
GRANT ALL ON TABLE public.user_usage TO authenticated;
GRANT ALL ON TABLE public.user_usage TO service_role;


--
-- Name: TABLE videos; Type: ACL; Schema: public; Owner: postgres
--

GRANT ALL ON TABLE public.videos TO anon;
GRANT ALL ON TABLE public.videos TO authenticated;
GRANT ALL ON TABLE public.videos TO service_role;


