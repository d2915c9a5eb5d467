import { z } from 'zod';
import type { AccessSettings } from '../access/settings.ts';
import { functionOf, name, path, relationName, type Settings } from '../settings.ts';

const share = z.number().min(0).max(1);
const pair = z.tuple([z.number(), z.number()]);

/** How the values of a column are spread at production size. What is left out, the planner guesses as it does anywhere. */
const spread = z.strictObject({
  /** How many different values there are. A foreign key's column has its parent's number when nothing is said. */
  distinct: z.number().positive().optional(),
  /** The share of nulls, from 0 to 1. */
  nulls: share.optional(),
  /** Share of the rows that have the most common values: by value, or as a list for whichever are the most common here. */
  common: z.union([z.record(name, share), z.array(share).min(1)]).optional(),
  /** Values that lie evenly between two numbers, or between two days counted from now. */
  range: z.union([z.strictObject({ numbers: pair }), z.strictObject({ days: pair })]).optional(),
  /** How far the order of the values is the order of the rows in the table, from -1 to 1. */
  correlation: z.number().min(-1).max(1).optional(),
});

/** How large a table is in production. */
const size = z.strictObject({
  rows: z.int().positive(),
  /** A table that does not grow: reading all of it is no defect. */
  fixed: z.literal(true).optional(),
  columns: z.record(name, spread).optional(),
});

/** `schema.table` → its size. */
const sizes = z.record(relationName, size);

/** The settings of queries and their plans. */
export const plansSettings = z.strictObject({
  /** The folder of the query files. */
  folder: path,
  sizes,
  /**
   * The version of PostgreSQL whose plans are kept as a snapshot, and by which indexes, exemptions and allowances must be
   * needed. Others plan some queries differently; what queries expect must hold on all.
   */
  planner: z.int().min(15),
  /** The schemas whose indexes must each be needed, and whose foreign keys must find their rows. */
  schemas: z.array(name).min(1),
  /** Indexes and foreign keys that are not held to that, with the reason. */
  exempt: z.array(z.strictObject({ object: relationName, reason: name })),
  /** The settings of a request of the user whom a set of parameters names as its `caller`. */
  caller: functionOf<(id: string) => Readonly<Record<string, string>>>().optional(),
});

/** Who runs the queries, on which rows. */
export type PlansConfig = Pick<AccessSettings, 'personas' | 'world'>;
export type QuerySettings = Settings<typeof plansSettings>;
export type Spread = Settings<typeof spread>;
export type Size = Settings<typeof size>;
export type Sizes = Settings<typeof sizes>;
