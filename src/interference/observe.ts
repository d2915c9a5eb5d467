import type pg from 'pg';
import { forEach } from '../access/attempt.ts';
import { personasOf } from '../access/personas.ts';
import { bypassing } from '../access/reach/roles.ts';
import { readRights } from '../access/rights.ts';
import { makeUp, type ProbedRow } from '../access/seed.ts';
import { type Caller, callersOf } from '../access/sets/callers.ts';
import type { Subject } from '../access/subject.ts';
import { rolledBack } from '../database/connect.ts';
import { type Prepared, prepareCalls } from '../functions/prepare.ts';
import { askBase, type BaseAnswer } from './ask.ts';
import { callQuestions, functionCalls, type KnownAnswer, relationCalls } from './call-questions.ts';
import { type CallerWorlds, type Common, type IsRead, worldsOf } from './caller-worlds.ts';
import { BUILD, WORLDS } from './changes.ts';
import { compareIn, type Dependence } from './dependences.ts';
import { type Explained, explained } from './describe.ts';
import { type Hidden, hiddenFrom } from './hidden.ts';
import { materials, refreshViews } from './materials.ts';
import { type Meant, meantBy } from './meant.ts';
import { namesOf } from './names.ts';
import { emptyTables, prepareWorlds, type WorldsCatalog } from './prepare.ts';
import { joined, type QuestionSource, type WorldAnswer, type WorldQuestion } from './questions.ts';
import type { InterferenceSettings } from './settings.ts';
import { stopCounting, touchedBy } from './touches.ts';
import { VARY } from './vary.ts';
import type { Privileges } from './visible.ts';
import { writeCalls } from './write-questions.ts';

/** Makes questions of another kind, once the world is there: of a GraphQL schema, say. */
export type MoreQuestions = (
  client: pg.Client,
  callers: readonly Caller[],
  rows: readonly ProbedRow[],
) => Promise<QuestionSource>;

/** The answers of every caller in the base world and in others that differ in what the caller may not see. */
export interface Interference {
  readonly callers: readonly Caller[];
  readonly questions: readonly WorldQuestion[];
  readonly found: readonly Explained[];
  readonly meant: Meant;
  /** The answers of the base world that differ from run to run in more than leaves: nothing can be compared. */
  readonly unsteady: readonly BaseAnswer[];
  /** Tables of which a caller's select fails, as `<caller> · <table>`. */
  readonly unknown: readonly string[];
  /** The tables with hidden rows that some answer depends on; whether a value could be changed, or a row added or taken away. */
  readonly touched: ReadonlyMap<string, boolean>;
  /** How many answers there are in the base world, and in how many other worlds they were compared. */
  readonly answers: number;
  readonly worlds: number;
  readonly compared: number;
  /** How many rows of the world are missing: what a declaration is for may be among them. */
  readonly missing: number;
  /** Why nothing was compared at all. */
  readonly refused?: string;
}

/**
 * Asks every caller everything in worlds that differ only in what that caller may not see, in one transaction that is
 * rolled back. Triggers and foreign keys must not see the worlds being made, which takes the right to set
 * session_replication_role.
 * @param client connected as a user that may become each persona's role, and that row security does not hold back
 */
export async function observeWorlds(
  client: pg.Client,
  subject: Subject,
  config: InterferenceSettings,
  more: readonly MoreQuestions[] = [],
): Promise<Interference> {
  return rolledBack(client, async () => {
    const prepared = await prepareCalls(client, subject, personasOf(config), config.world);
    return observePrepared(client, subject, config, prepared, { more });
  });
}

/** The questions to ask, and answers that are known already; everything is asked where nothing is said. */
export interface Observing {
  readonly more?: readonly MoreQuestions[];
  /** Whether what is asked about is wanted: a relation by its id, a function by its signature. */
  readonly isWanted?: (of: string) => boolean;
  /** The catalogs as they were read earlier in the transaction. */
  readonly worlds?: WorldsCatalog;
  /** Answers that were given since then. */
  readonly known?: readonly KnownAnswer[];
  /** Who asks, by their places in the list of callers: personas come first, in their order. */
  readonly isAsked?: (place: number) => boolean;
  /** The declared dependencies, where several share them. */
  readonly meant?: Meant;
}

/** The dependencies that are declared. */
export const declaredBy = ({ dependencies = [] }: InterferenceSettings, { functions }: Subject): Meant =>
  meantBy(dependencies, namesOf(functions));

/** The same in an open transaction, in which the world and the scratch schema are. */
export async function observePrepared(
  client: pg.Client,
  subject: Subject,
  config: InterferenceSettings,
  { world, callables, probed, missing }: Prepared,
  {
    more = [],
    isWanted = () => true,
    worlds,
    known = [],
    isAsked = () => true,
    meant = declaredBy(config, subject),
  }: Observing = {},
): Promise<Interference> {
  const callers = callersOf(personasOf(config), bypassing(subject.catalog.roles)).filter(hasQuestions);
  const refused = await refusal(client);
  if (refused) return { ...NOTHING, callers, meant, refused };
  await client.query(`${BUILD}\n${VARY}`);

  const { catalog, tables, counted } = worlds ?? (await prepareWorlds(client, subject));
  const empty = await emptyTables(client, subject, config);
  const filled = await touchedBy(client, counted, () => makeUp(client, empty));
  const rights = await readRights(client, [...new Set(callers.map(({ role }) => role))], catalog.relations);
  const privileges: Privileges = (role, relation) => rights(role).privileges(relation);
  const refresh = await refreshViews(client, catalog, callers, privileges);

  const sources = [
    callQuestions(
      callers,
      [
        ...relationCalls(
          catalog.relations.filter(({ id }) => isWanted(id)),
          callers,
          privileges,
        ),
        ...(await functionCalls(
          client,
          callables.filter(({ function: { signature } }) => isWanted(signature)),
          world,
          callers,
          config.calls ?? {},
        )),
        ...writeCalls(
          tables.filter(({ id }) => isWanted(id)),
          probed,
          world.rows,
          callers,
          privileges,
        ),
      ],
      known,
    ),
  ];
  for (const make of more) sources.push(await make(client, callers, probed));
  const source = joined(sources);
  // What was answered before then is as it was, unless it read a table of which a row was made since.
  const isSame = ({ touched }: WorldAnswer): boolean =>
    refresh.length === 0 &&
    (empty.length === 0 || (filled !== undefined && touched?.every((place) => !filled.has(place)) === true));
  const base = await askBase(client, source, counted, isSame, isAsked);
  await stopCounting(client);
  const isRead = readBy(base);
  const common = await materials(client, { tables, callers, privileges, config, probed, refresh, isRead });
  return compareAll(common, source, meant, base, missing);
}

/** Personas, and for each role somebody who is none of them. */
const hasQuestions = ({ kind, name }: Caller): boolean => kind === 'persona' || name.endsWith('with an id of nobody');

const NOTHING = {
  questions: [],
  found: [],
  unsteady: [],
  unknown: [],
  touched: new Map<string, boolean>(),
  answers: 0,
  missing: 0,
  worlds: 0,
  compared: 0,
};

/** Why other worlds can't be made; undefined when they can. */
async function refusal(client: pg.Client): Promise<string | undefined> {
  await client.query('savepoint replica');
  try {
    await client.query('set local session_replication_role = replica');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.query('rollback to savepoint replica; release savepoint replica');
  }
}

async function compareAll(
  common: Common,
  source: QuestionSource,
  meant: Meant,
  first: readonly BaseAnswer[],
  missing: number,
): Promise<Interference> {
  const { client, callers } = common;
  let base = first;
  const found: Explained[] = [];
  const unknown: string[] = [];
  const touched = new Map<string, boolean>();
  let worlds = 0;
  let compared = 0;
  for (const [place, caller] of callers.entries()) {
    if (!base.some((one) => one.caller === place)) continue;
    const hidden = hiddenFrom(caller, place, common.tables, common.sight, common.ownership, common.privileges);
    if (caller.kind === 'persona') unknown.push(...hidden.unknown.map((table) => `${caller.name} · ${table}`));
    // Of each caller what its own answers depend on: the same, whoever else is asked.
    const isRead = readBy(base.filter((one) => one.caller === place));
    const own = await worldsOf(common, place, hidden, isRead);
    noteTouched(touched, hidden, own, isRead);
    for (const kinds of WORLDS) {
      const answers = base.filter((one) => one.caller === place);
      const comparison = await compareIn(common, source, place, own, kinds, answers, meant, kinds === WORLDS.at(-1));
      if (!comparison) continue;
      worlds += 1;
      compared += answers.filter(({ unsteady }) => !unsteady).length;
      const known = new Map(comparison.known.map((one) => [one.question, one]));
      base = base.map((one) => (one.caller === place ? (known.get(one.question) ?? one) : one));
      found.push(
        ...(await forEach(client, comparison.found, (one: Dependence) => explained(client, common.classes, one))),
      );
    }
  }
  return {
    callers,
    questions: source.questions,
    found,
    meant,
    unknown,
    worlds,
    compared,
    answers: base.length,
    missing,
    unsteady: base.filter(({ unsteady }) => unsteady),
    touched,
  };
}

/** The tables that some answer depends on: what nobody reads need not be changed. All of them where nothing was counted. */
function readBy(base: readonly BaseAnswer[]): IsRead {
  if (base.some(({ touched }) => touched === undefined)) return () => true;
  const read = new Set(base.flatMap(({ touched = [] }) => touched));
  return (table) => read.has(table);
}

/** Notes of each table with hidden rows that the caller's answers depend on whether some world differs in it. */
function noteTouched(touched: Map<string, boolean>, hidden: Hidden, worlds: CallerWorlds, isRead: IsRead): void {
  const changed = new Set(WORLDS.flatMap((kinds) => worlds.plan(kinds).map(({ table }) => table.table.id)));
  for (const { table, rows } of hidden.tables)
    if (rows.length > 0 && isRead(table.table.id))
      touched.set(table.table.id, touched.get(table.table.id) === true || changed.has(table.table.id));
}
