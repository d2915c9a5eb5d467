import { UserError } from '../errors.ts';

/** The committed migrations can't be exported, or a database can't change over to another history. */
export class SupabaseError extends UserError {
  override readonly name = 'SupabaseError';
}
