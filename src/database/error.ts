/** What is wrong with a server, in one line that says what to do; shown without a stack, with exit code 2. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}
