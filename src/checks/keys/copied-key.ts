import { constraintsOf, defineCheck } from '../check.ts';

/** A foreign key: pairs of columns, written `child = parent`. */
interface ForeignKey {
  readonly child: string;
  readonly parent: string;
  readonly columns: readonly string[];
  readonly parentColumns: readonly string[];
  /** The primary key of the parent, where it is one column. */
  readonly parentKey: string | null;
}

export const copiedKey = defineCheck<ForeignKey>({
  id: 'copied-key',
  expected: 'a foreign key that takes the copied column together with the parent’s key',
  query: `
    select k."table" as child, format('%I.%I', pn.nspname, p.relname) as parent, k.columns,
           array(select a.attname::text from unnest(k.confkey) with ordinality u (attnum, position)
                   join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum order by u.position) as "parentColumns",
           (select a.attname::text from pg_constraint x join pg_attribute a on a.attrelid = x.conrelid and x.conkey = array[a.attnum]
             where x.conrelid = k.confrelid and x.contype = 'p') as "parentKey"
      from keys k join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace
     where k.contype = 'f' order by 1, 2, k.conname`,
  offences: (rows) =>
    rows.flatMap((link) => {
      const key = keyColumn(link);
      if (!key || rows.find((row) => same(row, link) && keyColumn(row) === key) !== link) return [];
      return copies(link, rows)
        .filter((column) => !isBound(link, key, column, rows))
        .map((column) => ({
          object: `${link.child}.${column}`,
          seen: `${column} is in ${link.parent} too, and no foreign key takes (${key}, ${column}) there`,
          evidence: constraintsOf(link.child, 'f'),
        }));
    }),
});

const same = (a: ForeignKey, b: ForeignKey): boolean => a.child === b.child && a.parent === b.parent;

/** The child's column that holds the parent's key. */
function keyColumn(link: ForeignKey): string | undefined {
  return link.columns[link.parentColumns.indexOf(link.parentKey ?? '')];
}

/** The columns that child and parent share by name, and that point to the same table from both. */
function copies({ child, parent }: ForeignKey, all: readonly ForeignKey[]): string[] {
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
function isBound(link: ForeignKey, key: string, copy: string, all: readonly ForeignKey[]): boolean {
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
function takes(child: string, parent: string, key: string, copy: string, all: readonly ForeignKey[]): boolean {
  return all.some(
    (row) =>
      row.child === child &&
      row.parent === parent &&
      keyColumn(row) === key &&
      row.parentColumns[row.columns.indexOf(copy)] === copy,
  );
}
