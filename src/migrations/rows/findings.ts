import type { Deviation } from '../../report/deviation.ts';
import type { TableChange } from './compare.ts';
import type { RowsDeclaration } from './declarations.ts';

/** A change that takes rows or values away, and the declaration that allows it. */
interface RowLoss {
  readonly kind: RowsDeclaration['kind'];
  readonly table: string;
  /** The columns; empty for rows. */
  readonly columns: readonly string[];
  readonly seen: string;
  readonly evidence: readonly string[];
  /** Whether something was there to lose: a table without rows may be declared, and need not be. */
  readonly loses: boolean;
}

const EXPECTED = 'every row and value that was there, unless the migration declares what it takes away';

/**
 * The losses that a migration does not declare, and the declarations of what it does not do.
 * @param name the migration
 * @param changes without the columns that a trigger moved
 */
export function rowDeviations(
  name: string,
  changes: readonly TableChange[],
  declarations: readonly RowsDeclaration[],
): Deviation[] {
  const losses = changes.flatMap(lossesOf);
  const undeclared = losses.flatMap((loss) => {
    const columns = loss.columns.filter((column) => !declarations.some((each) => covers(each, loss, column)));
    const open = loss.columns.length > 0 ? columns.length > 0 : !declarations.some((each) => covers(each, loss));
    return loss.loses && open ? [undeclaredLoss(loss, columns)] : [];
  });
  const idle = declarations.flatMap((declaration) => {
    const unneeded = unneededIn(declaration, losses);
    return unneeded === undefined
      ? []
      : [
          {
            check: 'migrations' as const,
            where: `${name} · ${declaration.written}`,
            expected: 'declarations of what the migration takes away, and no others',
            seen: unneeded,
            fix: 'Take out of the declaration what does not happen, or correct its table or columns.',
          },
        ];
  });
  return [...undeclared, ...idle];
}

function lossesOf(change: TableChange): RowLoss[] {
  const { table, now, rows, deleted, deletedKeys, keyed, changed, dropped } = change;
  if (now === undefined) {
    const seen = `${table}: dropped, with ${counted(rows, 'row')}`;
    return [{ kind: 'drops', table, columns: [], seen, evidence: deletedKeys, loses: rows > 0 }];
  }
  const unkeyed = keyed ? '' : ' or changed: it has no primary key that tells these apart';
  const losses: RowLoss[] = [];
  if (deleted > 0) {
    const seen = `${table}: ${counted(deleted, 'row')} deleted${unkeyed}`;
    losses.push({ kind: 'deletes rows of', table, columns: [], seen, evidence: deletedKeys, loses: true });
  }
  for (const { column, rows: times, examples } of changed) {
    const seen = `${column} in ${counted(times, 'row')}`;
    losses.push({ kind: 'overwrites', table, columns: [column], seen, evidence: examples, loses: true });
  }
  for (const { column, values } of dropped) {
    const seen = `${column} with ${counted(values, 'value')}`;
    losses.push({ kind: 'drops', table, columns: [column], seen, evidence: [], loses: values > 0 });
  }
  return merged(losses);
}

/** The columns of a table in one finding each for those overwritten and those dropped. */
function merged(losses: readonly RowLoss[]): RowLoss[] {
  const ofColumns = losses.filter(({ columns }) => columns.length > 0);
  return [
    ...losses.filter(({ columns }) => columns.length === 0),
    ...[...Map.groupBy(ofColumns, ({ kind }) => kind)].map(([kind, same]) => ({
      kind,
      table: same[0]?.table ?? '',
      columns: same.flatMap(({ columns }) => columns),
      seen: `${same[0]?.table}: ${kind === 'drops' ? 'dropped' : 'overwritten'}: ${same.map(({ seen }) => seen).join(', ')}`,
      evidence: same.flatMap(({ evidence }) => evidence),
      loses: same.some(({ loses }) => loses),
    })),
  ];
}

const covers = (declaration: RowsDeclaration, loss: RowLoss, column?: string): boolean =>
  declaration.kind === loss.kind &&
  declaration.table === loss.table &&
  (column === undefined ? declaration.columns.length === 0 : declaration.columns.includes(column));

function undeclaredLoss(loss: RowLoss, columns: readonly string[]): Deviation {
  const { kind, table, seen, evidence } = loss;
  const list = columns.length > 0 ? ` (${columns.join(', ')})` : '';
  return {
    check: 'migrations',
    where: table,
    expected: EXPECTED,
    seen,
    ...(evidence.length > 0 ? { evidence: evidence.slice(0, 6).join('\n') } : {}),
    fix: `Keep what was there; or, if it is meant, say so in the migration, in a line of its own: \`-- ${kind} ${table}${list}: <reason>\`.`,
  };
}

/** In words, what of a declaration does not happen; undefined when all of it does. */
function unneededIn({ kind, table, columns }: RowsDeclaration, losses: readonly RowLoss[]): string | undefined {
  const same = losses.filter((loss) => loss.kind === kind && loss.table === table);
  if (columns.length === 0) {
    if (same.some((loss) => loss.columns.length === 0)) return undefined;
    return kind === 'overwrites' ? 'it names no columns' : `nothing of ${table} is ${DONE[kind]}`;
  }
  const idle = columns.filter((column) => !same.some((loss) => loss.columns.includes(column)));
  return idle.length === 0
    ? undefined
    : `${idle.join(', ')} of ${table} ${idle.length === 1 ? 'is' : 'are'} not ${DONE[kind]}`;
}

const DONE: Readonly<Record<RowsDeclaration['kind'], string>> = {
  'deletes rows of': 'deleted',
  overwrites: 'overwritten',
  drops: 'dropped',
};

const counted = (number: number, what: string): string => `${number} ${number === 1 ? what : `${what}s`}`;

/** A column that only a trigger changed, and in how many rows. */
export interface MovedColumn {
  readonly column: string;
  readonly rows: number;
  readonly trigger: string;
}

/** The changes of the rows of each table, a line each. */
export function rowLines(
  changes: readonly TableChange[],
  moved: ReadonlyMap<string, readonly MovedColumn[]>,
): string[] {
  return changes.map((change) => {
    const { table, now, rows, added, deleted, changed, filled, dropped } = change;
    const own = [
      ...(now === undefined ? [`dropped with ${counted(rows, 'row')}`] : []),
      ...(now !== undefined && deleted > 0 ? [`${counted(deleted, 'row')} deleted`] : []),
      ...(added > 0 ? [`${counted(added, 'row')} added`] : []),
      ...changed.map((each) => `${each.column} overwritten in ${counted(each.rows, 'row')}`),
      ...filled.map((each) => `${each.column} filled in ${counted(each.rows, 'row')}`),
      ...dropped.map((each) => `column ${each.column} dropped with ${counted(each.values, 'value')}`),
    ];
    const facts = [
      ...own,
      ...(moved.get(table) ?? []).map(
        (each) =>
          `${own.length === 0 ? 'only ' : ''}${each.column} moved in ${counted(each.rows, 'row')}, by trigger ${each.trigger}`,
      ),
    ];
    return `${table}: ${facts.join(', ')}`;
  });
}
