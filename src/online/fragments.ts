import { parse } from 'libpg-query';
import { OnlineError } from './error.ts';
import type { OnlinePlan } from './settings.ts';

/** The texts of SQL in a plan, each with its path below `online` and as a statement. */
function* fragmentsOf(plan: OnlinePlan): Iterable<readonly [path: string, statement: string]> {
  const condition = (sql: string): string => `select from x where (${sql}\n)`;
  for (const [table, { scope, quarantineScope }] of Object.entries(plan.tables)) {
    yield [`tables.${table}.scope`, condition(scope)];
    yield [`tables.${table}.quarantineScope`, condition(quarantineScope)];
  }
  for (const [table, { scope }] of Object.entries(plan.read)) yield [`read.${table}.scope`, condition(scope)];
  for (const [unit, { keys, reaches }] of Object.entries(plan.units)) {
    if (keys) yield [`units.${unit}.keys`, keys];
    if (reaches) yield [`units.${unit}.reaches`, reaches];
  }
  for (const [at, { scope }] of plan.targets.entries()) yield [`targets.${at}.scope`, condition(scope)];
  for (const [at, sql] of plan.recount.entries()) yield [`recount.${at}`, sql];
  for (const [index, sql] of Object.entries(plan.indexParameters ?? {})) yield [`indexParameters.${index}`, sql];
}

/** @throws OnlineError when a text in the plan is not SQL, with its path and what PostgreSQL's parser says */
export async function mustBeSql(plan: OnlinePlan): Promise<void> {
  for (const [path, statement] of fragmentsOf(plan))
    await parse(statement).catch((error: Error) => {
      throw new OnlineError(`online.${path} is not SQL: ${error.message}. Correct it.`, { cause: error });
    });
}
