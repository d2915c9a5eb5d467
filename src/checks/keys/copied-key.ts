import { sortedBy } from '../../catalog/order.ts';
import { type Check, constraintsOf } from '../check.ts';

/** A foreign key by the names of its tables, as SQL writes them. */
interface KeyLink {
  readonly child: string;
  readonly parent: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly parentColumns: readonly string[];
  /** The primary key of the parent, where it is one column. */
  readonly parentKey: string | undefined;
}

export const copiedKey: Check = {
  id: 'copied-key',
  expected: 'a foreign key that takes the copied column together with the parent’s key',
  offences: ({ tables }) => {
    const links = sortedBy(
      tables.flatMap(({ sql, foreignKeys }) =>
        foreignKeys.map(({ name, columns, referencedSql, referencedColumns, referencedPrimaryKey }) => ({
          child: sql,
          parent: referencedSql,
          name,
          columns,
          parentColumns: referencedColumns,
          parentKey: referencedPrimaryKey.length === 1 ? referencedPrimaryKey[0] : undefined,
        })),
      ),
      ({ child, parent, name }) => [child, parent, name],
    );
    return links.flatMap((link) => {
      const key = keyColumn(link);
      if (!key || links.find((other) => same(other, link) && keyColumn(other) === key) !== link) return [];
      return copies(link, links)
        .filter((column) => !isBound(link, key, column, links))
        .map((column) => ({
          object: `${link.child}.${column}`,
          seen: `${column} is in ${link.parent} too, and no foreign key takes (${key}, ${column}) there`,
          evidence: constraintsOf(link.child, 'f'),
        }));
    });
  },
};

const same = (a: KeyLink, b: KeyLink): boolean => a.child === b.child && a.parent === b.parent;

/** The child's column that holds the parent's key. */
function keyColumn(link: KeyLink): string | undefined {
  return link.columns[link.parentColumns.indexOf(link.parentKey ?? '')];
}

/** The columns that child and parent share by name, and that point to the same table from both. */
function copies({ child, parent }: KeyLink, all: readonly KeyLink[]): string[] {
  const target = (table: string, column: string) => {
    const link = all.find((row) => row.child === table && keyColumn(row) === column);
    return link?.parent;
  };
  const columns = new Set(
    all.filter((row) => row.child === child && child !== parent).flatMap(({ columns }) => columns),
  );
  return [...columns].filter((column) => target(child, column) && target(child, column) === target(parent, column));
}

/** Whether a wrong copy is impossible: by a foreign key of both columns, or through one of a column bound already. */
function isBound(link: KeyLink, key: string, copy: string, all: readonly KeyLink[]): boolean {
  const direct = (column: string) => takes(link.child, link.parent, key, column, all);
  const through = link.parent;
  return (
    direct(copy) ||
    link.columns
      .concat(...all.filter((row) => row.child === link.child).map(({ columns }) => columns))
      .some(
        (middle) =>
          middle !== copy &&
          direct(middle) &&
          all.some(
            (further) =>
              further.child === link.child &&
              keyColumn(further) === middle &&
              takes(link.child, further.parent, middle, copy, all) &&
              takes(through, further.parent, middle, copy, all),
          ),
      )
  );
}

/** Whether a foreign key from one table to another takes both columns, the second to its namesake. */
function takes(child: string, parent: string, key: string, copy: string, all: readonly KeyLink[]): boolean {
  return all.some(
    (row) =>
      row.child === child &&
      row.parent === parent &&
      keyColumn(row) === key &&
      row.parentColumns[row.columns.indexOf(copy)] === copy,
  );
}
