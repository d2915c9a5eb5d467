import config from '../../rolecall.config.ts';
import { personasOf } from '../../src/access/personas.ts';
import { readSubject } from '../../src/access/subject.ts';
import type { BehaviourStep, Step } from '../../src/access/timed.ts';
import { BEHAVIOUR_STEPS, STEPS } from '../../src/access/timed.ts';
import { withClient } from '../../src/database/connect.ts';
import type { ConnectionStrings } from '../../src/database/urls.ts';
import { proveBehaviour } from '../../src/proof/behaviour.ts';
import { buildLegacy, migrateShadow } from '../../src/proof/build.ts';
import { proveAccess, proveGraphql } from '../../src/proof/prove.ts';
import { copyShadow, withSecondShadow } from '../../src/proof/second-shadow.ts';
import { BenchError } from '../support/runs.ts';
import { median } from '../support/table.ts';
import { type Script, scriptOf } from './pgtap.ts';
import { withPgtap } from './run-pgtap.ts';
import { type ProofTimes, timesOfProof } from './steps.ts';

/** What the proof of access took on one server; seconds are the medians of the runs. */
export interface ServerResults {
  readonly server: string;
  readonly total: number;
  readonly steps: Readonly<Record<Step, number>>;
  /** A persona or another caller, a row or a variant of it, and a command each. */
  readonly cells: number;
  /** Those of them that are in the matrix. */
  readonly matrix: number;
  readonly deviations: number;
  readonly pgtap: PgtapResults;
  readonly behaviour: BehaviourResults;
}

/** What calling functions and asking in other worlds took, GraphQL with it. */
export interface BehaviourResults {
  readonly total: number;
  readonly steps: Readonly<Record<BehaviourStep, number>>;
  readonly calls: number;
  readonly answers: number;
}

export type PgtapResults = { readonly tests: number; readonly seconds: number } | { readonly unavailable: string };

/**
 * Builds the shadow database as the proof from nothing does, proves access in it once to warm up, and then `runs` times,
 * in turns with pgTAP where the server has it.
 */
export async function measureServer(
  urls: ConnectionStrings,
  runs: number,
  tell: (what: string) => void,
): Promise<ServerResults> {
  tell('the database, built from nothing');
  await buildLegacy(urls, config);
  await migrateShadow(urls);
  const server = await versionOf(urls.shadow);
  tell(`the proof of access, ${runs} times after one to warm up`);
  const first = await proveAccess(urls.shadow, config);
  const script = await scriptFor(urls.shadow, first.cells);
  const proofs: ProofTimes[] = [];
  const proveOnce = async (): Promise<void> => {
    proofs.push((await timesOfProof(() => proveAccess(urls.shadow, config))).times);
  };
  const taps: number[] = [];
  const seen = await withPgtap(urls.root, urls.shadow, script, async (runTap) => {
    await runTap();
    for (let run = 0; run < runs; run++) {
      await proveOnce();
      taps.push(await runTap());
    }
    return { tests: script.tests, seconds: median(taps) };
  });
  while (proofs.length < runs) await proveOnce();
  const behaviour = await withSecondShadow(
    urls,
    (second) => copyShadow(urls, second),
    async (second) => {
      if (second === undefined)
        throw new BenchError('The shadow database cannot be copied: the proof would take its time.');
      return measureBehaviour([urls.shadow, second], first.functionCells, runs, tell);
    },
  );
  const ofStep = (step: Step): number => median(proofs.map(({ steps }) => steps.get(step) ?? 0));
  return {
    server,
    total: median(proofs.map(({ total }) => total)),
    steps: Object.fromEntries(STEPS.map((step) => [step, ofStep(step)])) as Record<Step, number>,
    cells: first.counts.cells + first.counts.answers,
    matrix: first.counts.cells,
    deviations: first.findings.deviations.length,
    pgtap: seen,
    behaviour,
  };
}

/**
 * On the shadow database and a copy of it at the same time, as `check` and `commit` do. GraphQL schemas are built anew for
 * each run, so that each makes its plans.
 */
async function measureBehaviour(
  urls: readonly [string, string],
  called: Parameters<typeof proveBehaviour>[2],
  runs: number,
  tell: (what: string) => void,
): Promise<BehaviourResults> {
  tell(`functions and other worlds, ${runs} times after once to warm up`);
  const once = async () => {
    const { schemas } = await proveGraphql(urls[0], config);
    const places = urls.map((url) => ({ url }));
    return timesOfProof(() => proveBehaviour(places, config, called, schemas));
  };
  const { proof } = await once();
  const all: ProofTimes[] = [];
  while (all.length < runs) all.push((await once()).times);
  const ofStep = (step: BehaviourStep): number => median(all.map(({ steps }) => steps.get(step) ?? 0));
  return {
    total: median(all.map(({ total }) => total)),
    steps: Object.fromEntries(BEHAVIOUR_STEPS.map((step) => [step, ofStep(step)])) as Record<BehaviourStep, number>,
    calls: proof.counts.functionCalls + proof.counts.reachingStatements,
    answers: proof.counts.worldAnswers,
  };
}

async function versionOf(url: string): Promise<string> {
  const { rows } = await withClient(url, (client) => client.query<{ server_version: string }>('show server_version'));
  return rows[0]?.server_version.split(' ')[0] ?? '';
}

async function scriptFor(url: string, cells: Parameters<typeof scriptOf>[0]['cells']): Promise<Script> {
  const { proven, world } = config;
  const { all: relations } = await withClient(url, (client) => readSubject(client, proven, world));
  return scriptOf({ personas: personasOf(config), world, relations, cells });
}
