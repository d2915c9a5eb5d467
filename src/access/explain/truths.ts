import type pg from 'pg';
import type { Table } from '../../catalog/table.ts';
import { booleanTree, nodesOf } from '../../sql/boolean-tree.ts';
import { COMMANDS, type Persona } from '../model.ts';
import type { ProbedRow } from '../seed.ts';
import { type AskedRow, storedRows } from '../sets/rows.ts';
import { makeScratch, rowId } from '../sets/scratch.ts';
import { readTruths, showRows, type Truths } from '../sets/truths.ts';
import { insertStatement, updateStatement } from '../statements.ts';
import type { PolicyTruth, RowState } from './model.ts';
import { type AppliedClause, clausesFor } from './policies.ts';

/** The value of a clause of a policy for a class of rows, as a persona. */
export interface ClauseTruth extends PolicyTruth {
  readonly persona: string;
  readonly row: string;
  /** The expression as SQL. */
  readonly text: string;
}

/** The rows of a state, and why there is none for some classes. */
interface ShownRows {
  readonly rows: readonly Pick<AskedRow, 'id' | 'row'>[];
  readonly problems: ReadonlyMap<string, string>;
}

/**
 * Evaluates the policies of a table as each persona: for the world's rows, for those that the insert probe adds, and for those that
 * the update probe leaves. In the open transaction, in which the world is; what it does is undone.
 */
export async function policyTruths(
  client: pg.Client,
  table: Table,
  rows: readonly ProbedRow[],
  personas: readonly Persona[],
): Promise<ClauseTruth[]> {
  const clauses = new Map(
    table.policies.flatMap((policy) =>
      COMMANDS.filter((command) => policy.command === 'all' || policy.command === command)
        .flatMap((command) => clausesFor(policy, command))
        .map((clause) => [[policy.name, clause.clause, clause.about].join('\n'), clause] as const),
    ),
  );
  if (clauses.size === 0) return [];
  const truths: ClauseTruth[] = [];
  await client.query('savepoint explaining');
  await makeScratch(client);
  for (const about of STATES) {
    const own = [...clauses.values()].filter((clause) => clause.about === about);
    if (own.length === 0) continue;
    await client.query('savepoint state');
    const shown = await SHOW[about](client, table, rows);
    truths.push(...(await evaluate(client, table, own, shown, personas)));
    await client.query('rollback to savepoint state; release savepoint state');
  }
  await client.query('rollback to savepoint explaining; release savepoint explaining');
  return truths;
}

const STATES = ['the row', 'the inserted row', 'the updated row'] as const satisfies readonly RowState[];

const SHOW: Readonly<
  Record<RowState, (client: pg.Client, table: Table, rows: readonly ProbedRow[]) => Promise<ShownRows>>
> = {
  async 'the row'(client, table, rows) {
    const stored = await storedRows(client, table, rows);
    const absent = rows.filter(({ row }) => !stored.some((one) => one.row === row));
    return { rows: stored, problems: new Map(absent.map(({ row }) => [row, 'The row is not there.'])) };
  },
  'the inserted row': (client, table, rows) =>
    write(client, rows, async ({ relation, insert }) =>
      insert ? `${insertStatement(relation, insert)} returning ${rowId(table.sql)} as id` : undefined,
    ),
  async 'the updated row'(client, table, rows) {
    const stored = await storedRows(client, table, rows);
    return write(client, rows, async ({ relation, row, update }) => {
      const where = stored.find((one) => one.row === row)?.where;
      return update && where !== undefined
        ? `${updateStatement(relation, update, where)} returning ${rowId(table.sql)} as id`
        : undefined;
    });
  },
};

/** Writes each row as the connection's own user; they are all there at once. */
async function write(
  client: pg.Client,
  rows: readonly ProbedRow[],
  statementFor: (row: ProbedRow) => Promise<string | undefined>,
): Promise<ShownRows> {
  const written: Pick<AskedRow, 'id' | 'row'>[] = [];
  const problems = new Map<string, string>();
  for (const row of rows) {
    const statement = row.absent === undefined ? await statementFor(row) : undefined;
    if (statement === undefined) {
      problems.set(row.row, 'The world has no such row.');
      continue;
    }
    await client.query('savepoint writing');
    try {
      const { rows: ids } = await client.query<{ id: string }>(statement);
      const [only] = ids;
      if (only) written.push({ id: only.id, row: row.row });
      else problems.set(row.row, 'A trigger left it out.');
    } catch (error) {
      await client.query('rollback to savepoint writing');
      problems.set(row.row, `Even the connection’s own user could not write it: ${(error as Error).message}`);
    }
  }
  return { rows: written, problems };
}

async function evaluate(
  client: pg.Client,
  table: Table,
  clauses: readonly AppliedClause[],
  { rows, problems }: ShownRows,
  personas: readonly Persona[],
): Promise<ClauseTruth[]> {
  const callers = personas.map((persona) => ({ ...persona, kind: 'persona' as const }));
  const conditions = clauses.map(({ policy, clause, text }) => ({
    policy,
    clause,
    nodes: nodesOf(booleanTree(text)),
    callers: [...callers.keys()],
  }));
  if (rows.length > 0) await client.query(showRows(table, rows));
  const { truths, failed } = rows.length > 0 ? await readTruths(client, table, callers, conditions) : NO_TRUTHS;
  return clauses.flatMap(({ policy, clause, about, text }, index) =>
    callers.flatMap(({ name: persona }, caller): ClauseTruth[] => {
      const base = { persona, policy: policy.name, permissive: policy.permissive, clause, about, text };
      const nodes = conditions[index]?.nodes ?? [];
      const broken = failed.find((one) => one.caller === caller && nodes.some((node) => node.text === one.node));
      const problem = broken ? `${broken.state}: ${broken.message}` : 'There was no answer.';
      return [
        ...[...problems].map(([row, why]): ClauseTruth => ({ ...base, row, value: UNKNOWN, terms: [], problem: why })),
        ...rows.map(({ id, row }): ClauseTruth => {
          const values = truths[index]?.find((one) => one.caller === caller && one.row === id)?.values ?? [];
          const terms = nodes.flatMap(({ kind, text: sql }, place) => {
            const value = values[place];
            return kind === 'leaf' && value !== undefined ? [{ sql, value }] : [];
          });
          const value = values[0] ?? UNKNOWN;
          return {
            ...base,
            row,
            value,
            terms: terms.length > 1 ? terms : [],
            problem: value === UNKNOWN ? problem : null,
          };
        }),
      ];
    }),
  );
}

const UNKNOWN = 'unknown' as const;

const NO_TRUTHS: Truths = { truths: [], failed: [] };
