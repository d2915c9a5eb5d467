import { type CommittedMigration, inclusionsOf } from '../migrations/committed.ts';
import { flattened, type IncludedSection } from '../migrations/included.ts';
import { type RowsWritten, rowsWrittenBy } from '../sql/writes.ts';
import { OnlineError } from './error.ts';
import type { OnlinePlan } from './settings.ts';

/** The sections of the committed migrations that the plan declares, in the order in which they run. */
export interface MoveSections {
  readonly tools: readonly IncludedSection[];
  readonly carry: readonly IncludedSection[];
  readonly move: { readonly migration: CommittedMigration; readonly section: IncludedSection };
}

/**
 * Finds what the plan declares in the committed migrations. All that they do to the rows of the tables that are moved is
 * then in these sections, as far as it can be seen: what functions do that they call, and texts that they execute, can't.
 * @throws OnlineError when a migration can't run in a transaction, a declared section is missing or is there twice, or
 * something else writes rows of a table that the carrying sections fill
 */
export async function sectionsOf(
  migrations: readonly CommittedMigration[],
  plan: Pick<OnlinePlan, 'sections' | 'targets' | 'quarantine'>,
): Promise<MoveSections> {
  for (const { file, transaction } of migrations)
    if (!transaction)
      throw new OnlineError(
        `${file} can't run in a transaction, so it can't be prepared. Migrate in a maintenance window.`,
      );
  const { tools, carry, move } = plan.sections;
  const moving = only(move, 'sections.move', migrations);
  for (const name of carry) only(name, 'sections.carry', migrations);
  for (const name of tools)
    if (inclusionsOf(name, migrations).length === 0) throw new OnlineError(missing(name, 'sections.tools'));
  await Promise.all(migrations.map((migration) => refuseOtherWrites(migration, plan)));
  const inOrder = (names: readonly string[]): IncludedSection[] =>
    migrations.flatMap(({ included }) => [...outermost(included, names)]);
  return { tools: inOrder(tools), carry: inOrder(carry), move: moving };
}

/** A migration that creates everything and carries no row. */
export function withoutCarrying({ sql, included }: CommittedMigration, { carry }: MoveSections): string {
  return without(
    sql,
    [...flattened(included)].filter((section) => carry.includes(section)),
  );
}

/** The sections with these names, and none that is inside of another of them. */
function* outermost(sections: readonly IncludedSection[], names: readonly string[]): Iterable<IncludedSection> {
  for (const section of sections)
    if (names.includes(section.name)) yield section;
    else yield* outermost(section.sections, names);
}

function only(name: string, setting: string, migrations: readonly CommittedMigration[]) {
  const [found, ...more] = inclusionsOf(name, migrations);
  if (!found) throw new OnlineError(missing(name, setting));
  if (more.length > 0)
    throw new OnlineError(
      `${name} (online.${setting}) is included ${more.length + 1} times, by ${[found, ...more].map(({ migration }) => migration.file).join(' and ')}. It must be included exactly once.`,
    );
  return found;
}

const missing = (name: string, setting: string): string =>
  `No committed migration includes ${name}, which online.${setting} names. Correct the name, or include the file: --!include ${name}`;

async function refuseOtherWrites(
  migration: CommittedMigration,
  { sections: { tools, carry, move }, targets, quarantine }: Parameters<typeof sectionsOf>[1],
): Promise<void> {
  const declared = new Set([...tools, ...carry, move]);
  const known = [...flattened(migration.included)].filter(({ name }) => declared.has(name));
  const moved = [...targets.map(({ table }) => table), quarantine];
  // Without a schema, it may be any of that name.
  const isMoved = ({ schema, table }: RowsWritten): boolean =>
    moved.some((name) => (schema === undefined ? name.endsWith(`.${table}`) : name === `${schema}.${table}`));
  const written = (await rowsWrittenBy(without(migration.sql, known))).find(isMoved);
  if (!written) return;
  const inner = [...flattened(migration.included)].findLast(
    ({ start, end }) => start <= written.at && written.at < end,
  );
  const line = migration.sql.slice(0, written.at).split('\n').length;
  throw new OnlineError(
    `${inner ? `${inner.name}, included by ` : ''}${migration.file}, line ${line}, writes rows of ${written.table}, a table that is moved, and is not among online.sections.carry. ` +
      (inner ? `Declare ${inner.name} there.` : 'Put the statement into a file, include that, and declare it there.'),
  );
}

/** The text with blanks in the place of sections, so that all else is where it was. */
function without(sql: string, sections: readonly IncludedSection[]): string {
  return sections.reduce(
    (text, { start, end }) => text.slice(0, start) + sql.slice(start, end).replaceAll(/[^\n]/g, ' ') + text.slice(end),
    sql,
  );
}
