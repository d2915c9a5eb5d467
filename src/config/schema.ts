import type pg from 'pg';
import { z } from 'zod';
import { accessSettings } from '../access/settings.ts';
import { accountingSettings } from '../accounting/settings.ts';
import { checksSettings } from '../checks/settings.ts';
import { databaseSettings } from '../database/settings.ts';
import { functionsSettings } from '../functions/settings.ts';
import { graphqlSettings } from '../graphql/settings.ts';
import { interferenceSettings } from '../interference/settings.ts';
import { invariantsSettings } from '../invariants/settings.ts';
import { mutantsSettings } from '../mutate/settings.ts';
import { onlineSettings } from '../online/settings.ts';
import { plansSettings } from '../plans/settings.ts';
import { restoreSettings } from '../quarantine/settings.ts';
import { rehearsalSettings } from '../rehearsal/settings.ts';
import { layoutSettings } from '../report/settings.ts';
import { reviewSettings } from '../review/settings.ts';
import { scaleSettings } from '../scale/settings.ts';
import { functionOf, name, path, type Settings } from '../settings.ts';
import { supabaseSettings } from '../supabase/settings.ts';

/** The database before the migrations: its rows, where they go, and how a copy of a real one is made. */
const legacySettings = z.strictObject({
  ...accountingSettings.shape,
  ...rehearsalSettings.shape,
  /** Runs after the hooks and before the migrations, on an empty database: SQL files below the migrations folder. */
  schema: z.array(path),
  /** Fills the legacy schema. */
  load: functionOf<(client: pg.Client) => Promise<void>>(),
  /** How quarantined rows are restored when their parents exist. */
  restore: restoreSettings.optional(),
});

/** The configuration of a project. Each room defines its own settings; this only combines them. */
export const configSettings = z.strictObject({
  /** The project's name, shown in summaries. */
  name,
  database: databaseSettings,
  /** The schemas that make the API: they become the GraphQL schemas and the TypeScript types. */
  api: z.array(name).min(1),
  /** The roles for which a GraphQL schema is kept. */
  roles: z.array(name).min(1),
  /** The schemas whose catalogs must keep every rule (docs/checks), and what is exempt. */
  ruled: checksSettings,
  ...accessSettings.shape,
  /** Where GraphQL may give more than its caller’s own SQL. */
  graphql: graphqlSettings.optional(),
  ...functionsSettings.shape,
  ...interferenceSettings.shape,
  /** The app's queries, how large its tables are in production, and exemptions of indexes. */
  queries: plansSettings.optional(),
  /** Real or realistic data from before the migrations, over which they are run. */
  legacy: legacySettings.optional(),
  /** How the legacy database is moved while it is used (docs/migrating.md). */
  online: onlineSettings.optional(),
  /** The promises about rows, each a query that gives the rows that break it (docs/invariants.md). */
  invariants: invariantsSettings.optional(),
  /** Where each table would be in a distributed database (docs/scaling.md). */
  distribution: scaleSettings.optional(),
  /** Mutants that the proof need not notice (docs/mutate.md). */
  mutants: mutantsSettings.optional(),
  /** Where the committed migrations are exported for Supabase's command line (docs/supabase.md). */
  supabase: supabaseSettings.optional(),
  /** When a review refuses a change (docs/review.md). */
  review: reviewSettings.optional(),
  /** How the project is laid out, for messages and `watch`. */
  layout: layoutSettings.optional(),
  /** The folder of the snapshots. */
  snapshots: path,
  /** The file of the generated TypeScript types. */
  types: path,
  /** The project's formatter, as a command with its arguments: the generated types pass through its input and output. */
  formatTypes: z.array(name).min(1).optional(),
});

export type Config = Settings<typeof configSettings>;
