import { stripVTControlCharacters } from 'node:util';
import { withClient } from '../database/connect.ts';
import { type StopReason, stopIn } from '../database/server-errors.ts';
import { databaseOf } from '../database/urls.ts';

/** The key of the advisory lock that graphile-migrate holds while it migrates. */
const GRAPHILE_MIGRATE_LOCK = '4727445306447283';

/** Advice for people whose migration was stopped, by the reason. */
const ADVICE: Readonly<Record<StopReason, string>> = {
  'lock timeout': 'Let that session end, or end it with pg_terminate_backend.',
  deadlock: 'Stop the app meanwhile, or try again until it succeeds.',
  'statement timeout': 'Set it to 0 for the role that migrates.',
  cancelled: 'Nothing needs to be repaired.',
  'no space': 'Free some: the old tables stay, so the migration needs their size once more.',
  'connection lost': 'Start the server; nothing needs to be repaired.',
};

/**
 * One line for a person whose migration was stopped from outside, by a lock, a deadlock, a time limit, a full disk, or a
 * server that went away: what happened, what it left behind, and what to do. Undefined when it was none of these.
 * @param complaints what graphile-migrate wrote to stderr
 */
export async function explainStop(complaints: string, url: string): Promise<string | undefined> {
  const why = await reasonIn(stripVTControlCharacters(complaints), url);
  return (
    why &&
    `rolecall: The migration of ${databaseOf(url)} stopped. ${why} Then run \`rolecall migrate\` again: the stopped migration was rolled back, and those that had ended are not run again.\n`
  );
}

async function reasonIn(complaints: string, url: string): Promise<string | undefined> {
  // graphile-migrate's own words.
  if (complaints.includes('Failed to get exclusive lock'))
    return `Another migration of this database is running${await others(url, 'migrating')}. Wait until it has ended.`;
  const stop = stopIn({ message: complaints });
  if (!stop) return undefined;
  const waited = stop.reason === 'lock timeout' || stop.reason === 'deadlock';
  return `${stop.means}${waited ? await others(url, 'in a transaction') : ''}. ${ADVICE[stop.reason]}`;
}

/** The sessions that may block it, in parentheses: those that migrate, or have a transaction open. Empty when there are none. */
async function others(url: string, doing: 'migrating' | 'in a transaction'): Promise<string> {
  const sessions = await sessionsIn(url, doing === 'migrating').catch(() => []);
  return sessions.length > 0 ? ` (${sessions.join('; ')})` : '';
}

async function sessionsIn(url: string, migrating: boolean): Promise<string[]> {
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
  return rows.map(({ session }) => session);
}
