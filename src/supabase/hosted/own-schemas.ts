import { eachStatement, type HostedRule } from './rule.ts';
import { PLATFORM, targetSchemas } from './targets.ts';

/** Schemas of Supabase's services stay as they are. */
export const ownSchemas: HostedRule = {
  id: 'own-schemas',
  expected:
    'nothing that is created, altered, dropped or granted in a schema of Supabase, except triggers and policies',
  refused: eachStatement((tree) =>
    [...new Set(targetSchemas(tree))]
      .filter((schema) => PLATFORM.includes(schema))
      .map((schema) => `it changes something in schema ${schema}, in which \`postgres\` owns nothing`),
  ),
};
