import { askAgain, type BaseAnswer, differing } from './ask.ts';
import type { CallerWorlds, Common } from './caller-worlds.ts';
import type { WorldChange, WorldKind } from './changes.ts';
import type { Meant } from './meant.ts';
import { enough, smallest } from './narrow.ts';
import type { QuestionSource, WorldAnswer } from './questions.ts';

/** An answer that depends on what its caller may not see, and that nobody declared. */
export interface Dependence {
  readonly caller: number;
  readonly base: BaseAnswer;
  /** The answer in the other world. */
  readonly now: WorldAnswer;
  /** The least change that gives it. */
  readonly changes: readonly WorldChange[];
  /** How many other answers of the same function or relation differ for this caller. */
  readonly others: number;
}

/** The comparison of a caller's answers in one other world. */
export interface Comparison {
  readonly found: readonly Dependence[];
  /** The answers of the base world of which more is known now. */
  readonly known: readonly BaseAnswer[];
}

/** Asks a caller everything in another world, and finds on what each answer that differs depends. */
export async function compareIn(
  common: Common,
  source: QuestionSource,
  place: number,
  worlds: CallerWorlds,
  kind: WorldKind,
  own: readonly BaseAnswer[],
  meant: Meant,
): Promise<Comparison | undefined> {
  const { client } = common;
  const within = async (
    answers: readonly BaseAnswer[],
    changes: readonly WorldChange[],
  ): Promise<{ base: BaseAnswer; now: WorldAnswer }[]> =>
    (answers.length > 0 && (await worlds.within(changes, () => differing(client, source, answers)))) || [];

  const all = await worlds.within(worlds.plan(kind), () => differing(client, source, own.filter(isSteady)));
  if (!all) return undefined;
  if (all.length === 0) return { found: [], known: own };
  const again = await askAgain(client, source, all.map(({ base }) => base));
  const known = own.map((base) => again.find((one) => one.question === base.question) ?? base);
  const real = await within(again.filter(isSteady), worlds.plan(kind));
  const nameOf = ({ question }: BaseAnswer): string => source.questions[question]?.of ?? '';
  const caller = common.callers[place];

  // What is declared stays as it is; what differs all the same depends on something else.
  const found: Dependence[] = [];
  const groups = Map.groupBy(real, ({ base }) => JSON.stringify(caller ? meant.tablesFor(nameOf(base), caller) : []));
  for (const [key, group] of groups) {
    const declared = new Set(JSON.parse(key) as string[]);
    const bases = group.map(({ base }) => base);
    const rest =
      declared.size === 0 ? group : await within(bases, worlds.plan(kind, (table) => !declared.has(table)));
    const left = new Set(rest.map(({ base }) => base));
    const covered = bases.filter((base) => !left.has(base));
    await noteUse(covered, declared);
    for (const [, same] of Map.groupBy(rest, ({ base }) => nameOf(base))) found.push(...(await explain(same, declared)));
  }
  return { found, known };

  /** Finds which declared tables the covered answers depend on, as far as nobody knows that yet. */
  async function noteUse(covered: readonly BaseAnswer[], declared: ReadonlySet<string>): Promise<void> {
    if (!caller) return;
    const reps = [...Map.groupBy(covered, nameOf).values()].flatMap((same) => same.slice(0, MOST_LIKE));
    for (const table of declared) {
      const unknown = reps.filter((base) => !meant.isUsed(nameOf(base), caller, table));
      if (unknown.length === 0) continue;
      const others = (other: string): boolean => other === table || !declared.has(other);
      const alone = await within(unknown, worlds.plan(kind, others));
      for (const { base } of alone) meant.use(nameOf(base), caller, table);
      const still = unknown.filter((base) => !alone.some((one) => one.base === base));
      const without = await within(still, worlds.plan(kind, (other) => other !== table));
      for (const base of still) if (!without.some((one) => one.base === base)) meant.use(nameOf(base), caller, table);
    }
  }

  /** Finds the tables, rows and columns on which answers of one function or relation depend. */
  async function explain(
    same: readonly { base: BaseAnswer; now: WorldAnswer }[],
    declared: ReadonlySet<string>,
  ): Promise<Dependence[]> {
    const [first] = same;
    if (!first) return [];
    const plan = worlds.plan(kind, (table) => !declared.has(table));
    const tables = [...new Set(plan.map(({ table }) => table.table.id))];
    const asks = async (changes: readonly WorldChange[]): Promise<WorldAnswer | undefined> =>
      (await within([first.base], changes))[0]?.now;
    const holds = async (changes: readonly WorldChange[]): Promise<boolean> => (await asks(changes)) !== undefined;
    const sets = await enough(tables, (some) =>
      holds(worlds.plan(kind, (table) => some.includes(table))),
    );
    const explained: Dependence[] = [];
    for (const set of sets.length > 0 ? sets : [tables]) {
      const least = await leastOf(worlds.plan(kind, (table) => set.includes(table)), holds);
      const now = (await asks(least)) ?? first.now;
      explained.push({ caller: place, base: first.base, now, changes: least, others: same.length - 1 });
    }
    return explained;
  }
}

/** So many answers of one function are asked for what they depend on. */
const MOST_LIKE = 3;

const isSteady = ({ unsteady }: BaseAnswer): boolean => !unsteady;

/** The fewest rows, and of these the fewest columns, whose change still makes the difference. */
async function leastOf(
  changes: readonly WorldChange[],
  holds: (changes: readonly WorldChange[]) => Promise<boolean>,
): Promise<readonly WorldChange[]> {
  const single = changes.flatMap((change) => change.rows.map((row) => ({ ...change, rows: [row] })));
  const rows = await smallest(single, holds);
  if (rows.length === 0) return changes;
  const columns = rows.flatMap((change) => change.columns.map((sql) => ({ change, sql })));
  // A row is changed once, in all of its columns.
  const joined = (some: readonly (typeof columns)[number][]): WorldChange[] =>
    [...Map.groupBy(some, ({ change }) => change)].map(([change, own]) => ({
      ...change,
      columns: own.map(({ sql }) => sql),
    }));
  const least = columns.length > 0 ? await smallest(columns, (some) => holds(joined(some))) : [];
  return least.length > 0 ? joined(least) : rows;
}
