import type pg from 'pg';
import { quoteLiteral } from '../../sql/quote.ts';
import type { ProbedRow } from '../seed.ts';
import { literal } from '../statements.ts';
import type { Caller } from './callers.ts';
import type { Expectations } from './expected.ts';
import { type Hole, othersLike, tryInEarnest, type WriteTrial } from './holes.ts';
import type { Asked } from './observe.ts';
import type { AskedRow } from './rows.ts';
import type { Variant } from './variants.ts';

type Changes = Variant['changes'];

/**
 * Rows that callers insert as somebody else's: as the world has them (of personas, the cells say that), as another
 * persona's, and each of these with the changes of a variant.
 * @param variants whose changes a WITH CHECK condition could tell apart
 */
export async function findForeignInserts(
  client: pg.Client,
  asked: Asked,
  own: readonly ProbedRow[],
  itself: readonly AskedRow[],
  variants: readonly Variant[],
  expected: Expectations,
  ids: ReadonlyMap<string, readonly string[]>,
): Promise<Hole[]> {
  const trials: WriteTrial[] = [];
  for (const inserted of own) {
    const row = itself.find((one) => one.row === inserted.row);
    if (!inserted.insert || !row) continue;
    const others = othersOf(inserted, expected.ownersIn(inserted.row), ids);
    const whose: Changes[] = [{}, ...others];
    const changed = whose.flatMap((owner) => [owner, ...variants.map(({ changes }) => ({ ...changes, ...owner }))]);
    for (const [place, caller] of asked.callers.entries()) {
      const { usage, insert: columns } = asked.privileges(caller.role);
      if (!usage || columns.length === 0) continue;
      for (const changes of changed) {
        const names = Object.keys(changes);
        if (names.length === 0 && caller.kind === 'persona') continue;
        const wanted: AskedRow = { ...row, ...(names.length > 0 ? { variant: { changes } } : {}) };
        if (expected.may(caller, 'insert', wanted) || !names.every((name) => columns.includes(name))) continue;
        trials.push(trialOf(inserted, wanted, caller, place, columns));
      }
    }
  }
  return tryInEarnest(client, asked, trials);
}

/** The changes that make the inserted row another persona's. */
function othersOf(
  { relation, insert = {} }: ProbedRow,
  owners: ReadonlyMap<string, string>,
  ids: ReadonlyMap<string, readonly string[]>,
): Changes[] {
  return relation.columns.flatMap(({ name, sql }) => {
    const owner = owners.get(sql);
    const value = insert[name];
    if (!owner || typeof value !== 'string' || !ids.get(owner)?.includes(value)) return [];
    return othersLike(ids, owner, value).map((id) => ({ [sql]: quoteLiteral(id) }));
  });
}

/** The insert with the row's changes, and of its other values those that the caller may give. */
function trialOf(
  { relation, insert = {} }: ProbedRow,
  row: AskedRow,
  caller: Caller,
  place: number,
  columns: readonly string[],
): WriteTrial {
  const changes = row.variant?.changes ?? {};
  const given = relation.columns.flatMap(({ name, sql, type }) => {
    if (!columns.includes(sql)) return [];
    const value = changes[sql] ?? (name in insert ? literal(insert[name] ?? null, type) : undefined);
    return value === undefined ? [] : [{ sql, value }];
  });
  const list = `(${given.map(({ sql }) => sql).join(', ')}) values (${given.map(({ value }) => value).join(', ')})`;
  const statement = `insert into ${relation.sql} ${given.length > 0 ? list : 'default values'}`;
  return { caller, command: 'insert', row, question: { kind: 'write', sql: statement, callers: [place] } };
}
