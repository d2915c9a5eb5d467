import type pg from 'pg';
import type { FunctionCell, Persona } from '../access/model.ts';
import type { TriedRow } from '../access/seed.ts';
import type { AccessSettings } from '../access/settings.ts';
import type { Subject } from '../access/subject.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import { rolledBack } from '../database/connect.ts';
import { type Findings, mergeFindings, type NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import { allowanceOf } from './allowance.ts';
import { answerCalls, type Call, type CallAnswer } from './ask.ts';
import { type Behaviour, behavioursOf, type Judging } from './behaviour.ts';
import { callsOf } from './calls.ts';
import { readTables } from './changes.ts';
import { watchChanges } from './changes-scratch.ts';
import { definersElsewhere } from './elsewhere.ts';
import { judgeCalls } from './judge.ts';
import { ownershipOf } from './owners.ts';
import { withParents } from './parents.ts';
import { type Prepared, prepareCalls } from './prepare.ts';
import { calledByOthers, functionsThatRan } from './reached.ts';
import type { FunctionsPage } from './render.ts';
import type { FunctionsSettings } from './settings.ts';
import { type StatementCall, statementsOf } from './statements.ts';
import { unsetSettings } from './unset-settings.ts';
import { tellingTexts } from './words.ts';

/** The outcome of calling every function. */
export interface FunctionsProof {
  readonly findings: Findings;
  readonly page: FunctionsPage;
  readonly counts: {
    /** Calls of functions, each an argument list and a persona. */
    readonly functionCalls: number;
    /** Statements that reach functions through triggers, policies and views. */
    readonly reachingStatements: number;
  };
}

/**
 * Calls every function as every persona that has EXECUTE with arguments from the world, runs the statements that reach
 * others through triggers, policies and views, and holds what was changed against what is declared. Everything runs in
 * one transaction that is rolled back.
 * @param client connected as a user that may become each persona's role, and that row security does not hold back
 * @param cells who could execute what with one call
 */
export async function proveFunctions(
  client: pg.Client,
  subject: Subject,
  personas: readonly Persona[],
  settings: ProveSettings,
  cells: readonly FunctionCell[],
): Promise<FunctionsProof> {
  const whole = await withDefinersElsewhere(client, subject, settings.proven, personas);
  return rolledBack(client, async () => {
    const prepared = await prepareCalls(client, whole, personas, settings.world);
    return functionsProof(whole, personas, settings, [
      await callFunctions(client, whole, personas, settings, cells, prepared),
    ]);
  });
}

/** A subject with the functions of other schemas that run with their owner's rights and that personas can call. */
export async function withDefinersElsewhere(
  client: pg.Client,
  subject: Subject,
  proven: readonly string[],
  personas: readonly Persona[],
): Promise<Subject> {
  return { ...subject, functions: [...subject.functions, ...(await definersElsewhere(client, proven, personas))] };
}

/**
 * The proof of what all personas' calls did, in one or several databases that are alike.
 * @param subject with the functions of other schemas (withDefinersElsewhere)
 */
export function functionsProof(
  subject: Subject,
  personas: readonly Persona[],
  settings: ProveSettings,
  parts: readonly Called[],
): FunctionsProof {
  const { functions } = subject;
  const inOrder = (behaviours: readonly Behaviour[]): Behaviour[] =>
    personas.flatMap((persona) => behaviours.filter((one) => one.persona === persona));
  const calls = inOrder(parts.flatMap((part) => part.calls));
  const statements = inOrder(parts.flatMap((part) => part.statements));
  const ran = new Set(parts.flatMap((part) => [...part.ran]));
  const complete = parts.every(({ missing }) => missing === 0);
  const findings = judgeCalls({
    functions,
    proven: settings.proven,
    calls,
    statements,
    effects: settings.effects ?? {},
    spec: settings.functions,
    complete,
  });
  const counted = parts.every(({ counts }) => counts);
  const unreached = complete ? notReached(subject, calls, ran, counted) : [];
  const unset = unsetSettings(functions, personas);
  return {
    findings: mergeFindings([findings, { deviations: [], notEvaluated: [...unreached, ...unset] }]),
    page: { functions, personas, calls, statements, ran, user: parts[0]?.user ?? '' },
    counts: { functionCalls: sum(calls), reachingStatements: sum(statements) },
  };
}

export type ProveSettings = Pick<AccessSettings, 'proven' | 'access' | 'functions' | 'calls' | 'world'> &
  FunctionsSettings;

/** The outcome of the calls of some personas in one database. */
export interface Called extends Pick<Prepared, 'missing' | 'counts'> {
  readonly calls: readonly Behaviour[];
  readonly statements: readonly Behaviour[];
  readonly answers: readonly CallAnswer[];
  /** The functions that ran, called by whatever. */
  readonly ran: ReadonlySet<string>;
  /** The connection's own user. */
  readonly user: string;
}

/**
 * Makes the calls of some personas, all of them where nothing is said, in an open transaction, in which the world and the
 * scratch schema are, and which is left as it was.
 * @param subject with the functions of other schemas (withDefinersElsewhere)
 * @param cells who could execute what with one call
 */
export async function callFunctions(
  client: pg.Client,
  subject: Subject,
  personas: readonly Persona[],
  settings: ProveSettings,
  cells: readonly FunctionCell[],
  prepared: Prepared,
  isAsked: (persona: Persona) => boolean = () => true,
): Promise<Called> {
  const denied = new Set(
    cells.filter(({ outcome }) => outcome === 'no grant').map(({ signature, persona }) => `${signature}\n${persona}`),
  );
  const may = ({ name }: Persona, { signature }: DatabaseFunction): boolean => !denied.has(`${signature}\n${name}`);
  await client.query('savepoint watched');
  await watchChanges(client);
  const behaviour = await behaviourIn(client, subject, personas, settings, prepared, { may, isAsked });
  await client.query('rollback to savepoint watched; release savepoint watched');
  const { rows } = await client.query<{ user: string }>('select session_user as user');
  const { missing, counts } = prepared;
  const ran = await functionsThatRan(client, subject.functions);
  return { ...behaviour, ran, user: rows[0]?.user ?? '', missing, counts };
}

/** Which calls and statements are made; all of them where nothing is said. */
interface Narrowed {
  /** Whether a persona is to call a function: who lacks EXECUTE need not. */
  readonly may?: (persona: Persona, called: DatabaseFunction) => boolean;
  /** The rows that statements write. */
  readonly writable?: readonly TriedRow[];
  /** Who makes them. */
  readonly isAsked?: (persona: Persona) => boolean;
  /** After how many stopped calls of one thing the others of it are not run. */
  readonly mostStopped?: number;
}

/** Makes the calls and runs the statements, in the open transaction in which all that they take is prepared. */
export async function behaviourIn(
  client: pg.Client,
  subject: Pick<Subject, 'relations' | 'catalog'>,
  personas: readonly Persona[],
  settings: Pick<AccessSettings, 'access' | 'calls'>,
  { world, callables, probed, tried }: Prepared,
  { may, writable = [...probed, ...tried], isAsked = () => true, mostStopped }: Narrowed = {},
): Promise<Pick<Called, 'calls' | 'statements'> & { readonly answers: readonly CallAnswer[] }> {
  const asked = <C extends Call>(calls: readonly C[]): C[] =>
    calls.map((call) => ({ ...call, callers: call.callers.filter((place) => isAsked(personas[place] as Persona)) }));
  const calls = asked(
    callsOf(callables, world, personas, settings.calls ?? {}, { hasQuotes: true, ...(may ? { may } : {}) }),
  );
  const answers = await answerCalls(client, personas, calls, mostStopped);
  const writes = asked(statementsOf(subject.relations, writable, personas));
  const statements = await answerCalls(client, personas, writes, mostStopped);
  const tables = await readTables(client);
  const ownership = await withParents(client, [...answers, ...statements], tables, (besides) =>
    ownershipOf(subject.catalog, personas, world.rows, besides),
  );
  const judging: Judging = {
    tables,
    ownership,
    allowance: allowanceOf(settings.access, probed, world.rows, ownership, personas),
    texts: tellingTexts(world.rows),
    isMeant: ({ call }, change) => 'isMeant' in call && (call as StatementCall).isMeant(change),
  };
  return {
    calls: behavioursOf(answers, personas, judging),
    statements: behavioursOf(statements, personas, judging),
    answers: [...answers, ...statements],
  };
}

const sum = (behaviours: readonly Behaviour[]): number => behaviours.reduce((total, { calls }) => total + calls, 0);

/** The functions with their owner's rights that something calls, and that no probe led to. */
function notReached(
  { catalog, functions }: Subject,
  calls: readonly Behaviour[],
  ran: ReadonlySet<string>,
  counted: boolean,
): NotEvaluated[] {
  const called = new Set(calls.filter(({ denied }) => !denied).map(({ of }) => of));
  const unseen = functions.filter(
    ({ securityDefiner, signature }) => securityDefiner && !called.has(signature) && !ran.has(signature),
  );
  return calledByOthers(catalog, unseen).map(({ signature }) => ({
    check: 'functions',
    where: signature,
    ...(counted
      ? {
          why: `No persona can call it, and no trigger, policy, view or function that calls it ran. Add a row to ${declaredIn('world')} whose reading or writing leads to it.`,
        }
      : {
          why: 'No persona can call it, and whether something else did is not known: the connection’s user may not set track_functions. Connect as a superuser.',
          lacks: 'track_functions',
        }),
  }));
}
