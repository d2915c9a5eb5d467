import type pg from 'pg';
import { sqlStateOf } from '../database/sql-state.ts';
import { type Deviation, type Findings, mergeFindings } from '../report/deviation.ts';
import type { Invariant } from './model.ts';

/** How many rows a deviation shows, and how long the text of one may be, in characters. */
const SHOWN = 3;
const LONGEST = 240;

/**
 * The settings of each query: a role whom row level security restricts gets an error instead of fewer rows, and names mean the
 * same whatever the role or the database sets.
 */
const SETTINGS = 'set local row_security = off; set local search_path = pg_catalog';

/**
 * Runs every invariant on the rows that are committed. Each query reads one moment, so that those who write meanwhile change
 * no verdict; the transaction can't write.
 */
export async function checkInvariants(client: pg.Client, invariants: readonly Invariant[]): Promise<Findings> {
  await client.query('begin transaction isolation level read committed, read only');
  try {
    return await findViolations(client, invariants);
  } finally {
    await client.query('rollback');
  }
}

/**
 * Runs every invariant in the transaction that is open, whose own rows it sees, and leaves the transaction as it was. A query
 * that fails, or that row level security would leave without some rows, is not evaluated.
 * @param rows what rows these are, for the report; empty where nothing need be said
 */
export async function findViolations(
  client: pg.Client,
  invariants: readonly Invariant[],
  rows = '',
): Promise<Findings> {
  const findings: Findings[] = [];
  for (const invariant of invariants) findings.push(await findViolation(client, invariant, rows));
  return mergeFindings(findings);
}

async function findViolation(client: pg.Client, invariant: Invariant, of: string): Promise<Findings> {
  const where = `invariant ${invariant.id}${of ? `, ${of}` : ''}`;
  await client.query('savepoint invariant');
  try {
    await client.query(SETTINGS);
    const { rows } = await client.query<ViolatingRow>(violationsQuery(invariant));
    return { deviations: rows[0] ? [deviationOf(invariant, where, rows)] : [], notEvaluated: [] };
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error;
    return { deviations: [], notEvaluated: [{ check: 'invariants', where, why: whyNot(invariant, error as Error) }] };
  } finally {
    await client.query('rollback to savepoint invariant; release savepoint invariant').catch(() => {});
  }
}

interface ViolatingRow {
  /** All that there are, in digits. */
  readonly total: string;
  readonly row: string;
}

const violationsQuery = ({ sql }: Invariant): string =>
  `select count(*) over ()::text as total, left(to_jsonb(violation)::text, ${LONGEST + 1}) as row from (\n${sql}\n) violation limit ${SHOWN}`;

function deviationOf({ sentence, fix, sql }: Invariant, where: string, rows: readonly ViolatingRow[]): Deviation {
  const total = Number(rows[0]?.total);
  const shown = rows.map(({ row }) => (row.length > LONGEST ? `${row.slice(0, LONGEST)}…` : row));
  const count = total === 1 ? '1 row breaks it' : `${total} rows break it`;
  return {
    check: 'invariants',
    where,
    expected: sentence,
    seen: `${count}: ${shown.join(', ')}${total > shown.length ? ', …' : ''}`,
    evidence: `${sql};`,
    fix,
  };
}

function whyNot({ file }: Invariant, error: Error): string {
  const said = `${sqlStateOf(error)}: ${error.message}`;
  if (sqlStateOf(error) === '42501')
    return `The role of this connection may not read every row (${said}). Connect as the owner of the tables, or as a role that bypasses row level security (BYPASSRLS) and may read them.`;
  return `The query failed (${said}). Correct ${file}, or the database that lacks what it reads.`;
}
