import type { Catalog } from '../catalog/catalog.ts';
import { tableOf } from '../catalog/table.ts';

/** Two columns, of the origin and of the target, by which rows belong together. */
type ColumnPair = readonly [string, string];

/** How PostgREST can embed rows of one relation in those of another. */
export interface Relationship {
  /** The relations, quoted where SQL needs it. */
  readonly origin: string;
  readonly target: string;
  readonly kind: 'many-to-one' | 'one-to-many' | 'one-to-one' | 'many-to-many' | 'computed';
  /** Whether the client gets an object, and not an array. */
  readonly one: boolean;
  /** The foreign key, or of a computed relationship the function; of a many-to-many, the relation between. */
  readonly by: string;
  readonly columns: readonly ColumnPair[];
  /** Whether the target is a view: then no foreign key stands for it by its name. */
  readonly targetIsView: boolean;
}

type KeyRelationship = Relationship & { readonly kind: 'many-to-one' | 'one-to-one' };

/**
 * Every relationship between relations of these schemas, as PostgREST reads them from the catalogs (its documentation,
 * "Resource Embedding"): foreign keys both ways, those of tables on which views are based where the views have all columns
 * of the key, tables between two others whose keys make their primary key, and functions from a row to rows. A function
 * replaces the keys between its relation and one with the function's name.
 */
export function relationshipsIn(catalog: Catalog, schemas: readonly string[]): readonly Relationship[] {
  const keys = [...keysOfTables(catalog), ...keysOfViews(catalog)];
  const detected = [...keys, ...keys.map(reversed), ...throughJunctions(catalog, keys, schemas)];
  const computed = computedIn(catalog);
  const replaced = new Set(computed.map(({ origin, by }) => `${origin} ${by}`));
  const exposed = new Set(catalog.relations.filter(({ schema }) => schemas.includes(schema)).map(({ sql }) => sql));
  return [...detected.filter(({ origin, target }) => !replaced.has(`${origin} ${target}`)), ...computed].filter(
    ({ origin, target }) => exposed.has(origin) && exposed.has(target),
  );
}

function keysOfTables(catalog: Catalog): KeyRelationship[] {
  return catalog.relations.flatMap((relation) => {
    const { keys, foreignKeys } = tableOf(catalog, relation);
    const unique = keys.filter(({ kind }) => kind !== 'exclusion').map(({ columns }) => sorted(columns));
    return foreignKeys
      .filter(({ inherited }) => !inherited)
      .map(
        ({ name, columns, referencedSql, referencedColumns }): KeyRelationship => ({
          origin: relation.sql,
          target: referencedSql,
          kind: unique.includes(sorted(columns)) ? 'one-to-one' : 'many-to-one',
          one: true,
          by: name,
          columns: columns.map((column, at) => [column, referencedColumns[at] ?? '']),
          targetIsView: false,
        }),
      );
  });
}

const sorted = (columns: readonly string[]): string => JSON.stringify(columns.toSorted());

/** The same keys from views, to views and between views, once for each way in which the views have their columns. */
function keysOfViews(catalog: Catalog): KeyRelationship[] {
  const copies = copiesInViews(catalog);
  return keysOfTables(catalog).flatMap((key) => {
    const [own, theirs] = [key.columns.map(([column]) => column), key.columns.map(([, column]) => column)];
    const [from, to] = [copies(key.origin, own), copies(key.target, theirs)];
    const pairs = (left: readonly string[], right: readonly string[]): ColumnPair[] =>
      left.map((column, at) => [column, right[at] ?? '']);
    return [
      ...from.map(({ view, columns }) => ({ ...key, origin: view, columns: pairs(columns, theirs) })),
      ...to.map(({ view, columns }) => ({ ...key, target: view, columns: pairs(own, columns), targetIsView: true })),
      ...from.flatMap((one) =>
        to.map((other) => ({
          ...key,
          origin: one.view,
          target: other.view,
          columns: pairs(one.columns, other.columns),
          targetIsView: true,
        })),
      ),
    ];
  });
}

interface ViewCopy {
  readonly view: string;
  readonly columns: readonly string[];
}

/** For columns of a table: the views that have all of them, and as which columns. Views of views count. */
function copiesInViews({ viewColumns }: Catalog): (table: string, columns: readonly string[]) => readonly ViewCopy[] {
  const byOrigin = Map.groupBy(viewColumns, ({ originSql, originColumn }) => `${originSql} ${originColumn}`);
  const copiesOf = (
    relation: string,
    column: string,
    seen: readonly string[],
  ): readonly (readonly [string, string])[] =>
    (byOrigin.get(`${relation} ${column}`) ?? [])
      .filter(({ viewSql }) => !seen.includes(viewSql))
      .flatMap(({ viewSql, column: own }) => [[viewSql, own] as const, ...copiesOf(viewSql, own, [...seen, viewSql])]);
  return (table, columns) => {
    const each = columns.map((column) => Map.groupBy(copiesOf(table, column, [table]), ([view]) => view));
    const [first, ...rest] = each;
    const views = [...(first?.keys() ?? [])].filter((view) => rest.every((one) => one.has(view)));
    return views.flatMap((view) =>
      each
        .map((one) => (one.get(view) ?? []).map(([, column]) => column))
        .reduce<string[][]>((ways, names) => ways.flatMap((way) => names.map((name) => [...way, name])), [[]])
        .map((names) => ({ view, columns: names })),
    );
  };
}

function reversed({ origin, target, columns, ...key }: KeyRelationship): Relationship {
  const many = key.kind === 'many-to-one';
  return {
    ...key,
    origin: target,
    target: origin,
    kind: many ? 'one-to-many' : 'one-to-one',
    one: !many,
    columns: columns.map(([own, other]) => [other, own]),
    targetIsView: false,
  };
}

/** Between two relations stands a third whose foreign keys to them are in its primary key. */
function throughJunctions(
  catalog: Catalog,
  keys: readonly KeyRelationship[],
  schemas: readonly string[],
): Relationship[] {
  const copies = copiesInViews(catalog);
  const primary = new Map(
    catalog.relations.flatMap(({ sql, primaryKey }): [string, Set<string>][] =>
      primaryKey.length === 0
        ? []
        : [
            [sql, new Set(primaryKey)],
            ...copies(sql, primaryKey).map((one): [string, Set<string>] => [one.view, new Set(one.columns)]),
          ],
    ),
  );
  const exposed = new Set(catalog.relations.filter(({ schema }) => schemas.includes(schema)).map(({ sql }) => sql));
  const many = Map.groupBy(
    keys.filter(({ kind, origin }) => kind === 'many-to-one' && exposed.has(origin)),
    ({ origin }) => origin,
  );
  return [...many].flatMap(([junction, own]) =>
    own.flatMap((one) =>
      own.flatMap((other): Relationship[] => {
        const columns = [...one.columns, ...other.columns].map(([column]) => column);
        if (one.by === other.by || !columns.every((column) => primary.get(junction)?.has(column))) return [];
        return [
          {
            origin: one.target,
            target: other.target,
            kind: 'many-to-many',
            one: false,
            by: junction,
            columns: [],
            targetIsView: other.targetIsView,
          },
        ];
      }),
    ),
  );
}

/** Functions from one row of a relation to a row or rows of a relation. */
function computedIn({ functions, relations }: Catalog): Relationship[] {
  const known = new Set(relations.map(({ sql }) => sql));
  return functions.flatMap((one): Relationship[] => {
    const [origin, target] = [one.parameters[0]?.type ?? '', one.returns ?? ''];
    if (one.parameters.length !== 1 || !known.has(origin) || !known.has(target)) return [];
    return [
      {
        origin,
        target,
        kind: 'computed',
        one: !one.returnsSet || one.rows === 1,
        by: one.sql,
        columns: [],
        targetIsView: false,
      },
    ];
  });
}
