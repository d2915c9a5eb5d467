import type { Check } from '../check.ts';

export const extensionSchema: Check = {
  id: 'extension-schema',
  expected: 'a schema of its own, or one for extensions',
  offences: ({ schemas, all }) =>
    all.extensions
      .filter(({ schema }) => schemas.some(({ name }) => name === schema))
      .map(({ name, schemaSql }) => ({
        object: `extension ${name}`,
        seen: `schema ${schemaSql}`,
        evidence: 'select extname, extnamespace::regnamespace from pg_extension;',
      })),
};
