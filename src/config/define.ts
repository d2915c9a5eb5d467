import type pg from 'pg';
import type { AccessSettings } from '../access/settings.ts';
import type { Accounting } from '../accounting/mapping.ts';
import type { Ruled } from '../checks/settings.ts';
import type { OnlinePlan } from '../online/settings.ts';
import type { QuerySettings } from '../plans/settings.ts';
import type { RestoreSettings } from '../quarantine/settings.ts';
import type { Workload } from '../rehearsal/locks/workload.ts';
import type { Layout } from '../report/settings.ts';
import type { Distribution } from '../scale/settings.ts';

/** What ties rolecall to a project: who its personas are, what is declared about them, and where snapshots are kept. */
export interface Config extends AccessSettings {
  /** The project's name, shown in summaries. */
  readonly name: string;
  readonly database: {
    /** The name of the database that people develop on, on the embedded engine. */
    readonly name: string;
    /** Where the embedded engine keeps its databases; git ignores it. */
    readonly folder: string;
    /** Extensions that the migrations create; a server that lacks one is refused before anything is done. */
    readonly extensions: readonly string[];
  };
  /** The schemas that make the API: they become the GraphQL schemas and the TypeScript types. */
  readonly api: readonly string[];
  /** The schemas that are held against every catalog check (docs/checks), and what is let pass. */
  readonly ruled: Ruled;
  /** The roles for which a GraphQL schema is kept. */
  readonly roles: readonly string[];
  /** The app's queries, how large its tables are in production, and what need not hold of indexes. */
  readonly queries?: QuerySettings;
  /** Real or realistic data from before the migrations, over which they are run. */
  readonly legacy?: Accounting & {
    /** Runs after the hooks and before the migrations, on an empty database: SQL files below the migrations folder. */
    readonly schema: readonly string[];
    /** Fills the legacy schema. */
    load(client: pg.Client): Promise<void>;
    /** The schema in which the mapped tables are before the migrations. */
    readonly found: string;
    /** Tables and columns (table.column) of the mapping that only some databases have. */
    readonly optional?: readonly string[];
    /** What the host of a real database puts there and the migrations do not touch: a copy leaves it out. */
    readonly host?: {
      readonly schemas: readonly string[];
      /** Tables of those schemas whose rows are needed all the same; the hooks make the tables. */
      readonly tables: readonly string[];
    };
    /** Where the migrations note what they met that nobody had declared: a relation with migration, subject and note. */
    readonly notes?: string;
    /** How rows that were set aside are put back when their parents are there. */
    readonly restore?: RestoreSettings;
    /** What the app does all the time, which a rehearsal runs beside the migrations. */
    readonly workload?: Workload;
  };
  /** How the legacy database is moved while it is used (docs/migrating.md). */
  readonly online?: OnlinePlan;
  /** Where each table would be in a distributed database (docs/scaling.md). */
  readonly distribution?: Distribution;
  /** How the project is laid out, for messages and `watch`. */
  readonly layout?: Layout;
  /** The folder of the snapshots. */
  readonly snapshots: string;
  /** The file of the generated TypeScript types. */
  readonly types: string;
}

/** Types a configuration where it is written; what it says is checked when a command loads it. */
export function defineConfig(config: Config): Config {
  return config;
}
