import { sortedBy } from '../../catalog/order.ts';
import { type Check, functionOf } from '../check.ts';

/**
 * pg_temp has to be named, and last: a path that does not name it, the empty one included, looks relations and types up
 * there first (CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely"), and everybody may make a temporary type
 * whose check runs with the definer's rights.
 */
export const PINNED_PATH = 'search_path=pg_catalog, pg_temp';

export const definerSearchPath: Check = {
  id: 'definer-search-path',
  expected: 'set search_path = pg_catalog, pg_temp',
  offences: ({ functions }) =>
    sortedBy(
      functions.filter(({ securityDefiner, settings }) => securityDefiner && !settings.includes(PINNED_PATH)),
      ({ identity }) => [identity],
    ).map(({ identity, settings }) => ({
      object: identity,
      seen: settings.length > 0 ? settings.join(', ') : 'the caller’s search_path',
      evidence: functionOf(identity),
    })),
};
