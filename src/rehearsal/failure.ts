import { UserError } from '../errors.ts';
/** Why a rehearsal could not run, in one line that says what to do; shown without a stack, with exit code 2. */
export class RehearsalError extends UserError {
  override readonly name = 'RehearsalError';
}

/** What PostgreSQL says went wrong. */
export interface ServerError extends Error {
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
}

/** What a failure on the copy's server means for whoever runs the rehearsal; undefined where only the server's words do. */
export function explain(error: ServerError): string | undefined {
  switch (error.code) {
    case '53100':
      return `There is no space left on the server for the copy (${error.message}). Free some, or name another server in DATABASE_URL.`;
    case '57P01':
    case '57P02':
    case '57P03':
      return `The server ended while it was copying (${error.message}). Its log says why; a full disk is a usual reason.`;
    default:
      return /Connection terminated|ECONNRESET|EPIPE/.test(error.message)
        ? `The server broke the connection while it was copying. Its log says why; a full disk is a usual reason.`
        : undefined;
  }
}
