import type pg from 'pg';
import { readRows } from './scope.ts';

/** By the kind of an object, every privilege that this version of PostgreSQL knows on it (17 added MAINTAIN). */
export type AllPrivileges = Readonly<Record<string, readonly string[]>>;

// A column has no owner of its own, and nothing by itself: its privileges are those of PostgreSQL 15, which 18 did not change.
const QUERY = `
  select k.kind, array(select a.privilege_type from aclexplode(acldefault(k.letter::"char", 10)) a where a.grantee = 10 order by 1) as privileges
    from (values ('database', 'd'), ('language', 'l'), ('foreign-data wrapper', 'F'), ('foreign server', 'S'), ('schema', 'n'), ('table', 'r'),
                 ('sequence', 's'), ('function', 'f'), ('type', 'T'), ('parameter', 'p'), ('large object', 'L')) k (kind, letter)`;

const OF_COLUMNS = ['INSERT', 'REFERENCES', 'SELECT', 'UPDATE'];

/** Reads which privileges there are. */
export async function readAllPrivileges(client: pg.Client): Promise<AllPrivileges> {
  const rows = await readRows<{ kind: string; privileges: readonly string[] }>(client, QUERY);
  return { ...Object.fromEntries(rows.map(({ kind, privileges }) => [kind, privileges])), column: OF_COLUMNS };
}
