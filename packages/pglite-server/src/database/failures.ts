import type { WireError } from '../protocol/backend.ts';
import type { InterruptReason } from '../signals.ts';

/** Another client's transaction did nothing for longer than the others wait. */
export function heldOpen(database: string): WireError {
  return {
    severity: 'ERROR',
    code: '55P03',
    message: `another client holds a transaction open in database "${database}", and the embedded engine runs one at a time`,
    hint: 'End that transaction (commit or roll back), or run what needs several sessions at once on a PostgreSQL server (DATABASE_URL).',
  };
}

/** The client asked for it while its statement waited for its turn. */
export function cancelled(reason: InterruptReason): WireError {
  const cause = reason === 'timeout' ? 'statement timeout' : 'user request';
  return { severity: 'ERROR', code: '57014', message: `canceling statement due to ${cause}` };
}

/** As pg_terminate_backend does. */
export function terminated(): Omit<WireError, 'severity'> {
  return { code: '57P01', message: 'terminating connection due to administrator command' };
}

/** The statement could not be interrupted, and ended with the backend's thread. */
export function cutOff({ message }: WireError): Omit<WireError, 'severity'> {
  return {
    code: '57014',
    message: `${message}: it did not react, so the backend was ended, and this session with it`,
    hint: 'Connect again. What was committed is kept.',
  };
}

/** The backend ended with a client's transaction or settings, so that client must not go on as if nothing had happened. */
export function backendEnded(database: string, reason: string): Omit<WireError, 'severity'> {
  return {
    code: '57P02',
    message: `the backend of database "${database}" ended unexpectedly and is started again: ${reason}`,
  };
}

export function cannotOpen(database: string, folder: string, reason: string): Omit<WireError, 'severity'> {
  return {
    code: '58000',
    message: `database "${database}" cannot be opened: ${reason}`,
    hint: `Its files are in ${folder}. Restore that folder, or remove it and create the database again.`,
  };
}
