/**
 * Waits for all of several proofs that run at once, also when one fails: nothing uses a database any more when this ends.
 * @throws the first failure
 */
export async function allAtOnce<const T extends readonly unknown[]>(
  proofs: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(proofs);
  return Promise.all(proofs);
}
