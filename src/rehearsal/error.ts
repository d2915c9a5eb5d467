import { stopIn } from '../database/server-errors.ts';
import { UserError } from '../errors.ts';

/** A rehearsal could not run. The message says why, and what to do. */
export class RehearsalError extends UserError {
  override readonly name = 'RehearsalError';
}

/**
 * The error for a person when the server for the copy itself failed: it has no space left, or went away. Undefined for
 * every other error, such as a statement that the server refuses.
 */
export function serverFailure(error: unknown): RehearsalError | undefined {
  const stop = error instanceof Error && !(error instanceof UserError) ? stopIn(error) : undefined;
  switch (stop?.reason) {
    case 'no space':
      return new RehearsalError(
        `The copy cannot be made. ${stop.means}. Free some, or name another server in DATABASE_URL.`,
        { cause: error },
      );
    case 'connection lost':
      return new RehearsalError(
        `The rehearsal was interrupted. ${stop.means}. Its log says why; a full disk is a usual reason.`,
        { cause: error },
      );
    default:
      return undefined;
  }
}
