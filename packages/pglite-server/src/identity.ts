/**
 * A startup parameter by which a process asks a server whether it serves a certain folder. Never change it: a process that
 * asks an engine of an older version would not be understood, and take the folder over while that one serves it.
 */
export const WHO_ARE_YOU = 'rolecall.engine';

/** Clients are let in only once the folder is this process's own. */
export type ServingState = 'starting' | 'open' | 'stopping';
