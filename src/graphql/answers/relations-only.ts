import { loadModule, parseSync } from 'libpg-query';
import type pg from 'pg';
import { nodesOfType, stringOf } from '../../sql/tree.ts';

/** PostgreSQL's own functions that compute of their arguments alone: those that PostGraphile's statements have. */
const PLAIN = new Set(
  `array_agg avg count json_agg json_build_array json_build_object json_object_agg jsonb_agg jsonb_build_array
   jsonb_build_object jsonb_object_agg lower max min row_number sum to_char to_json to_jsonb upper`.split(/\s+/),
);

/** Columns that every table has; a select of all columns does not give them. */
const SYSTEM = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

/**
 * Prepares telling which statements depend on nothing but the rows that a select of all columns of some relations gives whoever
 * sends them: queries that lock nothing, take no sample, and call nothing but functions that compute of their arguments. Where
 * the database has operators, casts or functions of such a name that somebody wrote in SQL or PL/pgSQL, that is none.
 * @returns what gives the relations of a statement, as `schema.name`; undefined for a statement that may depend on more
 */
export async function relationsOnly(
  client: pg.Client,
): Promise<(statement: string) => ReadonlySet<string> | undefined> {
  const { rows } = await client.query<{ odd: boolean }>(ODD, [[...PLAIN]]);
  await loadModule();
  const known = new Map<string, ReadonlySet<string> | undefined>();
  return (statement) => {
    if (rows[0]?.odd) return undefined;
    if (!known.has(statement)) known.set(statement, relationsIn(statement));
    return known.get(statement);
  };
}

/** Functions in C are those of extensions. */
const ODD = `
  with written as (select p.oid from pg_proc p join pg_language l on l.oid = p.prolang where p.oid >= 16384 and l.lanname not in ('internal', 'c'))
  select exists (select from pg_operator where oprcode in (select oid from written))
      or exists (select from pg_cast where castfunc in (select oid from written))
      or exists (select from pg_proc p left join pg_aggregate a on a.aggfnoid = p.oid
                  where p.proname = any ($1) and array[p.oid, a.aggtransfn, a.aggfinalfn] && array(select oid from written)) as odd`;

function relationsIn(statement: string): ReadonlySet<string> | undefined {
  const { stmts = [] } = parseSync(statement) as { stmts?: readonly { readonly stmt?: object }[] };
  const [first, ...more] = stmts;
  if (!first?.stmt || !('SelectStmt' in first.stmt) || more.length > 0) return undefined;
  const any = (type: string): boolean => !nodesOfType(first, type)[Symbol.iterator]().next().done;
  if (UNSAFE.some(any)) return undefined;
  for (const { funcname } of nodesOfType(first, 'FuncCall')) {
    const names = (funcname as readonly unknown[]).map(stringOf);
    const [schema, name] = names.length > 1 ? names : ['pg_catalog', names[0]];
    if (schema !== 'pg_catalog' || !PLAIN.has(name ?? '')) return undefined;
  }
  for (const { fields } of nodesOfType(first, 'ColumnRef'))
    if ((fields as readonly unknown[]).some((field) => SYSTEM.has(stringOf(field) ?? ''))) return undefined;
  const own = new Set([...nodesOfType(first, 'CommonTableExpr')].map(({ ctename }) => ctename));
  const relations = new Set<string>();
  for (const { schemaname, relname } of nodesOfType(first, 'RangeVar')) {
    if (schemaname !== undefined) relations.add(`${schemaname}.${relname}`);
    else if (!own.has(relname)) return undefined;
  }
  return relations;
}

/** Locks take policies for updates too, samples depend on where rows are, and a select that writes is none. */
const UNSAFE = [
  'LockingClause',
  'RangeTableSample',
  'IntoClause',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
];
