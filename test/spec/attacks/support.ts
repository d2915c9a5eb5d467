import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import config from '../../../rolecall.config.ts';
import { people } from '../../../spec/people.ts';
import { rolledBack } from '../../../src/database/connect.ts';
import { type MigratedDatabase, migratedDatabase } from '../../support/migrated.ts';

/** Rows of the world that attacks aim at; the owner's unless said otherwise. */
export const target = {
  session: '00000000-0000-4000-8000-000000000051',
  message: '00000000-0000-4000-8000-000000000061',
  /** An answer of the assistant in that session which nobody saved. */
  answer: '00000000-0000-4000-8000-000000000063',
  savedAnswer: '00000000-0000-4000-8000-000000000065',
  conversation: '00000000-0000-4000-8000-000000000066',
  publicChannel: '00000000-0000-4000-8000-0000000000c1',
  /** The channel of the session. */
  channel: '00000000-0000-4000-8000-0000000000c2',
  /** One about which nobody chats. */
  quietChannel: '00000000-0000-4000-8000-0000000000c3',
  /** A user without a usage row. */
  bareUser: '00000000-0000-4000-8000-0000000000a5',
  /** What the attacker has too: a session of the stranger's about the quiet channel, and a message in it. */
  ownSession: '00000000-0000-4000-8000-000000000058',
  ownMessage: '00000000-0000-4000-8000-000000000068',
  /** An id that no row has. */
  nothing: '00000000-0000-4000-8000-00000000dead',
} as const;

interface Claimant {
  readonly role: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** A persona of rolecall.config.ts, or the operator, who owns the tables and whom row level security does not hold. */
export type Who = 'anon' | 'owner' | 'stranger' | 'moderator' | 'admin' | 'service' | 'operator' | Claimant;

/** Somebody signed in whose claims are this text, whatever it says. */
export function claiming(claims: string | undefined): Claimant {
  return { role: 'authenticated', settings: claims === undefined ? {} : { 'request.jwt.claims': claims } };
}

/** Somebody signed in under this id. */
export function user(sub: string): Claimant {
  return claiming(JSON.stringify({ sub, role: 'authenticated' }));
}

export interface Outcome {
  /** SQLSTATE and message, or the number of rows, or `done` of a statement that counts none. */
  readonly says: string;
  readonly detail?: string | undefined;
  readonly rows: readonly Record<string, unknown>[];
  readonly notices: readonly string[];
  /** Whether any row of any table, or the catalog, is another than before. Looked at by the operator. */
  readonly changed: boolean;
}

export interface Attack {
  readonly as: Who;
  /** The statements; all but the last are preparations, which succeed. */
  readonly does: string | readonly string[];
  readonly says: string | RegExp;
  /** Who may: the same statements then find or change something. */
  readonly may: Who;
  /** What an operator would have to change first. */
  readonly unless?: string;
}

export const NO_ROWS = '0 rows';
export const noGrant = (relation: string): string => `42501 permission denied for table ${relation}`;
export const policyOf = (table: string): string =>
  `42501 new row violates row-level security policy for table "${table}"`;

/** A database for the file, with the world in it and an attacker who has rows too. */
export function attacked() {
  let database: MigratedDatabase | undefined;
  beforeAll(async () => {
    database = await migratedDatabase();
    await database.seed();
    await database.client.query(
      `insert into public.chat_sessions (id, user_id, channel_id, title)
       values ('${target.ownSession}', '${people.stranger}', '${target.quietChannel}', 'Mine');
       insert into public.chat_messages (id, user_id, session_id, role, content)
       values ('${target.ownMessage}', '${people.stranger}', '${target.ownSession}', 'assistant', 'Mine');
       analyze`,
    );
  });
  afterAll(() => database?.drop());
  const client = (): pg.Client => {
    if (!database) throw new Error('The database is not there yet.');
    return database.client;
  };
  return {
    client,
    url: () => database?.url ?? '',
    as: (who: Who, does: Attack['does'], first?: string) => attempt(client(), who, does, first),
    /** Each attack fails as it says and changes nothing; the same by who may does not fail. */
    resists(attacks: Readonly<Record<string, Attack>>) {
      test.each(Object.entries(attacks))('%s', async (_, { as, does, says, may, unless }) => {
        const expected = typeof says === 'string' ? says : expect.stringMatching(says);
        expect(await attempt(client(), as, does)).toMatchObject({ says: expected, changed: false });
        const permitted = await attempt(client(), may, does, unless);
        expect(permitted.says).toMatch(/^([1-9]\d* rows|done)$/);
        // What is not refused at once must at least have done something for them.
        if (says === 'done') expect(permitted.changed).toBe(true);
      });
    },
  };
}

/** Runs the statements as somebody, in a transaction that is rolled back. */
async function attempt(client: pg.Client, who: Who, does: Attack['does'], first?: string): Promise<Outcome> {
  const statements = typeof does === 'string' ? [does] : does;
  const notices: string[] = [];
  const hear = ({ message }: { message?: string | undefined }) => notices.push(message ?? '');
  client.on('notice', hear);
  try {
    return await rolledBack(client, async () => {
      if (first) await client.query(first);
      const before = first ? await fingerprint(client) : await untouched(client);
      await become(client, who);
      for (const preparation of statements.slice(0, -1)) await client.query(preparation);
      await client.query('savepoint attack');
      const outcome = await client.query({ text: statements.at(-1) ?? '' }).then(
        ({ rows, rowCount }) => ({ says: rowCount === null ? 'done' : `${rowCount} rows`, rows, detail: undefined }),
        ({ code, message, detail }) => ({ says: `${code} ${message}`, rows: [], detail }),
      );
      // What the operator sees from here on is no outcome of the attack.
      client.off('notice', hear);
      if (/^[0-9A-Z]{5} /.test(outcome.says)) await client.query('rollback to savepoint attack');
      await client.query('reset role; set local row_security = on');
      return { ...outcome, notices, changed: (await fingerprint(client)) !== before };
    });
  } finally {
    client.off('notice', hear);
    // What was prepared outlives the transaction.
    if (statements.some((statement) => statement.startsWith('prepare'))) await client.query('deallocate all');
  }
}

async function become(client: pg.Client, who: Who): Promise<void> {
  if (who === 'operator') return;
  const { role, settings = {} } = typeof who === 'string' ? personaOf(who) : who;
  for (const [name, value] of Object.entries(settings))
    await client.query('select set_config($1, $2, true)', [name, value]);
  await client.query(`set local role "${role}"`);
}

function personaOf(name: string): { role: string; settings?: Record<string, string> } {
  const persona = config.personas[name];
  if (!persona) throw new Error(`There is no persona ${name}.`);
  return persona as { role: string; settings?: Record<string, string> };
}

const CATALOG = `
  -- From 16384 on it is not PostgreSQL's own.
  select 'classes', md5(string_agg(concat_ws('|', oid, relname, relowner, relrowsecurity, relacl), ',' order by oid))
    from pg_class where oid >= 16384 and relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_(toast_)?temp')
  union all select 'policies', md5(string_agg(policy::text, ',' order by oid)) from pg_policy policy
  union all select 'triggers', md5(string_agg(concat_ws('|', oid, tgrelid, tgfoid, tgenabled), ',' order by oid))
    from pg_trigger
  union all select 'functions', md5(string_agg(concat_ws('|', oid, prosrc, proowner, prosecdef, proacl, proconfig), ',' order by oid))
    from pg_proc where oid >= 16384 and pronamespace not in (select oid from pg_namespace where nspname ~ '^pg_temp')
  union all select 'schemas', md5(string_agg(concat_ws('|', oid, nspowner, nspacl), ',' order by oid))
    from pg_namespace where nspname !~ '^pg_(toast_)?temp'
  union all select 'default privileges', md5(string_agg(defaults::text, ',' order by oid)) from pg_default_acl defaults
  union all select 'extensions', string_agg(extname, ',' order by oid) from pg_extension
  union all select 'large objects', count(*)::text from pg_largeobject_metadata`;

const known = new WeakMap<pg.Client, Promise<string>>();

/** What is there when an attack begins, always the same. */
function untouched(client: pg.Client): Promise<string> {
  const found = known.get(client) ?? fingerprint(client);
  known.set(client, found);
  return found;
}

/** All that is there, as one text. */
async function fingerprint(client: pg.Client): Promise<string> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where relkind = 'r' and nspname in ('public', 'private', 'legacy', 'auth') order by 1`,
  );
  const contents = tables.map(
    ({ name }) => `select '${name}', md5(string_agg(t::text, ',' order by t::text)) from ${name} t`,
  );
  const { rows } = await client.query({ text: [CATALOG, ...contents].join(' union all '), rowMode: 'array' });
  return JSON.stringify(rows);
}
