import { stripVTControlCharacters } from 'node:util';
import { withClient } from '../database/connect.ts';
import { databaseOf } from '../database/urls.ts';

/** The key of the advisory lock that graphile-migrate holds while it migrates. */
const GRAPHILE_MIGRATE_LOCK = '4727445306447283';

/** What stops a migration from outside, as the server or graphile-migrate words it, and what to do. */
const STOPS: readonly { readonly sign: RegExp; readonly says: (others: string, seen: string) => string }[] = [
  {
    sign: /Failed to get exclusive lock/,
    says: (others) => `Another migration of this database is running${others}. Wait until it has ended.`,
  },
  {
    sign: /canceling statement due to lock timeout/,
    says: (others) =>
      `It waited longer than lock_timeout for a lock that another session holds${others}. Let that session end, or end it with pg_terminate_backend.`,
  },
  {
    sign: /deadlock detected/,
    says: (others) =>
      `It and another session waited for each other, and the server ended it${others}. Keep the app away from the database meanwhile, or try until it gets through.`,
  },
  {
    sign: /canceling statement due to statement timeout/,
    says: () => 'A statement took longer than statement_timeout. Set it to 0 for the role that migrates.',
  },
  {
    sign: /canceling statement due to user request/,
    says: () => 'Somebody cancelled a statement (pg_cancel_backend).',
  },
  {
    sign: /could not (?:extend|write to|write|create) file .*|No space left on device|disk full|temp_file_limit/,
    says: (_, seen) =>
      `The server has no space left (${seen}). Make room: the old tables stay, so it needs theirs once more.`,
  },
  {
    sign: /terminating connection|Connection terminated|connection error and is not queryable|ECONNRESET|ECONNREFUSED|EPIPE|the database system is/,
    says: (_, seen) =>
      `The connection to the server broke (${seen}). When the server is up again, nothing needs to be repaired.`,
  },
];

/**
 * The one line for a person whose migration was stopped from outside, by a lock, a deadlock, a time limit, a full disk, a server
 * that went away: what happened, what it left behind, and what to do. Undefined when it was none of these.
 * @param complaints what graphile-migrate wrote to stderr
 */
export async function explainStop(complaints: string, url: string): Promise<string | undefined> {
  const text = stripVTControlCharacters(complaints);
  const stop = STOPS.find(({ sign }) => sign.test(text));
  if (!stop) return undefined;
  const [seen = ''] = stop.sign.exec(text) ?? [];
  const others = await otherSessions(url, stop === STOPS[0]).catch(() => '');
  return `rolecall: The migration of ${databaseOf(url)} stopped. ${stop.says(others, seen)} Then run \`rolecall migrate\` again: a migration that did not end is not there at all, and those that did are not run again.\n`;
}

/** The sessions that may be in the way: whoever migrates, or whoever has a transaction open. */
async function otherSessions(url: string, migrating: boolean): Promise<string> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ session: string }>(
      `select format('backend %s of %s, %s since %s', pid, usename, state, to_char(coalesce(xact_start, backend_start), 'HH24:MI:SS')) as session
       from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()
         and case when $1 then pid in (
           select pid from pg_locks
           where locktype = 'advisory' and (classid::bigint << 32) | objid::bigint = $2::bigint
         ) else xact_start is not null end
       order by xact_start limit 3`,
      [migrating, GRAPHILE_MIGRATE_LOCK],
    ),
  );
  return rows.length > 0 ? ` (${rows.map(({ session }) => session).join('; ')})` : '';
}
