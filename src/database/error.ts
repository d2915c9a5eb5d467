import { UserError } from '../errors.ts';

/** The server cannot be reached, refuses, lacks something that is needed, or is not in the state that a command needs. */
export class DatabaseError extends UserError {
  override readonly name = 'DatabaseError';
}
