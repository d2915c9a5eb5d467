import { availableParallelism, loadavg } from 'node:os';
import { benchmark, tell, whenStopped, wholeNumber } from './support/command.ts';
import { measureCommits } from './support/commit.ts';
import { copyProject, ROOT, removeProjects } from './support/project.ts';
import { BenchError, interruptAll, run } from './support/runs.ts';
import { measureStarts, type Start } from './support/start.ts';
import { type Measured, median, type Row, stepsOf, summarise, tableOf } from './support/table.ts';
import { measureSaves, type Save } from './support/watch.ts';

/** What the project promises, in seconds, on two cores and on the embedded engine. */
const LIMITS = { cold: 12, warm: 6, verdict: 1, commit: 5, suite: 120 };

interface Results {
  readonly machine: { readonly cores: number; readonly node: string; readonly load: number };
  readonly rows: readonly Row[];
  readonly saves: readonly Save[];
  /** Step of `rolecall start` → median seconds. */
  readonly steps: { readonly cold: ReadonlyMap<string, number>; readonly warm: ReadonlyMap<string, number> };
}

const flags = benchmark(
  'bench/loop.ts',
  'Measures how long a developer waits: rolecall start, the verdict of rolecall watch, rolecall commit, and the test suite.',
)
  .option('--runs <count>', 'starts on a cold and on a warm engine folder, and commits', wholeNumber, 3)
  .option('--suite', 'the test suite too, once: it takes minutes')
  .parse()
  .opts();

let interrupted = false;
whenStopped(async () => {
  interrupted = true;
  await cleanUp();
});

try {
  const results = await measure();
  process.stdout.write(flags.format === 'json' ? jsonOf(results) : textOf(results));
} catch (error) {
  // What was interrupted could not run either, and that is no news.
  if (!interrupted)
    process.stderr.write(`bench: ${error instanceof BenchError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 2;
} finally {
  await cleanUp();
}

async function measure(): Promise<Results> {
  const load = loadavg()[0] ?? 0;
  const project = await copyProject();
  tell(`rolecall start, ${flags.runs} times cold and warm`);
  const { cold, warm } = await measureStarts(project, flags.runs);
  tell('rolecall watch, five saves');
  const saves = await measureSaves(project);
  tell(`rolecall commit, once without a copy of the committed migrations and ${flags.runs} times with it`);
  const [first = Number.NaN, ...commits] = await measureCommits(project, flags.runs);
  const measured: Measured[] = [
    { what: '`rolecall start`, cold', seconds: cold.map(({ seconds }) => seconds), limit: LIMITS.cold },
    { what: '`rolecall start`, warm', seconds: warm.map(({ seconds }) => seconds), limit: LIMITS.warm },
    { what: 'verdict after "Finished"', seconds: saves.map(({ verdict }) => verdict) },
    { what: '"Finished" after the save', seconds: saves.map(({ migrated }) => migrated) },
    {
      what: 'verdict after the save',
      seconds: saves.map(({ migrated, verdict }) => migrated + verdict),
      limit: LIMITS.verdict,
    },
    { what: '`rolecall commit`, the first', seconds: [first] },
    { what: '`rolecall commit`', seconds: commits, limit: LIMITS.commit },
    ...(flags.suite ? [await measureSuite()] : []),
  ];
  return {
    machine: { cores: availableParallelism(), node: process.versions.node, load },
    rows: measured.map(summarise),
    saves,
    steps: { cold: medianSteps(cold), warm: medianSteps(warm) },
  };
}

/** In the project itself, not in the copy: the suite makes its own copies, and an engine of its own. */
async function measureSuite(): Promise<Measured> {
  tell('the test suite');
  const { code, output, seconds } = await run(ROOT, 'npm', ['test', '--silent']);
  const ran = /^Tests: .*\d+ total/m.test(output);
  if (!ran) throw new BenchError(`npm test ended with exit code ${code}:\n${output}`);
  // A suite that fails may have ended early: its time is told with what failed.
  if (code !== 0) tell(output.match(/^(FAIL|Tests:) .*/gm)?.join('\n') ?? '');
  return { what: `\`npm test\`${code === 0 ? '' : ' (some fail)'}`, seconds: [seconds], limit: LIMITS.suite };
}

function medianSteps(starts: readonly Start[]): Map<string, number> {
  const steps = new Set(starts.flatMap((start) => [...start.steps.keys()]));
  return new Map([...steps].map((step) => [step, median(starts.flatMap((start) => start.steps.get(step) ?? []))]));
}

function textOf({ machine: { cores, node, load }, rows, steps }: Results): string {
  const head = `${cores} cores, Node ${node}, the embedded engine; load ${load.toFixed(1)} at the beginning`;
  return [head, '', tableOf(rows), '', stepsOf({ cold: steps.cold, warm: steps.warm }), ''].join('\n');
}

function jsonOf({ machine, rows, saves, steps }: Results): string {
  const plain = { cold: Object.fromEntries(steps.cold), warm: Object.fromEntries(steps.warm) };
  return `${JSON.stringify({ machine, rows, saves, steps: plain }, null, 2)}\n`;
}

async function cleanUp(): Promise<void> {
  await interruptAll();
  await removeProjects();
}
