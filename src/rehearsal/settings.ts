import { z } from 'zod';
import type { Accounting } from '../accounting/settings.ts';
import { name, relationName, type Settings } from '../settings.ts';

const appStatement = z.strictObject({
  /** The purpose of the statement, as the report names it. */
  name,
  /** The role that sends it. */
  role: name,
  /** Settings that every request carries. */
  settings: z.record(name, z.string()).optional(),
  /**
   * A query that picks from the copy, before the migrations, what the statement is run with: one row for each call, in
   * turn. A column whose name has a dot is a setting of the request, such as "request.jwt.claims"; the others are $1,
   * $2, … of `sql`.
   */
  given: name,
  /** The statement, as it fits the schema before the migrations. */
  sql: name,
});

const workload = z.strictObject({
  reads: z.array(appStatement),
  writes: z.array(appStatement),
});

const host = z.strictObject({
  /** Schemas of which a copy holds nothing, but for the `tables`. */
  schemas: z.array(name),
  /** Tables of those schemas (schema.table) whose rows are copied; the hooks must create the tables. */
  tables: z.array(relationName),
});

/** The keys of `legacy` that say how a copy of a real database is made, and which statements run on it. */
export const rehearsalSettings = z.strictObject({
  /** Schemas and tables that the host of a real database adds, and that the migrations do not change. */
  host: host.optional(),
  /** The app's constant load: each statement runs in a session of its own, over and over, during the migrations. */
  workload: workload.optional(),
  /**
   * The relation (schema.table, with the columns migration, subject and note) in which the migrations record objects that
   * were not declared, and what they did about them.
   */
  notes: relationName.optional(),
  /**
   * The way back to the database of before the migrations: files below the migrations folder. `conditions` is a query, run
   * before the migrations, with the columns subject, note and closes: what will not be as it was, and whether there is
   * therefore no way back. `script` is what an operator runs in one transaction.
   */
  wayBack: z.strictObject({ conditions: name, script: name }).optional(),
});

export type RehearsalSettings = Settings<typeof rehearsalSettings>;

/** The schemas and tables that belong to the host of the database. */
export type HostSettings = Settings<typeof host>;

/** A database without a host of its own objects. */
export const NO_HOST: HostSettings = { schemas: [], tables: [] };

/** The statements of the app's constant load. */
export type Workload = Settings<typeof workload>;

/** One statement that the app sends. */
export type AppStatement = Settings<typeof appStatement>;

/** A project whose migrations are rehearsed. */
export interface RehearsedProject {
  /** Its name, shown in messages and reports. */
  readonly name: string;
  /** The extensions that its legacy database has. */
  readonly extensions: readonly string[];
  readonly legacy: Accounting & RehearsalSettings;
}

/** Contradictions within settings whose shape is right, each with its path and what is expected there. */
export function* rehearsalMistakes({ host = NO_HOST }: RehearsalSettings): Iterable<string> {
  for (const table of host.tables.filter((id) => !host.schemas.includes(id.split('.')[0] ?? '')))
    yield `legacy.host.tables: the schema of ${table} is not among \`legacy.host.schemas\``;
}
