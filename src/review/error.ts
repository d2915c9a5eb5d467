import { UserError } from '../errors.ts';

/** A review could not be made; the message says what is missing and what to do. */
export class ReviewError extends UserError {
  override readonly name = 'ReviewError';
}
