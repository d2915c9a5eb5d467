import type pg from 'pg';
import type { NestedStatement } from './observation.ts';
import { headOf } from './split-migration.ts';

/** Shorter statements say little about where the time of a block went, in ms. */
const SHORTEST = 10;

/**
 * Has PostgreSQL's auto_explain report to this session which statements run within a statement, such as a DO block, and how
 * long each takes. It reports queries, not DDL. Its notices stay out of the server's log.
 * @param own statements of the session itself, which are not given
 * @returns a function that gives the statements since its last call, the longest first, without the statement that it is
 * called with; undefined where the session may not load auto_explain
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
  let reported: NestedStatement[] = [];
  client.on('notice', ({ message = '' }) => {
    const nested = nestedStatementIn(message);
    if (nested) reported.push(nested);
  });
  return (sql) => {
    const since = reported.filter((nested) => ![sql, ...own].includes(nested.sql));
    reported = [];
    return since.sort((one, other) => other.ms - one.ms);
  };
}

/** The statement that a notice of auto_explain reports; undefined when it is another notice. */
export function nestedStatementIn(message: string): NestedStatement | undefined {
  const [, ms, plan] = /^duration: ([\d.]+) ms {2}plan:\n(\{[\s\S]*\})$/.exec(message.trim()) ?? [];
  if (!ms || !plan) return undefined;
  const { 'Query Text': sql } = JSON.parse(plan) as { 'Query Text': string };
  return { sql, head: headOf(sql), ms: Number(ms) };
}
