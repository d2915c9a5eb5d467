import type pg from 'pg';
import type { NestedStatement } from './observation.ts';
import { headOf } from './split-migration.ts';

/** Shorter ones say nothing of where the time of a block went, in ms. */
const SHORTEST = 10;

/**
 * Has PostgreSQL's own auto_explain tell this session which statements ran within a statement, and for how long: what a DO
 * block or a function spends its time with. It tells of queries, not of DDL. Notices stay out of the server's log.
 * @param own what this session asks for itself, and is not told
 * @returns what was told since the last call; undefined where the session may not load auto_explain, or it is not there
 */
export async function listenForNestedStatements(
  client: pg.Client,
  own: readonly string[],
): Promise<((sql: string) => NestedStatement[]) | undefined> {
  try {
    await client.query(`load 'auto_explain'`);
  } catch {
    return undefined;
  }
  await client.query(`
    set client_min_messages = notice;
    set auto_explain.log_level = notice;
    set auto_explain.log_format = json;
    set auto_explain.log_nested_statements = on;
    set auto_explain.log_min_duration = ${SHORTEST}`);
  let told: NestedStatement[] = [];
  client.on('notice', ({ message = '' }) => {
    const nested = nestedStatementIn(message);
    if (nested) told.push(nested);
  });
  return (sql) => {
    const since = told.filter((nested) => ![sql, ...own].includes(nested.sql));
    told = [];
    return since.sort((one, other) => other.ms - one.ms);
  };
}

/** The statement that a notice of auto_explain is about; undefined when it is another notice. */
export function nestedStatementIn(message: string): NestedStatement | undefined {
  const [, ms, plan] = /^duration: ([\d.]+) ms {2}plan:\n(\{[\s\S]*\})$/.exec(message.trim()) ?? [];
  if (!ms || !plan) return undefined;
  const { 'Query Text': sql } = JSON.parse(plan) as { 'Query Text': string };
  return { sql, head: headOf(sql), ms: Number(ms) };
}
