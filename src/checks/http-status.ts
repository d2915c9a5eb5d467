/** SQLSTATEs, or how they begin, and the status that PostgREST answers with; what comes first counts. */
const STATUSES: readonly (readonly [string, number])[] = [
  ['23503', 409],
  ['23505', 409],
  ['25006', 405],
  ['42883', 404],
  ['42P01', 404],
  ['42P17', 500],
  ['42501', 403],
  ['53400', 500],
  ['57P01', 503],
  ['P0001', 400],
  ['21000', 500],
  ['08', 503],
  ['09', 500],
  ['0L', 403],
  ['0P', 403],
  ['25', 500],
  ['28', 403],
  ['2D', 500],
  ['38', 500],
  ['39', 500],
  ['3B', 500],
  ['40', 500],
  ['53', 503],
  ['54', 500],
  ['55', 500],
  ['57', 500],
  ['58', 500],
  ['F0', 500],
  ['HV', 500],
  ['P0', 500],
  ['XX', 500],
];

/**
 * The HTTP status with which PostgREST answers an error of the database (its documentation, "Errors", "HTTP Status Codes",
 * and "Raise errors with HTTP status codes"). Of 42501 it is that of somebody signed in: 403; signed out it is 401.
 * @returns undefined of `PGRST`, whose status is in the error's detail
 */
export function httpStatusOf(code: string): number | undefined {
  if (code === 'PGRST') return undefined;
  if (code.startsWith('PT')) return /^PT\d{3}$/.test(code) ? Number(code.slice(2)) : 500;
  return STATUSES.find(([beginning]) => code.startsWith(beginning))?.[1] ?? 400;
}
