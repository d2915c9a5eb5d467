/** The day on which every made database begins. */
const beginning = Date.UTC(2025, 0, 6);

/** The moment so many minutes after the beginning, as PostgreSQL reads it. */
export function at(minutes: number): string {
  return new Date(beginning + Math.round(minutes * 60_000)).toISOString();
}

/** The day so many days after the beginning. */
export function day(days: number): string {
  return at(days * 24 * 60).slice(0, 10);
}
