// The public interface of rolecall: configurations and declarations import from here. Everything else in src/ is
// internal. Where a thing is added: a check in checks/, an outcome in access/model.ts, a command in commands/.

/** Who may do what, the rows on which that is proved, and the arguments with which functions are called. */
export type { AccessSpec, Calls, FunctionSpec, PrivilegeSpec, Value, Values, WorldRow } from './access/settings.ts';
/** Where the rows and values of a legacy database are after the migrations. */
export type { Accounting, LegacyColumn, LegacyMapping, LegacyTable } from './accounting/settings.ts';
/** The configuration; the types document every setting. */
export { type Config, defineConfig } from './config/define.ts';
/** The changes that functions may make and their callers may not. */
export type { EffectsSpec } from './functions/settings.ts';
/** Answers that are meant to depend on rows that who asks may not see. */
export type { Dependencies } from './interference/settings.ts';
/** How a database is moved while it is used, and the conditions that pick the rows of a batch. */
export { allRowsOf, inBatch, uuidInBatch, uuidsInBatch } from './online/conditions.ts';
export type { OnlinePlan } from './online/settings.ts';
/** Queries whose plans are proved, and the sizes of tables in production. */
export type { QuerySettings, Sizes } from './plans/settings.ts';
/** How rows in quarantine are restored. */
export type { RestoreSettings } from './quarantine/settings.ts';
/** The app's statements that run while the migrations of a copy are rehearsed. */
export type { AppStatement, Workload } from './rehearsal/settings.ts';

/** Where each table is in a distributed database. */
export type { Distribution } from './scale/settings.ts';
