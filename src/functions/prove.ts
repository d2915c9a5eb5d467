import type pg from 'pg';
import type { FunctionCell, Persona } from '../access/model.ts';
import type { ProbedRow } from '../access/seed.ts';
import type { AccessSettings } from '../access/settings.ts';
import type { Subject } from '../access/subject.ts';
import { rolledBack } from '../database/connect.ts';
import { type Findings, mergeFindings, type NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import { allowanceOf } from './allowance.ts';
import { answerCalls } from './ask.ts';
import { type Behaviour, behavioursOf, type Judging } from './behaviour.ts';
import { callsOf } from './calls.ts';
import { readTables } from './changes.ts';
import { judgeCalls } from './judge.ts';
import { ownershipOf } from './owners.ts';
import { withParents } from './parents.ts';
import { type Prepared, prepareCalls } from './prepare.ts';
import { calledByOthers, functionsThatRan } from './reached.ts';
import type { FunctionsPage } from './render.ts';
import type { FunctionsSettings } from './settings.ts';
import { type StatementCall, statementsOf } from './statements.ts';
import { tellingTexts } from './words.ts';

/** What calling every function showed. */
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
  settings: Pick<AccessSettings, 'access' | 'functions' | 'calls' | 'world'> & FunctionsSettings,
  cells: readonly FunctionCell[],
): Promise<FunctionsProof> {
  return rolledBack(client, async () => {
    const prepared = await prepareCalls(client, subject, personas, settings.world);
    const { missing, counts: counted } = prepared;
    const denied = new Set(
      cells.filter(({ outcome }) => outcome === 'no grant').map(({ signature, persona }) => `${signature}\n${persona}`),
    );
    const { seen, written } = await behaviourIn(client, subject, personas, settings, prepared, denied);
    const ran = await functionsThatRan(client, subject.functions);
    const { rows } = await client.query<{ user: string }>('select session_user as user');
    const findings = judgeCalls({
      functions: subject.functions,
      calls: seen,
      statements: written,
      effects: settings.effects ?? {},
      spec: settings.functions,
      complete: missing === 0,
    });
    return {
      findings: mergeFindings([
        findings,
        { deviations: [], notEvaluated: missing === 0 ? notReached(subject, seen, ran, counted) : [] },
      ]),
      page: {
        functions: subject.functions,
        personas,
        calls: seen,
        statements: written,
        ran,
        user: rows[0]?.user ?? '',
      },
      counts: { functionCalls: sum(seen), reachingStatements: sum(written) },
    };
  });
}

/**
 * Makes the calls and runs the statements, in the open transaction in which everything is prepared for that.
 * @param denied the functions that personas may not execute, as `signature\npersona`: they need not try
 * @param writable the rows that statements write
 */
export async function behaviourIn(
  client: pg.Client,
  subject: Pick<Subject, 'relations' | 'catalog'>,
  personas: readonly Persona[],
  settings: Pick<AccessSettings, 'access' | 'calls'>,
  { world, callables, probed }: Prepared,
  denied: ReadonlySet<string>,
  writable: readonly ProbedRow[] = probed,
): Promise<{ readonly seen: readonly Behaviour[]; readonly written: readonly Behaviour[] }> {
  const calls = callsOf(
    callables,
    world,
    personas,
    settings.calls ?? {},
    ({ name }, { signature }) => !denied.has(`${signature}\n${name}`),
  );
  const statements = statementsOf(subject.relations, writable, personas);
  const answers = await answerCalls(client, personas, calls);
  const statementAnswers = await answerCalls(client, personas, statements);
  const tables = await readTables(client);
  const ownership = await withParents(client, [...answers, ...statementAnswers], tables, (besides) =>
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
    seen: behavioursOf(answers, personas, judging),
    written: behavioursOf(statementAnswers, personas, judging),
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
    why: counted
      ? `No persona can call it, and no trigger, policy, view or function that calls it ran. Add a row to ${declaredIn('world')} whose reading or writing leads to it.`
      : 'No persona can call it, and whether something else did is not known: the connection’s user may not set track_functions. Connect as a superuser.',
  }));
}
