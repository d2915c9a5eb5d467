import { UserError } from '../errors.ts';

/** Mutants could not be run as they were asked for. */
export class MutateError extends UserError {
  override readonly name = 'MutateError';
}
