import { z } from 'zod';
import { name, type Settings } from '../settings.ts';

/** The declarations about the GraphQL API. */
export const graphqlSettings = z.strictObject({
  /**
   * Tables, views and functions through which GraphQL may give or change more than its caller's own SQL, as
   * `schema.name`, each with the reason: a view or function that runs with its owner's rights, for instance. A line that
   * nothing needs deviates.
   */
  wider: z.record(name, name).optional(),
});

export type GraphqlSettings = Settings<typeof graphqlSettings>;
