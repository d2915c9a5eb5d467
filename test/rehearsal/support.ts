import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLegacy } from '../../spec/legacy/make.ts';
import type { LegacySize } from '../../spec/legacy/size.ts';

/** Just enough of everything for a rehearsal to be quick. */
export const tiny: LegacySize = {
  users: 3,
  channels: 3,
  videos: 6,
  chunksPerVideo: 2,
  sessions: 4,
  messagesPerSession: 3,
  followsPerUser: 2,
  publicLimits: 3,
  errorLogs: 4,
};

export interface DumpParts {
  /** Statements between the tables and the rows, as pg_dump would have them there. */
  readonly tables?: string;
  /** After the rows, before the keys. */
  readonly rows?: string;
  /** After everything else. */
  readonly last?: string;
}

/**
 * A plain dump of a legacy database, as pg_dump 15 wrote the tables, keys and policies (test/rehearsal/dumps), with made
 * rows between them.
 */
export async function plainDump({ tables = '', rows = '', last = '' }: DumpParts = {}): Promise<string> {
  const [before, after] = await Promise.all(
    ['pre-data', 'post-data'].map((part) => readFile(`test/rehearsal/dumps/${part}.sql`, 'utf8')),
  );
  const copies = makeLegacy({ seed: 7, size: tiny }).map(
    ({ table, columns, lines }) => `COPY ${table} (${columns.join(', ')}) FROM stdin;\n${[...lines()].join('')}\\.\n\n`,
  );
  const end = after?.indexOf('--\n-- PostgreSQL database dump complete') ?? 0;
  return [before, tables, ...copies, rows, after?.slice(0, end), last, after?.slice(end)].join('\n');
}

/** A folder for the files of one test file. */
export async function folder(): Promise<{
  path(name: string): string;
  file(name: string, content: string | Buffer): Promise<string>;
  remove(): Promise<void>;
}> {
  const root = await mkdtemp(join(tmpdir(), `rehearsal-${randomUUID().slice(0, 4)}-`));
  return {
    path: (name) => join(root, name),
    async file(name, content) {
      await writeFile(join(root, name), content);
      return join(root, name);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** The users of Supabase's own auth, as a dump of a hosted database has them: with more columns, and types of its own. */
const HOSTED_USERS = `CREATE TABLE auth.users (
    instance_id uuid,
    id uuid NOT NULL,
    aud character varying(255),
    role character varying(255),
    email character varying(255),
    email_confirmed_at timestamp with time zone,
    raw_app_meta_data jsonb,
    raw_user_meta_data jsonb,
    is_super_admin boolean,
    created_at timestamp with time zone,
    updated_at timestamp with time zone,
    phone text DEFAULT NULL::character varying,
    phone_confirmed_at timestamp with time zone,
    confirmed_at timestamp with time zone GENERATED ALWAYS AS (LEAST(email_confirmed_at, phone_confirmed_at)) STORED,
    assurance auth.aal_level DEFAULT 'aal1'::auth.aal_level NOT NULL,
    is_sso_user boolean DEFAULT false NOT NULL,
    CONSTRAINT users_email_change_confirm_status_check CHECK (((is_sso_user)::text <> 'x(;'::text))
);`;

const HOSTED_USER = `COPY auth.users (instance_id, id, aud, email, raw_user_meta_data, created_at, assurance, is_sso_user) FROM stdin;
00000000-0000-0000-0000-000000000000	33333333-3333-4333-8333-333333333333	authenticated	who@example.com	{"name": "Who"}	2025-01-06 00:00:00+00	aal2	f
\\.

`;

/** The same, as pg_dump 17 writes it of a hosted Supabase database: with all that its host has put there. */
export async function hostedDump(): Promise<string> {
  const part = (name: string) => readFile(`test/rehearsal/dumps/hosted-${name}.sql`, 'utf8');
  const dump = await plainDump({
    tables: await part('before'),
    rows: HOSTED_USER + (await part('after')),
    last: await part('last'),
  });
  return dump
    .replace(/CREATE TABLE auth\.users \([\s\S]*?\n\);/, HOSTED_USERS)
    .replace('SET lock_timeout = 0;', 'SET lock_timeout = 0;\nSET transaction_timeout = 0;')
    .replace("'Stands in for the auth schema of Supabase on a plain server.'", "'Auth'");
}
