/**
 * After one call that a mutant keeps from ending, the others of the function are not run: that it was stopped, and is not when
 * nothing is changed, is what notices the mutant.
 */
export const MOST_STOPPED = 1;
