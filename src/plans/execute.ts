import pg from 'pg';
import type { Persona } from '../access/model.ts';
import { become } from '../access/statements.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { callersIn } from './callers.ts';
import { ITERATIVE_SETTINGS } from './iterative-scan.ts';
import type { Executed, NestedPlan, PlanMode, PlanNode } from './model.ts';

/** Has the open transaction report the plan of every statement, also of those inside functions and triggers. */
export async function listenToPlans(client: pg.Client): Promise<void> {
  await client.query(`
    load 'auto_explain'; set local auto_explain.log_min_duration = 0; set local auto_explain.log_nested_statements = on;
    set local auto_explain.log_format = json; set local auto_explain.log_level = notice; set local auto_explain.log_verbose = on;
    set local auto_explain.log_analyze = off; set local auto_explain.sample_rate = 1; set local client_min_messages = notice`);
}

/** A statement, who runs it and with which parameters. */
export interface QueryCall {
  readonly sql: string;
  readonly types: readonly string[];
  /** In the order of the types, as text. */
  readonly values: readonly (string | null)[];
  /** Undefined for the connection's own user. */
  readonly persona: Persona | undefined;
}

/**
 * Executes a statement in the open transaction and undoes what it did. Its own plan comes from EXPLAIN, with the rows and
 * pages that each node really read; those of the statements inside come from auto_explain, if it reports them.
 * @throws the server's error
 */
export async function execute(client: pg.Client, call: QueryCall, mode: PlanMode): Promise<Executed> {
  const nested: NestedPlan[] = [];
  const listen = (notice: { message?: string | undefined; where?: string | undefined }): void => {
    const plan = nestedPlan(notice.message ?? '', notice.where ?? '');
    if (plan) nested.push(plan);
  };
  let prepared = false;
  try {
    const types = call.types.length > 0 ? `(${call.types.join(', ')})` : '';
    const opening = [
      ...(call.persona ? become(call.persona) : []),
      `set local plan_cache_mode = force_${mode}_plan;`,
      `prepare rolecall_plan${types} as ${call.sql};`,
    ];
    await client.query(`savepoint executing; ${opening.join(' ')}`);
    prepared = true;
    const settings = await readSettings(client);
    client.on('notice', listen);
    const values = call.values.map((value) => (value === null ? 'null' : pg.escapeLiteral(value))).join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, verbose, buffers, timing off, summary off, format json) execute rolecall_plan${values ? `(${values})` : ''}`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (!plan) throw new Error('EXPLAIN gave no plan.');
    return { plan, nested, settings };
  } finally {
    client.off('notice', listen);
    // The prepared statement outlives the rollback.
    const deallocate = prepared ? '; deallocate rolecall_plan' : '';
    await client.query(`rollback to savepoint executing; release savepoint executing${deallocate}`);
  }
}

async function readSettings(client: pg.Client): Promise<Record<string, string>> {
  // An extension's setting does not exist until its library is loaded: null then, which is its default.
  const { rows } = await client.query<{ name: string; value: string }>(
    `select name, current_setting(name, true) as value from unnest(array[${ITERATIVE_SETTINGS.map(quoteLiteral).join(', ')}]) name
      where current_setting(name, true) is not null`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** The plan of a nested statement in a message of auto_explain; undefined when it is another message or the outer statement. */
function nestedPlan(message: string, where: string): NestedPlan | undefined {
  const at = message.indexOf('{');
  if (!/^duration: [\d.]+ ms {2}plan:/.test(message) || at < 0) return undefined;
  const logged = JSON.parse(message.slice(at)) as { 'Query Text': string; Plan: PlanNode };
  // EXPLAIN gives the plan of the statement itself.
  if (logged['Query Text'].includes('rolecall_plan')) return undefined;
  return { text: logged['Query Text'].replaceAll(/\s+/g, ' ').trim(), plan: logged.Plan, callers: callersIn(where) };
}
