import { UserError } from '../errors.ts';

/** A declaration of who may do what, or of the rows on which it is proved, does not fit the database. */
export class AccessError extends UserError {
  override readonly name = 'AccessError';
}
