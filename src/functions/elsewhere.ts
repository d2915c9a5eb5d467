import type pg from 'pg';
import type { Persona } from '../access/model.ts';
import { type DatabaseFunction, readFunctions } from '../catalog/functions.ts';
import { readRows } from '../catalog/scope.ts';
import { quoteLiteral } from '../sql/quote.ts';

/**
 * The functions outside of the proven schemas that run with their owner's rights and that a persona's role has EXECUTE on
 * and reaches by their schema: whatever they change, they change for clients.
 */
export async function definersElsewhere(
  client: pg.Client,
  proven: readonly string[],
  personas: readonly Persona[],
): Promise<DatabaseFunction[]> {
  const open = await readRows<{ identity: string }>(client, openQuery(proven, personas));
  if (open.length === 0) return [];
  const identities = new Set(open.map(({ identity }) => identity));
  const all = await readFunctions(client, { schemas: [], rest: true });
  return all.filter(({ identity, trigger }) => identities.has(identity) && !trigger);
}

const list = (texts: readonly string[]): string => `array[${texts.map(quoteLiteral).join(', ')}]::text[]`;

const openQuery = (proven: readonly string[], personas: readonly Persona[]): string => `
  select distinct p.oid::regprocedure::text as identity
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    join pg_roles r on r.rolname = any (${list(personas.map(({ role }) => role))})
   where p.prosecdef and n.nspname <> all (${list([...proven, 'pg_catalog', 'information_schema'])})
     and has_schema_privilege(r.oid, n.oid, 'usage') and has_function_privilege(r.oid, p.oid, 'execute')`;
