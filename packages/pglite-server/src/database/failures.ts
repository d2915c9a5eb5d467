import { statfsSync } from 'node:fs';
import type { WireError } from '../protocol/backend.ts';
import type { InterruptReason } from '../signals.ts';

/** Another client's transaction did nothing, or its COPY got no data, for longer than the others wait. */
export function heldOpen(database: string, copying: boolean): WireError {
  const held = copying ? 'runs COPY FROM STDIN and sends no data' : 'holds a transaction open';
  return {
    severity: 'ERROR',
    code: '55P03',
    message: `another client ${held} in database "${database}", and the embedded engine runs one at a time`,
    hint: 'End it (CopyDone for a COPY, commit or roll back for a transaction), or run what needs several sessions at once on a PostgreSQL server (DATABASE_URL).',
  };
}

/** The client asked for it while its statement waited for its turn. */
export function cancelled(reason: InterruptReason): WireError {
  const cause = reason === 'timeout' ? 'statement timeout' : 'user request';
  return { severity: 'ERROR', code: '57014', message: `canceling statement due to ${cause}` };
}

/** The statement could not be interrupted, and ended with the backend's thread. */
export function cutOff({ message }: WireError): Omit<WireError, 'severity'> {
  return {
    code: '57014',
    message: `${message}: it did not react, so the backend was ended, and this session with it`,
    hint: 'Connect again. What was committed is kept.',
  };
}

/** The backend ended with a client's transaction or settings, so that client must not go on as if nothing had happened. */
export function backendEnded(database: string, reason: string): Omit<WireError, 'severity'> {
  return {
    code: '57P02',
    message: `the backend of database "${database}" ended unexpectedly and is started again: ${reason}`,
  };
}

/** A backend needs room for the next file of its log, in bytes: without it, it ends, or can't be opened. */
const LOG_FILE = 16 * 1024 * 1024;

/** Whether the backend of a database ended, or can't be opened, because its disk is full. */
export function lacksRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < LOG_FILE;
  } catch {
    return false;
  }
}

export function diskFull(database: string, folder: string): Omit<WireError, 'severity'> {
  return {
    code: '53100',
    message: `no space is left on the disk for database "${database}"`,
    hint: `Free at least 16 MB where ${folder} is, then connect again. What was committed is kept.`,
  };
}

export function cannotOpen(database: string, folder: string, reason: string): Omit<WireError, 'severity'> {
  return {
    code: '58000',
    message: `database "${database}" cannot be opened: ${reason}`,
    hint: `Its files are in ${folder}. Restore that folder, or remove it and create the database again.`,
  };
}
