import type { RelationFile, RelationLock, StatementEffects, TouchedRows } from './observation.ts';
import { type RelationState, type TransactionState, tableOf } from './transaction-state.ts';

/**
 * The effects of a statement: the difference between two states of its transaction.
 * @param start the state before the migration: only its relations can be what another session waits for
 */
export function effectsOf(
  start: TransactionState,
  before: TransactionState,
  after: TransactionState,
  transaction: boolean,
): StatementEffects {
  const key = ({ oid, mode }: TransactionState['locks'][number]): string => `${oid} ${mode}`;
  const [had, has] = [new Set(before.locks.map(key)), new Set(after.locks.map(key))];
  const named = (locks: TransactionState['locks']): RelationLock[] =>
    locks.flatMap(({ oid, mode }) => lockOf(start, oid, mode));
  return {
    locks: named(after.locks.filter((lock) => !had.has(key(lock)))),
    released: named(before.locks.filter((lock) => !has.has(key(lock)))),
    rows: transaction ? rowsOf(before, after) : undefined,
    rewritten: rewritten(start, before, after),
    created: [...after.relations.values()]
      .filter((relation) => !before.relations.has(relation.oid) && isShown(relation, after))
      .map(fileOf),
    dropped: [...before.relations.values()]
      .filter(
        (relation) =>
          !after.relations.has(relation.oid) && start.relations.has(relation.oid) && isShown(relation, before),
      )
      .map(({ name }) => name),
    wal: after.wal - before.wal,
  };
}

/** A lock under the names of before the migration; none where the relation did not exist then. */
export function lockOf(start: TransactionState, oid: number, mode: RelationLock['mode']): RelationLock[] {
  const relation = start.relations.get(oid);
  const table = tableOf(start.relations, oid);
  if (!relation || !table) return [];
  return [{ table: table.name, mode, ...(table.oid === oid ? {} : { through: relation.name }) }];
}

const isTable = ({ kind }: RelationState): boolean => kind === 'r' || kind === 'p' || kind === 'm';

/** TOAST tables and their indexes count as part of their table. */
function isShown({ kind, table }: RelationState, { relations }: TransactionState): boolean {
  return kind !== 't' && relations.get(table ?? 0)?.kind !== 't';
}

const fileOf = (relation: RelationState): RelationFile => ({
  relation: relation.name,
  kind: isTable(relation) ? 'table' : 'index',
  bytes: relation.bytes,
});

function rowsOf(before: TransactionState, after: TransactionState): TouchedRows[] {
  return [...after.relations.values()].filter(isTable).flatMap((relation) => {
    const was = before.relations.get(relation.oid) ?? { inserted: 0, updated: 0, deleted: 0 };
    const [inserted, updated, deleted] = [
      relation.inserted - was.inserted,
      relation.updated - was.updated,
      relation.deleted - was.deleted,
    ];
    return inserted || updated || deleted ? [{ table: relation.name, inserted, updated, deleted }] : [];
  });
}

/** A table that is rewritten takes its indexes along: they are listed only where the table was not rewritten. */
function rewritten(start: TransactionState, before: TransactionState, after: TransactionState): RelationFile[] {
  const anew = [...after.relations.values()].filter(
    ({ oid, file }) =>
      start.relations.has(oid) && before.relations.has(oid) && before.relations.get(oid)?.file !== file,
  );
  const tables = new Set(anew.filter(isTable).map(({ oid }) => oid));
  return anew
    .filter((relation) => isShown(relation, after) && (isTable(relation) || !tables.has(relation.table ?? 0)))
    .map(fileOf);
}
