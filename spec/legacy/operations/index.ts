import { anonReads, userReads, userWrites } from './browser.ts';
import type { Operation } from './operation.ts';
import { serviceReads, serviceWrites } from './service.ts';

/**
 * What the app does with its database, request by request, as SQL against the legacy schema. Names are unqualified, so
 * that the same text runs where the search path says `public` (before the redesign) or `legacy_api` (after it). Use
 * `parametersOf` for what stands for $1, $2, …, and `send` to run one as its sender would.
 *
 * Saved answers, operation locks and remembered requests are missing: the legacy schema has no tables for them.
 */
export const operations: readonly Operation[] = [
  ...userReads,
  ...userWrites,
  ...anonReads,
  ...serviceReads,
  ...serviceWrites,
];
