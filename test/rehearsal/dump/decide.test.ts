import { expect, test } from '@jest/globals';
import { decide } from '../../../src/rehearsal/dump/decide.ts';
import { withColumns } from '../../../src/rehearsal/dump/insert.ts';
import { readStatement } from '../../../src/rehearsal/dump/statement.ts';

const host = { schemas: ['auth', 'storage', 'Odd'], tables: ['auth.users'] };

const decided = async (sql: string) => decide(await readStatement(sql), host);

test.each([
  'CREATE TABLE public.t (id int);',
  'CREATE UNLOGGED TABLE public.t ();',
  'COPY public.t (id) FROM stdin;',
  "INSERT INTO public.t VALUES ('on database x');",
  "CREATE TYPE public.e AS ENUM ('a');",
  'CREATE SCHEMA app;',
  'ALTER TABLE ONLY public.t ALTER COLUMN id SET DEFAULT 1;',
  'ALTER TABLE ONLY public.p ATTACH PARTITION public.t FOR VALUES IN (1);',
  'ALTER SEQUENCE public.s OWNED BY public.t.id;',
  "SELECT pg_catalog.setval('public.s', 12, true);",
  'COPY auth.users (id) FROM stdin;',
  'INSERT INTO auth.users VALUES (1);',
  'CREATE TABLE public.t (id int) WITH NOTHING THAT POSTGRESQL KNOWS;',
])('without %s rows are missing, so it must run', async (sql) => {
  expect(await decided(sql)).toEqual({ kind: 'needed' });
});

test.each([
  'CREATE INDEX i ON public.t (id);',
  'ALTER TABLE ONLY public.t ADD CONSTRAINT c CHECK (a <> $$ alter column x set default $$);',
  "CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $$ create table auth.t (); select 'copy' $$;",
  'CREATE VIEW public.v AS SELECT * FROM auth.users;',
  'CREATE MATERIALIZED VIEW public.v AS SELECT * FROM auth.sessions;',
  'CREATE EXTENSION vector WITH SCHEMA storage;',
  'CREATE TRIGGER t AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.f();',
  'ALTER DEFAULT PRIVILEGES FOR ROLE x IN SCHEMA public GRANT ALL ON TABLES TO y;',
  'NOTHING THAT POSTGRESQL KNOWS;',
])('%s runs if the server takes it', async (sql) => {
  expect(await decided(sql)).toEqual({ kind: 'wanted' });
});

test.each([
  ['SET default_tablespace = fast;', null],
  ['SET SESSION AUTHORIZATION somebody;', null],
  ['ALTER TABLE public.t OWNER TO somebody;', null],
  ['ALTER FUNCTION public.f(int) OWNER TO somebody;', null],
  ['ALTER DATABASE x SET search_path = y;', 'a database’s own settings'],
  ['GRANT CONNECT ON DATABASE x TO y;', 'rights on a database'],
  ['CREATE ROLE x;', 'roles belong to a server'],
  ["COMMENT ON EVENT TRIGGER x IS 'y';", 'an event trigger'],
  ['ALTER PUBLICATION x ADD TABLE ONLY public.t;', 'replication'],
  ['CREATE FOREIGN TABLE public.t (id int) SERVER s;', 'another server’s data'],
  ["SECURITY LABEL ON TABLE public.t IS 'x';", 'a security label'],
  ['CREATE TABLE storage.objects (id int);', 'its host’s schema storage'],
  ['CREATE TABLE "Odd"."t" (id int);', 'its host’s schema Odd'],
  ['CREATE SCHEMA storage;', 'its host’s schema storage'],
  ['CREATE OPERATOR auth.= (LEFTARG = int, RIGHTARG = int, FUNCTION = public.f);', 'its host’s schema auth'],
  ['CREATE POLICY p ON storage.objects USING (public.f());', 'its host’s schema storage'],
  ["COMMENT ON COLUMN storage.objects.id IS 'x';", 'its host’s schema storage'],
  ['GRANT USAGE ON SCHEMA auth TO x;', 'its host’s schema auth'],
  ['GRANT ALL ON FUNCTION auth.uid() TO x;', 'its host’s schema auth'],
  ['ALTER DEFAULT PRIVILEGES FOR ROLE x IN SCHEMA storage GRANT ALL ON TABLES TO y;', 'its host’s schema storage'],
  ["SELECT pg_catalog.setval('auth.s', 12, true);", 'its host’s schema auth'],
  ['CREATE INDEX i ON auth.users (id);', 'its host’s schema auth'],
  ['CREATE TRIGGER t AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION auth.f();', 'its host’s schema auth'],
])('%s is left out: %s', async (sql, why) => {
  expect(await decided(sql)).toEqual({ kind: 'left out', why });
});

test('settings and comments run if the server takes them, and are not listed if it does not', async () => {
  for (const sql of [
    'SET lock_timeout = 0;',
    "SELECT pg_catalog.set_config('search_path', '', false);",
    "COMMENT ON TABLE public.t IS 'x';",
  ])
    expect(await decided(sql)).toEqual({ kind: 'minor' });
});

test('a table of the host that the hooks create gets the columns of the dump', async () => {
  expect(await decided('CREATE TABLE auth.users (id int);')).toEqual({ kind: 'columns', table: 'auth.users' });
});

test.each([
  ["INSERT INTO auth.users VALUES (1, 'values');", `INSERT INTO auth.users ("id", "a b") VALUES (1, 'values');`],
  [
    'insert into "auth" . "users" overriding system value values (1);',
    'insert into "auth" . "users" ("id", "a b") overriding system value values (1);',
  ],
  ['INSERT INTO auth.users (id) VALUES (1);', 'INSERT INTO auth.users (id) VALUES (1);'],
])('%s names its columns', (sql, named) => {
  expect(withColumns(sql, ['id', 'a b'])).toBe(named);
});
