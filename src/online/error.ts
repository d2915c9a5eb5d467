import { UserError } from '../errors.ts';

/** The database, the committed migrations or the plan is not as this step of the move needs it; the message says what to do. */
export class OnlineError extends UserError {
  override readonly name: string = 'OnlineError';
}
