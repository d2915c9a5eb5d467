import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { migratedDatabase } from '../../support/migrated.ts';

/** Who calls: signed out, the service, or the user of this id. */
export type Caller = 'anon' | 'service' | { readonly user: string };

export type Row = Record<string, unknown>;

/** A database of the app, and hands to fill it with and to call its functions. */
export interface App {
  readonly url: string;
  /** As the superuser, whom nothing holds. */
  sql(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** As a caller of the API, in a transaction of its own. */
  as(caller: Caller, text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The SQLSTATE, the name, the message and the hint that a statement fails with. */
  failure(caller: Caller, text: string, values?: readonly unknown[]): Promise<Failure>;
  /**
   * All that `sql` and `as` do from now on is in one transaction, in which now() stays the same.
   * @returns rolls it back
   */
  stopClock(): Promise<() => Promise<void>>;
  /** `count` connections at once, each signed in as the caller until they end. */
  sessions(count: number, caller: Caller): Promise<pg.Client[]>;
  user(role?: 'admin' | 'moderator', values?: { email?: string; name?: string; created_at?: string }): Promise<string>;
  plan(values: { creators?: number; messages?: number }, ...users: readonly string[]): Promise<void>;
  channel(values?: Row): Promise<string>;
  channels(count: number): Promise<string[]>;
  video(channel: string): Promise<string>;
  transcript(channel: string, values?: Row): Promise<string>;
  drop(): Promise<void>;
  /** Drops it unchecked: rows were written around what keeps the invariants. */
  dropChanged(): Promise<void>;
}

export interface Failure {
  readonly code: string;
  readonly error: string | undefined;
  readonly message: string;
  readonly detail: Row;
  readonly hint: string;
}

/** A date is what PostgreSQL wrote, to the last digit: as a Date it would lose the microseconds and the day its meaning. */
const AS_TEXT = [1082, 1114, 1184];
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    AS_TEXT.includes(oid) ? String : pg.types.getTypeParser(oid, format as 'text'),
};

/** A database of its own after all committed migrations. */
export async function freshApp(): Promise<App> {
  const database = await migratedDatabase();
  const { url } = database;
  const client = await connected(url);

  const sql: App['sql'] = async (text, values = []) => (await client.query(text, [...values])).rows as Row[];
  let call = { begin: 'begin', keep: 'commit', undo: 'rollback' };
  const as: App['as'] = async (caller, text, values = []) => {
    await client.query(call.begin);
    try {
      await signIn(client, caller, true);
      const { rows } = await client.query(text, [...values]);
      await client.query(call.keep);
      return rows as Row[];
    } catch (error) {
      await client.query(call.undo);
      throw error;
    }
  };
  const stopClock: App['stopClock'] = async () => {
    const usual = call;
    await client.query('begin');
    call = {
      begin: 'savepoint call',
      keep: `release call; set local role none; set local request.jwt.claims = ''`,
      undo: 'rollback to call; release call',
    };
    return async () => {
      call = usual;
      await client.query('rollback');
    };
  };
  const insert = async (table: string, values: Row): Promise<string> => {
    const names = Object.keys(values);
    const places = names.map((_, index) => `$${index + 1}`).join(', ');
    const rows = await sql(
      `insert into ${table} (${names.join(', ')}) values (${places}) returning id`,
      Object.values(values),
    );
    return rows[0]?.id as string;
  };

  const app: App = {
    url,
    sql,
    as,
    stopClock,
    async failure(caller, text, values) {
      const rows = await as(caller, text, values).catch((error: pg.DatabaseError) => error);
      if (!(rows instanceof Error)) throw new Error(`It did not fail, but gave ${JSON.stringify(rows)}`);
      const { code = '', message, hint = '' } = rows;
      const detail = rows.detail?.startsWith('{') ? (JSON.parse(rows.detail) as Row) : {};
      return { code, error: detail.error as string | undefined, message, detail, hint };
    },
    sessions: (count, caller) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const session = await connected(url);
          await signIn(session, caller, false);
          return session;
        }),
      ),
    async user(role, { email, name, created_at } = {}) {
      const id = randomUUID();
      await insert('auth.users', {
        id,
        email: email ?? `${id}@example.com`,
        raw_user_meta_data: { display_name: name ?? 'Somebody' },
        ...(created_at ? { created_at } : {}),
      });
      if (role) await insert('public.user_roles', { user_id: id, role });
      return id;
    },
    async plan({ creators = 2, messages = 18 }, ...users) {
      const id = await insert('public.plans', {
        code: randomUUID(),
        creators_limit: creators,
        videos_per_creator_limit: 10,
        messages_per_day_limit: messages,
      });
      await sql('update public.user_usage set plan_id = $1 where user_id = any ($2)', [id, users]);
    },
    channel: (values = {}) => {
      const youtube = `UC${randomUUID()}`;
      return insert('public.channels', {
        youtube_channel_id: youtube,
        channel_name: 'A channel',
        channel_url: `https://www.youtube.com/channel/${youtube}`,
        ...values,
      });
    },
    async channels(count) {
      const ids: string[] = [];
      while (ids.length < count) ids.push(await app.channel());
      return ids;
    },
    video: (channel_id) =>
      insert('public.videos', { channel_id, youtube_video_id: randomUUID(), title: 'How to boil an egg' }),
    transcript: async (channel_id, values = {}) =>
      insert('public.transcripts', { channel_id, video_id: await app.video(channel_id), ...values }),
    async drop() {
      await client.end();
      await database.drop();
    },
    async dropChanged() {
      await client.end();
      await database.dropChanged();
    },
  };
  return app;
}

/** Runs `use` for each of so many sessions at once, and ends them. */
export function together<T>(
  app: App,
  count: number,
  caller: Caller,
  use: (session: pg.Client, index: number) => Promise<T>,
): Promise<T[]> {
  return withSessions(app, count, caller, (sessions) => Promise.all(sessions.map(use)));
}

/** Runs `use` with so many sessions, and ends them. */
export async function withSessions<T>(
  app: App,
  count: number,
  caller: Caller,
  use: (sessions: pg.Client[]) => Promise<T>,
): Promise<T> {
  const sessions = await app.sessions(count, caller);
  try {
    return await use(sessions);
  } finally {
    await Promise.all(sessions.map((session) => session.end().catch(() => {})));
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, types });
  // One that is ended from outside is what some tests are about.
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function signIn(client: pg.Client, caller: Caller, local: boolean): Promise<void> {
  const role = typeof caller === 'string' ? { anon: 'anon', service: 'service_role' }[caller] : 'authenticated';
  const claims = { role, ...(typeof caller === 'string' ? {} : { sub: caller.user }) };
  await client.query(`select set_config('role', $1, $3), set_config('request.jwt.claims', $2, $3)`, [
    role,
    JSON.stringify(claims),
    local,
  ]);
}
