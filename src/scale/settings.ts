import { z } from 'zod';
import { name, relationName, type Settings } from '../settings.ts';

/** How a project's tables would be spread over the nodes of a distributed database. */
export const scaleSettings = z.strictObject({
  /** Every table of these schemas has its place here. */
  schemas: z.array(name).min(1),
  /** Tables that are owned by the same key, and so are on one node for each value of it: table → distribution column. */
  groups: z.record(name, z.record(relationName, name)),
  /** Tables of which each node has a copy: small, rarely written, and referred to by all. */
  reference: z.array(relationName),
  /** Tables that stay on the coordinator, each with the reason. */
  local: z.record(relationName, name),
  /** Objects that can't be distributed unchanged, and what is done instead. The script drops or weakens them. */
  settled: z.array(
    z.strictObject({
      /** As the check names it: a constraint, trigger function, policy or function. */
      object: name,
      /** The consequence, and what is done instead. */
      instead: name,
    }),
  ),
});

export type Distribution = Settings<typeof scaleSettings>;
