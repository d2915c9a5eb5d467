--
-- Name: realtime; Type: SCHEMA; Schema: -; Owner: supabase_admin
--

CREATE SCHEMA realtime;
ALTER SCHEMA realtime OWNER TO supabase_admin;
CREATE SCHEMA storage;
ALTER SCHEMA storage OWNER TO supabase_admin;
CREATE SCHEMA vault;
CREATE SCHEMA graphql;
CREATE SCHEMA extensions;
ALTER SCHEMA extensions OWNER TO postgres;

--
-- Name: pg_graphql; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS pg_graphql WITH SCHEMA graphql;
COMMENT ON EXTENSION pg_graphql IS 'pg_graphql: GraphQL support';
CREATE EXTENSION IF NOT EXISTS supabase_vault WITH SCHEMA vault;
CREATE EXTENSION IF NOT EXISTS no_such_extension WITH SCHEMA extensions;

CREATE TYPE auth.aal_level AS ENUM (
    'aal1',
    'aal2',
    'aal3'
);
ALTER TYPE auth.aal_level OWNER TO supabase_auth_admin;

CREATE FUNCTION extensions.grant_pg_cron_access() RETURNS event_trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() AS ev) THEN
    RAISE NOTICE 'a;b';
  END IF;
END;
$$;
ALTER FUNCTION extensions.grant_pg_cron_access() OWNER TO supabase_admin;

CREATE FUNCTION storage.filename(name text) RETURNS text
    LANGUAGE plpgsql
    AS $$ begin return name; end $$;
ALTER FUNCTION storage.filename(name text) OWNER TO supabase_storage_admin;

CREATE FUNCTION public.handle_new_user() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
begin
  return new;
end;
$$;
ALTER FUNCTION public.handle_new_user() OWNER TO postgres;

CREATE FUNCTION public.answer() RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT CASE WHEN true THEN 42 ELSE 0 END AS "case";
END;

CREATE TABLE auth.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    aal auth.aal_level
);
ALTER TABLE auth.sessions OWNER TO supabase_auth_admin;

CREATE TABLE storage.objects (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text,
    path_tokens text[] GENERATED ALWAYS AS (string_to_array(name, '/'::text)) STORED
);
ALTER TABLE storage.objects OWNER TO supabase_storage_admin;

CREATE SEQUENCE auth.refresh_tokens_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.hand_made (
    id integer NOT NULL,
    remark text
);
ALTER TABLE public.hand_made OWNER TO some_contractor;
CREATE SEQUENCE public.hand_made_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.hand_made_id_seq OWNED BY public.hand_made.id;
ALTER TABLE ONLY public.hand_made ALTER COLUMN id SET DEFAULT nextval('public.hand_made_id_seq'::regclass);
