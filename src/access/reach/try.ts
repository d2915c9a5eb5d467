import type pg from 'pg';
import { rolledBack } from '../../database/connect.ts';
import { as, inWords, type ServerError } from '../attempt.ts';
import { become } from '../statements.ts';
import type { Reached, ReachTrial } from './reached.ts';

/** Executes what shows each privilege, as the role; where it does not work, what was seen says so. All of it is undone. */
export async function tryEach(client: pg.Client, reached: readonly Reached[]): Promise<Reached[]> {
  if (!reached.some(({ trial }) => trial)) return [...reached];
  return rolledBack(client, async () => {
    // A table that somebody has locked says nothing of privileges, and is not waited for.
    await client.query("set local lock_timeout = '2s'; set local statement_timeout = '10s'");
    const tried: Reached[] = [];
    for (const one of reached) {
      const failure = one.trial && (await failureOf(client, one.trial));
      tried.push(failure ? { ...one, seen: `${one.seen}. ${failure}` } : one);
    }
    return tried;
  });
}

/** Why a privilege that the catalogs have does not show; undefined when it works, whatever came after it was checked. */
async function failureOf(client: pg.Client, { role, statement }: ReachTrial): Promise<string | undefined> {
  try {
    const answers: unknown = await as(client, become({ role, settings: {} }), () => client.query(statement));
    const [row] = [answers].flat().flatMap((answer) => (answer as pg.QueryResult).rows);
    return Object.values(row ?? {})[0] === false ? `The server does not let ${role} use that` : undefined;
  } catch (error) {
    const { code } = error as ServerError;
    if (!code) throw error;
    return WORKS_NOT.includes(code) ? `Executed as ${role} it fails (${inWords(error as ServerError)})` : undefined;
  }
}

/** A missing privilege, a statement that was stopped, and a lock that was not to be had. */
const WORKS_NOT = ['42501', '57014', '55P03'];
