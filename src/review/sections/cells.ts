import type { JudgedCell } from '../../access/answer/judge.ts';
import { outcomeWords, rowWords } from '../../access/answer/words.ts';
import { COMMANDS } from '../../access/model.ts';
import { transcript } from '../../access/transcript.ts';
import type { AccessFacts } from '../facts.ts';
import type { Level, ReviewItem } from '../model.ts';
import type { Callers } from './callers.ts';

/** How a cell differs from the same cell before. */
type CellChange = 'opened' | 'widened' | 'closed' | 'narrowed' | 'other' | 'new' | 'gone';

interface ChangedCell {
  readonly cell: JudgedCell;
  readonly change: CellChange;
  readonly before: string;
  readonly after: string;
}

/** The cells of the matrix that are others than before: openings first, then what closed. A cell that is not asked any more may hide one. */
export function cellItems(before: AccessFacts | undefined, after: AccessFacts, callers: Callers): ReviewItem[] {
  const changed = before ? changesOf(before.cells, after.cells) : after.cells.map(asNew);
  const tables = new Set((before?.cells ?? []).map(({ table }) => table));
  const isNewTable = ({ cell, change }: ChangedCell): boolean => change === 'new' && !tables.has(cell.table);
  const left = new Set(after.cells.map(({ table }) => table));
  const isGoneTable = ({ cell, change }: ChangedCell): boolean => change === 'gone' && !left.has(cell.table);
  // Of a table that is new, who may do what is said once for all its cells; what is open and not declared is said by itself.
  const apart = changed.filter((one) => !isGoneTable(one) && (!isNewTable(one) || isUndeclaredOpening(one)));
  return [
    ...grouped(apart).map((group) => itemOf(group, callers)),
    ...byTable(changed.filter(isNewTable)).map(([table, own]) => newTable(table, own, callers)),
    ...byTable(changed.filter(isGoneTable)).map(
      ([table]): ReviewItem => ({ level: 'note', title: `${table} is gone, and nobody reaches it` }),
    ),
  ].toSorted((one, other) => rankOf(one) - rankOf(other));
}

/** Openings come before closings, within a level. */
const rankOf = ({ title }: ReviewItem): number =>
  title.includes(' now may ') ? 0 : title.includes(' no longer may ') ? 1 : 2;

function changesOf(before: readonly JudgedCell[], after: readonly JudgedCell[]): ChangedCell[] {
  const was = new Map(before.map((cell) => [keyOf(cell), cell]));
  const is = new Set(after.map(keyOf));
  return [
    ...after.flatMap((cell): ChangedCell[] => {
      const old = was.get(keyOf(cell));
      if (!old) return [asNew(cell)];
      const words = { cell, before: outcomeWords(old), after: outcomeWords(cell) };
      return words.before === words.after ? [] : [{ ...words, change: changeOf(old, cell) }];
    }),
    ...before
      .filter((cell) => !is.has(keyOf(cell)))
      .map((cell): ChangedCell => ({ cell, change: 'gone', before: outcomeWords(cell), after: 'not there' })),
  ];
}

const asNew = (cell: JudgedCell): ChangedCell => ({
  cell,
  change: 'new',
  before: 'not there',
  after: outcomeWords(cell),
});

function changeOf(old: JudgedCell, cell: JudgedCell): CellChange {
  if (old.outcome !== 'allowed') return cell.outcome === 'allowed' ? 'opened' : 'other';
  if (cell.outcome !== 'allowed') return 'closed';
  const had = new Set(old.columns?.granted);
  return cell.columns?.granted.some((column) => !had.has(column)) ? 'widened' : 'narrowed';
}

const isOpening = ({ change, cell }: ChangedCell): boolean =>
  change === 'opened' || change === 'widened' || (change === 'new' && cell.outcome === 'allowed');

const isUndeclaredOpening = (one: ChangedCell): boolean => isOpening(one) && one.cell.verdict === 'deviates';

/** One hole is one item that lists every persona who gets through it. */
function grouped(changed: readonly ChangedCell[]): ChangedCell[][] {
  const groups = Map.groupBy(changed, ({ cell, change, before, after }) =>
    JSON.stringify([cell.table, cell.row, cell.command, change, before, after, cell.verdict]),
  );
  return [...groups.values()];
}

function itemOf(group: readonly ChangedCell[], callers: Callers): ReviewItem {
  const outside = group.filter(({ cell }) => callers.isOutsider(cell.persona));
  // The statement is that of an outsider, where there is one.
  const first = outside[0] ?? group[0];
  if (!first) throw new Error('A group of cells has none.');
  const { cell, change, before, after } = first;
  const names = group.map((one) => one.cell.persona);
  const persona = callers.persona(cell.persona);
  const undeclared = isUndeclaredOpening(first);
  return {
    level: levelOf(first, outside.length > 0),
    isOutside: isOpening(first) && outside.length > 0,
    title: `${names.join(', ')} ${VERBS[change]} ${cell.command} ${cell.table} (${cell.row})`,
    details: [
      `${change === 'gone' || change === 'new' ? '' : `before: ${before}; `}${change === 'gone' ? `before: ${before}` : `now: ${after}`}`,
      ...(cell.detail && change !== 'gone' ? [`the server says: ${cell.detail}`] : []),
      ...(undeclared ? ['the spec of this change does not declare it'] : []),
    ],
    ...(persona && change !== 'gone' ? { evidence: transcript(persona, cell) } : {}),
    ...(undeclared ? { refusal: 'undeclared opening' } : {}),
  };
}

const VERBS: Readonly<Record<CellChange, string>> = {
  opened: 'now may',
  widened: 'now may name more columns to',
  closed: 'no longer may',
  narrowed: 'may name fewer columns to',
  other: 'still may not',
  new: 'were asked for the first time to',
  gone: 'were not asked any more to',
};

function levelOf(one: ChangedCell, outside: boolean): Level {
  if (isUndeclaredOpening(one)) return 'stop';
  if (one.change === 'new') return isOpening(one) && outside ? 'look' : 'note';
  if (one.change === 'other') return 'note';
  return 'look';
}

function newTable(table: string, own: readonly ChangedCell[], callers: Callers): ReviewItem {
  const cells = own.map(({ cell }) => cell);
  const lines = [...new Set(cells.map(({ persona }) => persona))].map((persona) => {
    const rows = [
      ...Map.groupBy(
        cells.filter((cell) => cell.persona === persona),
        ({ row }) => row,
      ),
    ].map(([row, ofRow]) => {
      const may = COMMANDS.filter((command) =>
        ofRow.some((cell) => cell.command === command && cell.outcome === 'allowed'),
      );
      return `${may.join(', ') || 'nothing'} with ${rowWords(row)}`;
    });
    return { persona, text: rows.join('; ') };
  });
  const alike = [...Map.groupBy(lines, ({ text }) => text)];
  const open = cells.some(({ persona, outcome }) => outcome === 'allowed' && callers.isOutsider(persona));
  return {
    level: open ? 'look' : 'note',
    title: `${table} is new${open ? ', and outsiders reach it' : ''}`,
    details: alike.map(([text, who]) => `${who.map(({ persona }) => persona).join(', ')}: ${text}`),
  };
}

const byTable = (changed: readonly ChangedCell[]): [string, ChangedCell[]][] => [
  ...Map.groupBy(changed, ({ cell }) => cell.table),
];

const keyOf = ({ table, row, persona, command }: JudgedCell): string => JSON.stringify([table, row, persona, command]);
