import { askAgain, type BaseAnswer, type Differing, differing } from './ask.ts';
import type { CallerWorlds, Common } from './caller-worlds.ts';
import type { WorldChange, WorldKind } from './changes.ts';
import { textOf } from './compare.ts';
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

/**
 * Asks a caller everything in another world, and finds on what each answer that differs depends.
 * @param isLast whether it is the caller's last world: what was declared and not seen until then is looked for harder
 */
export async function compareIn(
  common: Common,
  source: QuestionSource,
  place: number,
  worlds: CallerWorlds,
  kinds: readonly WorldKind[],
  own: readonly BaseAnswer[],
  meant: Meant,
  isLast: boolean,
): Promise<Comparison | undefined> {
  const { client } = common;
  const within = async (answers: readonly BaseAnswer[], changes: readonly WorldChange[]): Promise<Differing[]> =>
    (await differingIn(common, source, worlds, answers, changes)) ?? [];

  const all = await differingIn(common, source, worlds, own.filter(isSteady), worlds.plan(kinds));
  if (!all) return undefined;
  if (all.length === 0) return { found: [], known: own };
  const again = new Map<number, BaseAnswer>();
  const real = await confirm(all, AGAIN);
  const nameOf = ({ question }: BaseAnswer): string => source.questions[question]?.of ?? '';
  const caller = common.callers[place];

  // What is declared stays as it is; what differs all the same depends on something else.
  const found: Dependence[] = [];
  const covered: { readonly base: BaseAnswer; readonly declared: ReadonlySet<string> }[] = [];
  const groups = Map.groupBy(real, ({ base }) => JSON.stringify(caller ? meant.tablesFor(nameOf(base), caller) : []));
  for (const [key, group] of groups) {
    const declared = new Set(JSON.parse(key) as string[]);
    const bases = group.map(({ base }) => base);
    const rest =
      declared.size === 0
        ? group
        : await within(
            bases,
            worlds.plan(kinds, (table) => !declared.has(table)),
          );
    const left = new Set(rest.map(({ base }) => base));
    for (const base of bases.filter((one) => !left.has(one))) {
      covered.push({ base, declared });
      if (caller) meant.note(nameOf(base), caller);
    }
    const sure = await confirm(rest, AGAIN_FOR_SURE);
    for (const [, same] of Map.groupBy(sure, ({ base }) => nameOf(base)))
      found.push(...(await explain(same, declared)));
  }
  await noteUse();
  return { found, known: own.map((base) => again.get(base.question) ?? base) };

  /** Those that still differ when all is left out that differs from run to run in the base world. */
  async function confirm(differ: readonly Differing[], times: number): Promise<Differing[]> {
    const bases = await askAgain(
      client,
      source,
      differ.map(({ base }) => again.get(base.question) ?? base),
      times,
    );
    for (const base of bases) again.set(base.question, base);
    return differ.flatMap(({ now }, at): Differing[] => {
      const base = bases[at];
      return base && !base.unsteady && textOf(now, base.volatile) !== base.text ? [{ base, now }] : [];
    });
  }

  /** Finds which declared tables the covered answers depend on, as far as nobody knows that yet. */
  async function noteUse(): Promise<void> {
    if (!caller) return;
    const reps = [...Map.groupBy(covered, ({ base }) => nameOf(base)).values()].flatMap((same) =>
      same.slice(0, MOST_LIKE),
    );
    const unknown = (table: string): typeof reps =>
      reps.filter(({ base, declared }) => declared.has(table) && !meant.isUsed(nameOf(base), caller, table));
    const use = (table: string, bases: readonly BaseAnswer[]): void => {
      for (const base of bases) meant.use(nameOf(base), caller, table);
    };
    for (const table of new Set(covered.flatMap(({ declared }) => [...declared]))) {
      const bases = unknown(table).map(({ base }) => base);
      const alone = await within(
        bases,
        worlds.plan(kinds, (other) => other === table),
      );
      use(
        table,
        alone.map(({ base }) => base),
      );
      if (!isLast) continue;
      // It may matter only together with others.
      for (const [declared, own] of Map.groupBy(unknown(table), (one) => one.declared)) {
        const left = own.map(({ base }) => base);
        const joint = await within(
          left,
          worlds.plan(kinds, (other) => other === table || !declared.has(other)),
        );
        use(
          table,
          joint.map(({ base }) => base),
        );
        const without = await within(
          left,
          worlds.plan(kinds, (other) => other !== table),
        );
        use(
          table,
          left.filter((base) => !without.some((one) => one.base === base)),
        );
      }
    }
  }

  /** Finds the tables, rows and columns on which answers of one function or relation depend. */
  async function explain(same: readonly Differing[], declared: ReadonlySet<string>): Promise<Dependence[]> {
    const [first] = same;
    if (!first) return [];
    const plan = worlds.plan(kinds, (table) => !declared.has(table));
    const tables = [...new Set(plan.map(({ table }) => table.table.id))];
    const asks = async (changes: readonly WorldChange[]): Promise<WorldAnswer | undefined> =>
      (await within([first.base], changes))[0]?.now;
    const holds = async (changes: readonly WorldChange[]): Promise<boolean> => (await asks(changes)) !== undefined;
    const sets = await enough(tables, (some) => holds(worlds.plan(kinds, (table) => some.includes(table))));
    const explained: Dependence[] = [];
    for (const set of sets.length > 0 ? sets : [tables]) {
      const least = await leastOf(
        worlds.plan(kinds, (table) => set.includes(table)),
        holds,
      );
      const now = (await asks(least)) ?? first.now;
      explained.push({ caller: place, base: first.base, now, changes: least, others: same.length - 1 });
    }
    return explained;
  }
}

/**
 * Those of the answers that are others once the changes are made; undefined when nothing could be changed. What read none
 * of the changed tables in the base world reads none of them now, and need not be asked.
 */
async function differingIn(
  { client, refresh }: Common,
  source: QuestionSource,
  worlds: CallerWorlds,
  answers: readonly BaseAnswer[],
  changes: readonly WorldChange[],
): Promise<Differing[] | undefined> {
  const changed = new Set(changes.map(({ table }) => table.table.id));
  const mayDiffer = ({ touched }: BaseAnswer): boolean =>
    touched === undefined || refresh.length > 0 || touched.some((table) => changed.has(table));
  const asked = answers.filter(mayDiffer);
  const alike = answers.filter((base) => !mayDiffer(base));
  if (asked.length === 0) return changes.length > 0 ? [] : undefined;
  return worlds.within(changes, () => differing(client, source, asked, alike));
}

/** How often an answer is asked for again before a difference counts, and before one does that nobody declared: a random value may be the same again and again. */
const AGAIN = 2;
const AGAIN_FOR_SURE = 16;

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
