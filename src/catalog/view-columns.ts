import type pg from 'pg';
import { isNode, parseNodeTree, type Tree } from './node-tree.ts';
import { type CatalogScope, inScope, notExtensionMember, readRows } from './scope.ts';

/** A column of a view that gives a column of another relation unchanged. */
export interface UnchangedColumn {
  /** The view, quoted where SQL needs it, and its column. */
  readonly viewSql: string;
  readonly column: string;
  /** The relation that its query names, which may be a view too, and the column there. */
  readonly originSql: string;
  readonly originColumn: string;
}

interface ViewRow {
  readonly viewSql: string;
  readonly query: string;
  /** The names of the view's columns by number. */
  readonly columns: Readonly<Record<string, string>>;
  /** The relations whose columns the query uses, by oid. */
  readonly origins: Readonly<
    Record<string, { readonly sql: string; readonly columns: Readonly<Record<string, string>> }>
  >;
}

const columnsBy = (relation: string): string =>
  `(select json_object_agg(a.attnum, a.attname) from pg_attribute a where a.attrelid = ${relation} and a.attnum > 0 and not a.attisdropped)`;

const query = (scope: CatalogScope): string => `
  select format('%I.%I', n.nspname, c.relname) as "viewSql", w.ev_action::text as query, ${columnsBy('c.oid')} as columns,
         coalesce((select json_object_agg(r.oid, json_build_object('sql', format('%I.%I', rn.nspname, r.relname), 'columns', ${columnsBy('r.oid')}))
                     from pg_class r join pg_namespace rn on rn.oid = r.relnamespace
                    where r.oid in (select d.refobjid from pg_depend d where d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                                       and d.refclassid = 'pg_class'::regclass and d.refobjid <> c.oid)), '{}') as origins
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_rewrite w on w.ev_class = c.oid and w.rulename = '_RETURN'
   where c.relkind in ('v', 'm') and ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_class', 'c.oid')}
   order by n.nspname collate "C", c.relname collate "C"`;

/** Reads which columns of views are columns of other relations, as the stored query of the view says. */
export async function readViewColumns(client: pg.Client, scope: CatalogScope): Promise<readonly UnchangedColumn[]> {
  const rows = await readRows<ViewRow>(client, query(scope));
  return rows.flatMap(({ viewSql, query, columns, origins }) =>
    targetsOf(parseNodeTree(query)).flatMap((entry): UnchangedColumn[] => {
      const [column, origin] = [columns[numberIn(entry, 'resno')], origins[numberIn(entry, 'resorigtbl')]];
      const originColumn = origin?.columns[numberIn(entry, 'resorigcol')];
      if (column === undefined || !origin || originColumn === undefined) return [];
      return [{ viewSql, column, originSql: origin.sql, originColumn }];
    }),
  );
}

/** The entries of the outermost query's list of results; those of subqueries are not columns of the view. */
function targetsOf(tree: Tree): readonly Tree[] {
  const query = Array.isArray(tree) ? tree[0] : undefined;
  const targets = isNode(query) ? query.fields.get('targetList') : undefined;
  return Array.isArray(targets) ? targets : [];
}

function numberIn(entry: Tree, field: string): string {
  const value = isNode(entry) ? entry.fields.get(field) : undefined;
  return typeof value === 'string' ? value : '';
}
