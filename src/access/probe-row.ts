import type pg from 'pg';
import type { Relation } from '../catalog/relations.ts';
import type { ServerError } from './attempt.ts';
import { classify, type RoleRights } from './classify.ts';
import type { Cell, ColumnCommand, Command, Outcome, Values } from './model.ts';
import { keyOf, type ProbedRow } from './seed.ts';
import { deleteStatement, insertStatement, matching, selectStatement, updateStatement } from './statements.ts';
import { anyRow } from './synthesize.ts';

/** The columns that a persona's role may name in a command; all of them when that could not be told. */
export type Granted = (relation: Relation, command: ColumnCommand) => readonly string[];

/** The outcome of one statement, with the server's own message where there was an error. */
export interface ProbeAnswer
  extends Pick<Cell, 'outcome' | 'statement' | 'detail' | 'state' | 'refusedBy' | 'afterAccess'> {
  /** A privilege was missing before anything ran, and so it is for whoever has the role. */
  readonly ofRole?: boolean;
}

/** Tries one command on one row, as the session's current role; needs a savepoint `probe`. */
export async function probeRow(
  client: pg.Client,
  row: ProbedRow,
  command: Command,
  granted: Granted,
  rights: RoleRights,
): Promise<ProbeAnswer> {
  const attempt: Attempt = (statement, needed = command) => tryOnce(client, row.relation, needed, rights, statement);
  return row.absent === undefined
    ? PROBES[command](client, row, granted, attempt)
    : probeWithoutRow(row, command, attempt, rights);
}

/** Tries one statement, from where the session began; `command` is what its denial would be about. */
type Attempt = (statement: string, command?: Command) => Promise<ProbeAnswer>;

const PROBES: Readonly<
  Record<Command, (client: pg.Client, row: ProbedRow, granted: Granted, attempt: Attempt) => Promise<ProbeAnswer>>
> = {
  async select(_, { relation, values }, granted, attempt) {
    const seen = await attempt(selectStatement(relation, matching(relation, values, keyOf(relation, values))));
    if (seen.outcome !== 'no grant') return seen;
    // Enough to find the row by when its key is not among what may be read.
    const readable = granted(relation, 'select').filter((name) => name in values);
    return readable.length > 0 ? attempt(selectStatement(relation, matching(relation, values, readable))) : seen;
  },
  async insert(_, { relation, insert }, granted, attempt) {
    if (!insert) return undeclared('insert');
    return attempt(insertStatement(relation, among(insert, granted(relation, 'insert'))));
  },
  async update(client, { relation, values, update }, granted, attempt) {
    if (!update || Object.keys(update).length === 0) return undeclared('update');
    const change = changeWith(granted(relation, 'update'), update, values);
    const changed = matching(relation, { ...values, ...change }, [...keyOf(relation, values), ...Object.keys(change)]);
    const where = matching(relation, values, keyOf(relation, values));
    return write(attempt, {
      targeted: updateStatement(relation, change, where),
      blind: updateStatement(relation, change),
      findable: keyOf(relation, values).every((name) => granted(relation, 'select').includes(name)),
      touched: (blind) => wasTouched(client, blind, selectStatement(relation, changed), 1),
    });
  },
  async delete(client, { relation, values }, granted, attempt) {
    const where = matching(relation, values, keyOf(relation, values));
    return write(attempt, {
      targeted: deleteStatement(relation, where),
      blind: deleteStatement(relation),
      findable: keyOf(relation, values).every((name) => granted(relation, 'select').includes(name)),
      touched: (blind) => wasTouched(client, blind, selectStatement(relation, where), 0),
    });
  },
};

interface Write {
  readonly targeted: string;
  /** The same without a WHERE clause. */
  readonly blind: string;
  /** Whether the persona may read what the WHERE clause names. */
  readonly findable: boolean;
  readonly touched: (blind: ProbeAnswer) => Promise<boolean>;
}

/**
 * An update or delete of one row. A statement that names no column in a WHERE clause needs no right to read, and then no
 * SELECT policy holds it back (CREATE POLICY, "Policies Applied by Command Type"): a row that its writer cannot see may
 * still be written without being read. So a row that a targeted statement could not touch is tried again without its WHERE
 * clause, and then read as the connection's own user; unless it was the command's own privilege that was missing.
 */
async function write(attempt: Attempt, { targeted, blind, findable, touched }: Write): Promise<ProbeAnswer> {
  const first = await attempt(findable ? targeted : blind);
  if (first.outcome === 'no grant' || (findable && first.outcome === 'allowed')) return first;
  const second = findable ? await attempt(blind) : first;
  if (await touched(second)) return second;
  // It got at rows that the targeted one did not, and only WITH CHECK refused them.
  if (findable) return first.outcome === 'filtered' && second.outcome === 'policy violation' ? second : first;
  // It wrote other rows, or none: the one that it is about was not among them.
  return second.outcome === 'allowed' ? { outcome: 'filtered', statement: blind } : second;
}

/**
 * Those of the values whose columns a role may name. Where only some columns are granted, a refusal of all of them
 * would say too little; where none is granted, all values are given, and the refusal says enough.
 */
function among(values: Values, granted: readonly string[]): Values {
  const named = Object.entries(values).filter(([name]) => granted.includes(name));
  return named.length > 0 ? Object.fromEntries(named) : values;
}

/** Those of the world's changes that the role may write; if it may write none, a column that it may, set to its own value. */
function changeWith(writable: readonly string[], update: Values, values: Values): Values {
  const wanted = among(update, writable);
  if (writable.length === 0 || Object.keys(wanted).some((name) => writable.includes(name))) return wanted;
  const kept = writable.find((name) => name in values);
  return kept === undefined ? wanted : { [kept]: values[kept] ?? null };
}

/**
 * Without a row to probe, a refusal still says something, and so does a table that nothing guards, to a role that has the
 * privilege: a rewrite rule can do away with the statement that would need it. That a statement ran over no rows says nothing.
 */
async function probeWithoutRow(
  { relation, absent }: ProbedRow,
  command: Command,
  attempt: Attempt,
  rights: RoleRights,
): Promise<ProbeAnswer> {
  const [column] = relation.columns;
  const statement = {
    select: `select from ${relation.sql}`,
    insert: anyRow(relation),
    update: `update ${relation.sql} set ${column?.sql} = default`,
    delete: deleteStatement(relation),
  }[command];
  const seen = await attempt(statement);
  if (seen.outcome === 'no grant' || seen.outcome === 'policy violation') return seen;
  const ran = seen.outcome === 'allowed' || (seen.outcome === 'filtered' && command !== 'insert');
  if (ran && !relation.rowSecurity && rights.holds(relation, command)) return { outcome: 'allowed', statement };
  return {
    outcome: 'not evaluated',
    statement,
    detail: `The table has no row to probe, and none could be generated: ${absent}`,
  };
}

/** Whether a statement that changed some rows changed the one that it is about, as the connection's own user sees it. */
async function wasTouched(client: pg.Client, blind: ProbeAnswer, find: string, expected: number): Promise<boolean> {
  if (blind.outcome !== 'allowed') return false;
  const again = `rollback to savepoint probe; ${blind.statement}; set local role none; ${find}`;
  // If it can't be read, it counts as not touched; the probes of sets of rows say more.
  const rowCount = await client.query(again).then(
    (results) => last(results).rowCount,
    () => undefined,
  );
  return rowCount === expected;
}

async function tryOnce(
  client: pg.Client,
  relation: Relation,
  command: Command,
  rights: RoleRights,
  statement: string,
): Promise<ProbeAnswer> {
  try {
    const { rowCount } = await client.query(`rollback to savepoint probe; ${statement}`).then(last);
    const outcome: Outcome = rowCount ? 'allowed' : 'filtered';
    return { outcome, statement };
  } catch (error) {
    const refusal = classify(error, relation, command, rights);
    const ofRole = refusal.outcome === 'no grant' && (error as ServerError).where === undefined;
    return { ...refusal, statement, ...(ofRole ? { ofRole } : {}) };
  }
}

/** pg gives an array of results for several statements in one query, which its types do not say. */
function last(results: unknown): pg.QueryResult {
  return (results as pg.QueryResult[]).at(-1) as pg.QueryResult;
}

function undeclared(what: string): ProbeAnswer {
  return { outcome: 'not evaluated', statement: '', detail: `The row has no \`${what}\` in the world.` };
}
