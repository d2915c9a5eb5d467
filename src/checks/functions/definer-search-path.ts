import { defineCheck, functionOf } from '../check.ts';

export const definerSearchPath = defineCheck<{ id: string; settings: string | null }>({
  id: 'definer-search-path',
  expected: "set search_path = ''",
  query: `
    select f.id, array_to_string(f.proconfig, ', ') as settings
      from functions f where f.prosecdef and 'search_path=""' <> all (coalesce(f.proconfig, '{}')) order by f.id`,
  offences: (rows) =>
    rows.map(({ id, settings }) => ({
      object: id,
      seen: settings ?? 'the caller’s search_path',
      evidence: functionOf(id),
    })),
});
