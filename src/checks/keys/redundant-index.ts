import { defineCheck, indexesOf } from '../check.ts';

interface Index {
  readonly id: string;
  readonly table: string;
  readonly definition: string;
  readonly method: string;
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  readonly constraint: boolean;
  readonly valid: boolean;
  readonly predicate: string | null;
  /** The columns or expressions it is ordered by. */
  readonly columns: readonly string[];
  /** Each one's operator class and collation. */
  readonly classes: readonly string[];
  /** Each one's direction: 1 for descending, 2 for nulls first. */
  readonly directions: readonly number[];
  /** The columns it includes without being ordered by them. */
  readonly included: readonly string[];
}

export const redundantIndex = defineCheck<Index>({
  id: 'redundant-index',
  expected: 'an index that does what no other index and no unique constraint does',
  query: `
    select format('%I.%I', n.nspname, c.relname) as id, t.id as "table", pg_get_indexdef(c.oid) as definition, m.amname as method,
           i.indisunique as "unique", i.indnullsnotdistinct as "nullsNotDistinct", i.indisvalid as valid,
           exists (select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x')) as "constraint",
           pg_get_expr(i.indpred, i.indrelid) as predicate,
           array(select pg_get_indexdef(c.oid, s, true) from generate_series(1, i.indnkeyatts) s) as columns,
           array(select concat_ws(' ', i.indclass[s], i.indcollation[s]) from generate_series(0, i.indnkeyatts - 1) s) as classes,
           array(select i.indoption[s] from generate_series(0, i.indnkeyatts - 1) s) as directions,
           array(select pg_get_indexdef(c.oid, s, true) from generate_series(i.indnkeyatts + 1, i.indnatts) s) as included
      from pg_index i join tables t on t.oid = i.indrelid
      join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace join pg_am m on m.oid = c.relam
     order by id`,
  offences: (rows) =>
    rows.flatMap((index) => {
      const other = rows.find((candidate) => makesRedundant(candidate, index));
      if (!other) return [];
      const seen = `${index.definition}, beside ${other.definition}`;
      return [{ object: index.id, seen, evidence: indexesOf(index.table) }];
    }),
});

/** Of two that do the same, the one whose name comes first stays. */
function makesRedundant(other: Index, index: Index): boolean {
  return other !== index && serves(other, index) && (!serves(index, other) || other.id < index.id);
}

/** Whether `index` could go, since `other` does all that it does. */
function serves(other: Index, index: Index): boolean {
  const alike = other.columns.length === index.columns.length;
  const enforces = alike && other.unique && other.nullsNotDistinct === index.nullsNotDistinct;
  return (
    other.table === index.table &&
    other.method === index.method &&
    other.predicate === index.predicate &&
    other.valid &&
    !index.constraint &&
    (enforces || !index.unique) &&
    // Only a B-tree is of use by its first columns alone.
    (alike || index.method === 'btree') &&
    index.columns.every((column, at) => column === other.columns[at] && index.classes[at] === other.classes[at]) &&
    index.included.every((column) => other.included.includes(column) || other.columns.includes(column)) &&
    sameOrder(other, index)
  );
}

/** A B-tree is read in both directions: all columns turned around are the same order. */
function sameOrder(other: Index, index: Index): boolean {
  const turned = (by: number) => index.directions.every((direction, at) => (direction ^ by) === other.directions[at]);
  return turned(0) || turned(3);
}
