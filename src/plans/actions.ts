import type pg from 'pg';
import { execute } from './execute.ts';
import type { Action } from './foreign-keys.ts';
import type { QueryRun } from './run.ts';

export interface ActionRun {
  readonly action: Action;
  readonly run: QueryRun;
}

/** Plans the statement of each foreign key for a deleted parent row, as the server does: with the rights of the table's owner. */
export async function runActions(client: pg.Client, actions: readonly Action[]): Promise<ActionRun[]> {
  const runs: ActionRun[] = [];
  for (const action of actions) {
    const { rows } = await client.query<(string | null)[]>({ text: action.rows, rowMode: 'array' });
    const values = rows[0] ?? action.types.map(() => null);
    const call = { sql: action.sql, types: action.types, values, persona: undefined };
    const { plan, settings } = await execute(client, call, 'generic');
    // What its triggers run in turn are foreign keys of their own.
    runs.push({
      action,
      run: { set: 'typical', mode: 'generic', call, executed: { plan, nested: [], settings }, bypassed: undefined },
    });
  }
  return runs;
}
