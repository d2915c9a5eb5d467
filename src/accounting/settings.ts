import { z } from 'zod';
import { name, relationName, type Settings } from '../settings.ts';

const legacyColumn = z.strictObject({
  /** SQL of the value in the new schema, over `t`, the target row. */
  target: z.string(),
  /** SQL of the value in the old schema, over `o`, the legacy row; the column itself where it is left out. */
  original: z.string().optional(),
  /** A named change, and SQL of the value that it gives, over `o`. */
  rule: z.strictObject({ name, sql: z.string() }).optional(),
});

const legacyTable = z.strictObject({
  /** Where the migrations keep the original rows: schema.table. */
  source: relationName,
  /** Where the rows are in the new schema: schema.table. */
  target: relationName,
  columns: z.record(name, legacyColumn),
});

const quarantine = z.strictObject({
  /** A relation (schema.table) with the columns source_table, source_id, reason and row_data (jsonb). */
  relation: relationName,
  /** SQL of a condition over its rows: which are still quarantined. Left out where restored rows are deleted. */
  waiting: z.string().optional(),
});

const ruleErrors = z.strictObject({
  /** SQL of the distance between `was`, the value that came in, and `now`, the value that is there. */
  distance: z.string().optional(),
  /** How large that may be; any where it is left out. */
  largestDistance: z.number().nonnegative().optional(),
  /** SQL of the angle between them, as 1 - cosine; NaN or NULL where one of them has no direction. */
  angle: z.string().optional(),
  /** How large that may be; 0.0001 where it is left out: much more than rounding turns a vector. */
  largestAngle: z.number().nonnegative().optional(),
});

const expectedNewRows = z.strictObject({
  /** The name of the rule. */
  rule: name,
  /** SQL of a condition over `t`: which rows of the target table the rule explains. */
  sql: z.string(),
});

/** The keys of `legacy` that say where every row and value of the old tables must be after the migrations. */
export const accountingSettings = z.strictObject({
  /** By legacy table. A legacy row and its target row have the same id. */
  mapping: z.record(name, legacyTable),
  /** Where the migrations put rows that they could not carry. */
  quarantine,
  /** The schema of the mapped tables before the migrations. */
  sourceSchema: name,
  /**
   * The rows that the migrations add to a target table, by legacy table. Without it new rows are not looked at; with it,
   * a table that it does not name gets no new row.
   */
  expectedNewRows: z.record(name, z.array(expectedNewRows)).optional(),
  /** By rule: how far it moves values, and how far it may; or only SQL of the distance. */
  errors: z.record(name, z.union([z.string(), ruleErrors])).optional(),
  /** Tables and columns (table.column) of the mapping that only some databases have. */
  optional: z.array(name).optional(),
});

/** Everything that must be known to account for a legacy database. */
export type Accounting = Settings<typeof accountingSettings>;

/** How far a rule moves values, and how far it may. */
export type RuleErrors = Settings<typeof ruleErrors>;

/** Where the value of a legacy column is after the migrations. */
export type LegacyColumn = Settings<typeof legacyColumn>;

/** Where the rows of a legacy table are after the migrations. */
export type LegacyTable = Settings<typeof legacyTable>;

/** Where everything is after the migrations, by legacy table. */
export type LegacyMapping = Accounting['mapping'];

/** The relation that holds quarantined rows. */
export type Quarantine = Settings<typeof quarantine>;

/** Contradictions within settings whose shape is right, each with its path and what is expected there. */
export function* legacyMistakes({
  mapping,
  optional = [],
  expectedNewRows = {},
  errors = {},
}: Accounting): Iterable<string> {
  const known = new Set(
    Object.entries(mapping).flatMap(([table, { columns }]) => [
      table,
      ...Object.keys(columns).map((column) => `${table}.${column}`),
    ]),
  );
  for (const absent of optional.filter((each) => !known.has(each)))
    yield `legacy.optional: ${absent} is neither a table nor a table.column of \`legacy.mapping\``;
  for (const table of Object.keys(expectedNewRows).filter((each) => !(each in mapping)))
    yield `legacy.expectedNewRows.${table}: is not a table of \`legacy.mapping\``;
  const rules = new Set(
    Object.values(mapping).flatMap(({ columns }) => Object.values(columns).map(({ rule }) => rule?.name)),
  );
  for (const rule of Object.keys(errors).filter((each) => !rules.has(each)))
    yield `legacy.errors.${rule}: no column of \`legacy.mapping\` has that rule`;
}
