import { createHash } from 'node:crypto';
import type pg from 'pg';
import { readRows } from '../../catalog/scope.ts';
import { quoteLiteral } from '../../sql/quote.ts';

/** Rewritten by ANALYZE, which changes nothing that SQL can see but for plans. */
const STATISTICS = ['pg_statistic', 'pg_statistic_ext_data'];

const STORED = `
  select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name, c.relkind = 'S' as sequence,
         has_table_privilege(c.oid, 'select') as readable, n.nspname = 'pg_catalog' as catalog
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'm', 'S') and not c.relisshared and c.relpersistence <> 't'
     and c.relname not in (${STATISTICS.map(quoteLiteral).join(', ')})
   order by 1`;

interface Stored {
  readonly name: string;
  readonly sequence: boolean;
  readonly readable: boolean;
  readonly catalog: boolean;
}

/**
 * A digest of all that a database holds: every write of a row, definitions included, changes it, and a copy of the database
 * has the same. It counts rows and adds up the transactions that wrote them, and reads no values but those of sequences.
 * @returns undefined when the user may not read one of the tables
 */
export async function contentsOf(client: pg.Client): Promise<string | undefined> {
  const stored = await readRows<Stored>(client, STORED);
  if (stored.some(({ readable, catalog }) => !readable && !catalog)) return undefined;
  const marks = stored
    .filter(({ readable }) => readable)
    .map(({ name, sequence }) =>
      sequence
        ? `select ${quoteLiteral(name)} || ' ' || last_value || is_called as mark from ${name}`
        : `select ${quoteLiteral(name)} || ' ' || count(*) || ' ' || coalesce(sum(xmin::text::numeric), 0) from ${name}`,
    );
  const [row] = await readRows<{ all: string }>(
    client,
    `select string_agg(mark, E'\\n' order by mark) as all from (${marks.join(' union all ')}) marks(mark)`,
  );
  return createHash('sha256')
    .update(row?.all ?? '')
    .digest('hex');
}
