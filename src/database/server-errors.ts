/** The reason why a correct statement was stopped from outside. */
export type StopReason =
  | 'lock timeout'
  | 'deadlock'
  | 'statement timeout'
  | 'cancelled'
  | 'no space'
  | 'connection lost';

/** A statement that was stopped from outside. */
export interface ServerStop {
  readonly reason: StopReason;
  /** One sentence for people about "it", the statement or whoever sent it, without the full stop. */
  readonly means: string;
}

interface KnownStop {
  readonly reason: StopReason;
  /** SQLSTATEs, and the codes of Node.js for a connection that breaks. */
  readonly codes: readonly string[];
  /** The server's own words, for output of another program that does not pass on the code. */
  readonly words: RegExp;
  readonly means: (seen: string) => string;
}

/** PostgreSQL's documentation, appendix A; words as the server and node-postgres have them. */
const STOPS: readonly KnownStop[] = [
  {
    reason: 'lock timeout',
    codes: ['55P03'],
    words: /canceling statement due to lock timeout/,
    means: () => 'It waited longer than lock_timeout for a lock that another session holds',
  },
  {
    reason: 'deadlock',
    codes: ['40P01'],
    words: /deadlock detected/,
    means: () => 'It and another session waited for each other, and the server ended it',
  },
  {
    reason: 'statement timeout',
    codes: ['57014'],
    words: /canceling statement due to statement timeout/,
    means: () => 'A statement took longer than statement_timeout',
  },
  {
    reason: 'cancelled',
    codes: ['57014'],
    words: /canceling statement due to user request/,
    means: () => 'A statement was cancelled (pg_cancel_backend)',
  },
  {
    reason: 'no space',
    codes: ['53100'],
    words: /could not (?:extend|write to|write|create) file .*|No space left on device|disk full|temp_file_limit/,
    means: (seen) => `The server has no space left (${seen})`,
  },
  {
    reason: 'connection lost',
    codes: ['57P01', '57P02', '57P03', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE'],
    words:
      /terminating connection|Connection terminated|connection error and is not queryable|ECONNRESET|ECONNREFUSED|EPIPE|the database system is/,
    means: (seen) => `The connection to the server broke (${seen})`,
  },
];

/**
 * Whether an error says that a statement was stopped from outside: by another session, a time limit, a full disk, or a
 * server that went away. Undefined for every other error.
 * @param error of node-postgres or Node.js, or a text without a code that contains such an error
 */
export function stopIn({
  code,
  message,
}: {
  readonly code?: string | undefined;
  readonly message: string;
}): ServerStop | undefined {
  const possible = STOPS.filter(({ codes, words }) =>
    code === undefined ? words.test(message) : codes.includes(code),
  );
  const stop = possible.find(({ words }) => words.test(message)) ?? possible[0];
  if (!stop) return undefined;
  const seen = code === undefined ? (stop.words.exec(message)?.[0] ?? message) : message;
  return { reason: stop.reason, means: stop.means(seen) };
}
