import { SupabaseError } from './error.ts';

/** The header of a committed migration that says when it was committed; graphile-migrate keeps it, and hashes no header. */
export const TIME = 'Time';

/** The time of a first migration without one, in ms: it comes before whatever was committed since. */
const BEGINNING = Date.UTC(2000, 0, 1);

const SECOND = 1000;

/** A migration with the time of its header, as it is written there. */
export interface Timed {
  readonly file: string;
  readonly time: string | undefined;
}

/**
 * The times of migrations in ms since 1970, in their order, each later than the one before: that of its header, or, where
 * there is none or where it is not later, one second after the one before. They depend on the headers alone.
 * @throws SupabaseError when a header is no time
 */
export function timesOf(migrations: readonly Timed[]): number[] {
  let last = BEGINNING - SECOND;
  return migrations.map(({ file, time }) => {
    last = Math.max(last + SECOND, time === undefined ? 0 : parsed(file, time));
    return last;
  });
}

/** Whether a text is a time as a header has it. A day that no month has would become another one. */
export const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  headerOf(Date.parse(text)) === text;

function parsed(file: string, time: string): number {
  if (isTime(time)) return Date.parse(time);
  throw new SupabaseError(
    `${file}: the header \`--! ${TIME}: ${time}\` is no time. Write it as \`--! ${TIME}: 2026-01-31T12:00:00Z\`; the migration's hash does not depend on it.`,
  );
}

/** A time as a header has it: in UTC, to the second. */
export const headerOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** A time as the name of a file of Supabase's begins: YYYYMMDDHHMMSS, in UTC. */
export const versionOf = (time: number): string => headerOf(time).replaceAll(/\D/g, '');

/** The time for a migration that is committed now, after one of another time: never the same, and never before it. */
export const nextTime = (now: number, last: number | undefined): number =>
  Math.max(Math.floor(now / SECOND) * SECOND, last === undefined ? 0 : last + SECOND);
