/**
 * An error that a person can act on. Its message is complete by itself: what is wrong, where, and what to do. The
 * command line prints the message without a stack and exits with 2, "could not run".
 *
 * Each room that throws one has a subclass of its own, so that a caller can tell them apart. An error of any other
 * class is a defect of rolecall's, and is printed with its stack.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}
