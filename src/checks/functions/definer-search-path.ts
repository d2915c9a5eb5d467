import { defineCheck, functionOf } from '../check.ts';

/**
 * pg_temp has to be named, and last: a path that does not name it, the empty one included, looks relations and types up
 * there first (CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely"), and everybody may make a temporary type
 * whose check runs with the definer's rights.
 */
export const definerSearchPath = defineCheck<{ id: string; settings: string | null }>({
  id: 'definer-search-path',
  expected: 'set search_path = pg_catalog, pg_temp',
  query: `
    select f.id, array_to_string(f.proconfig, ', ') as settings
      from functions f
     where f.prosecdef and 'search_path=pg_catalog, pg_temp' <> all (coalesce(f.proconfig, '{}')) order by f.id`,
  offences: (rows) =>
    rows.map(({ id, settings }) => ({
      object: id,
      seen: settings ?? 'the caller’s search_path',
      evidence: functionOf(id),
    })),
});
