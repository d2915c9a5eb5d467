import type pg from 'pg';
import { isApplicationSchema, notExtensionMember, readRows } from './scope.ts';

/**
 * The functions of PostgreSQL and of extensions whose results depend on more than their arguments, by name. The name of
 * one of PostgreSQL's own is without its schema, as SQL writes it. Of several with one name the steadiest counts.
 */
export type ChangingFunctions = Readonly<Record<string, 'stable' | 'volatile'>>;

const QUERY = `
  select case n.nspname when 'pg_catalog' then p.proname::text else n.nspname || '.' || p.proname end as name,
         case min(case p.provolatile when 'i' then 0 when 's' then 1 else 2 end) when 1 then 'stable' else 'volatile' end as volatility
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname = 'pg_catalog' or (${isApplicationSchema('n.nspname')} and not ${notExtensionMember('pg_proc', 'p.oid')})
   group by 1
  having min(case p.provolatile when 'i' then 0 when 's' then 1 else 2 end) > 0
   order by 1`;

/** Reads which functions that no project defines may give another result for equal arguments. */
export async function readChangingFunctions(client: pg.Client): Promise<ChangingFunctions> {
  const rows = await readRows<{ name: string; volatility: 'stable' | 'volatile' }>(client, QUERY);
  return Object.fromEntries(rows.map(({ name, volatility }) => [name, volatility]));
}
