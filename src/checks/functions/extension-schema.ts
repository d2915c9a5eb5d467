import { defineCheck } from '../check.ts';

export const extensionSchema = defineCheck<{ name: string; schema: string }>({
  id: 'extension-schema',
  expected: 'a schema of its own, or one for extensions',
  query: `
    select e.extname as name, s.id as schema from pg_extension e join schemas s on s.oid = e.extnamespace order by e.extname`,
  offences: (rows) =>
    rows.map(({ name, schema }) => ({
      object: `extension ${name}`,
      seen: `schema ${schema}`,
      evidence: 'select extname, extnamespace::regnamespace from pg_extension;',
    })),
});
