import type pg from 'pg';
import { quoteLiteral } from '../../sql/quote.ts';
import type { SqlStatement } from '../../sql/statements.ts';
import { type RelationName, relationName } from './claims.ts';

type IndexStatement = Readonly<{
  idxname?: string;
  relation?: RelationName;
  accessMethod?: string;
  indexParams?: readonly { readonly IndexElem?: { readonly name?: string; readonly ordering?: string } }[];
  indexIncludingParams?: readonly { readonly IndexElem?: { readonly name?: string } }[];
  whereClause?: unknown;
  unique?: boolean;
  if_not_exists?: boolean;
}>;

const QUERY = `
  select i.oid::regclass::text as name, coalesce(pg_get_indexdef(x.indexrelid), 'something else than an index') as definition,
         jsonb_build_array(x.indrelid = t.oid, m.amname, x.indisunique, x.indpred is not null,
           (select jsonb_agg(jsonb_build_array(a.attname, x.indoption[s] & 1 <> 0) order by s) from generate_series(0, x.indnkeyatts - 1) s
              left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[s] and a.attnum <> 0),
           array(select a.attname from generate_series(x.indnkeyatts, x.indnatts - 1) s
                   join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[s] order by s)) = $3::jsonb as same
    from pg_class t join pg_class i on i.relnamespace = t.relnamespace and i.relname = $2
    left join pg_index x on x.indexrelid = i.oid
    left join pg_am m on m.oid = i.relam
   where t.oid = to_regclass($1)`;

/** An index that was there already under the name that a statement gives a new one, and is another. */
interface OtherIndex {
  readonly seen: string;
  readonly evidence: string;
}

/**
 * Compares what `create index if not exists` says with the index of that name: its table, method, uniqueness, columns,
 * their directions, and whether it has a condition. Expressions and conditions themselves are not compared.
 * @returns undefined when the index is as the statement says, or not there any more, or the statement is another
 */
export async function otherIndex(client: pg.Client, { tree }: SqlStatement): Promise<OtherIndex | undefined> {
  const index = (tree as { IndexStmt?: IndexStatement }).IndexStmt;
  if (!index?.if_not_exists) return undefined;
  const keys = (index.indexParams ?? []).map(({ IndexElem: key }) => [
    key?.name ?? null,
    key?.ordering === 'SORTBY_DESC',
  ]);
  const included = (index.indexIncludingParams ?? []).map(({ IndexElem: key }) => key?.name);
  const says = [true, index.accessMethod ?? 'btree', index.unique === true, !!index.whereClause, keys, included];
  const { rows } = await client.query<{ name: string; definition: string; same: boolean | null }>(QUERY, [
    relationName(index.relation ?? {}),
    index.idxname ?? '',
    JSON.stringify(says),
  ]);
  const [found] = rows;
  if (!found || found.same) return undefined;
  return {
    seen: `${found.name} was there already, as ${found.definition}`,
    evidence: `select pg_get_indexdef(to_regclass(${quoteLiteral(found.name)}));`,
  };
}
