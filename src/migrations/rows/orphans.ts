import type pg from 'pg';
import { isApplicationSchema, readRows } from '../../catalog/scope.ts';
import type { Deviation } from '../../report/deviation.ts';
import { quoteLiteral } from '../../sql/quote.ts';

interface ForeignKeyQuery {
  /** `name on schema.table`. */
  readonly id: string;
  /** Selects the rows that refer to a row that is not there. */
  readonly orphans: string;
}

const FOREIGN_KEYS = `
  select k.conname || ' on ' || n.nspname || '.' || c.relname as id,
         format('select from %I.%I c where %s and not exists (select from %s p where %s)', n.nspname, c.relname,
           string_agg(format('c.%I is not null', a.attname), ' and '), k.confrelid::regclass,
           string_agg(format('p.%I = c.%I', f.attname, a.attname), ' and ')) as orphans
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
   cross join lateral unnest(k.conkey, k.confkey) u (own, other)
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.own
    join pg_attribute f on f.attrelid = k.confrelid and f.attnum = u.other
   where k.contype = 'f' and k.convalidated and k.conparentid = 0 and ${isApplicationSchema('n.nspname')}
   group by k.oid, k.conname, k.confrelid, n.nspname, c.relname
   order by 1`;

/**
 * Counts the rows that break a validated foreign key. PostgreSQL does not check these keys while triggers are disabled, or
 * session_replication_role is `replica`, and says nothing later.
 */
export async function orphanDeviations(client: pg.Client): Promise<Deviation[]> {
  const keys = await readRows<ForeignKeyQuery>(client, FOREIGN_KEYS);
  if (keys.length === 0) return [];
  const counts = keys.map(
    ({ id, orphans }) => `select ${quoteLiteral(id)} as id, (select count(*)::int from (${orphans}) o) as rows`,
  );
  const counted = await readRows<{ id: string; rows: number }>(client, counts.join(' union all '));
  return counted
    .filter(({ rows }) => rows > 0)
    .map(({ id, rows }) => ({
      check: 'migrations',
      where: id,
      expected: 'rows that keep every foreign key',
      seen: `${rows} of its rows refer to a row that is not there`,
      evidence: `${keys.find((key) => key.id === id)?.orphans};`,
      fix: 'Leave the triggers enabled, and session_replication_role as it is, so that PostgreSQL checks the keys; or delete or change these rows too.',
    }));
}
