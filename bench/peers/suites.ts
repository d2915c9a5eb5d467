import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchError, type Ended, run } from '../support/runs.ts';

/** Where a suite finds the server. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** How each test ended, by its name; a test that was skipped is left out. */
export type Outcomes = ReadonlyMap<string, 'passed' | 'failed'>;

/** The test suite of another project that uses PostgreSQL. */
export interface Suite {
  readonly name: string;
  readonly repository: string;
  /** The commit that is tested, so that figures can be compared. */
  readonly commit: string;
  /** The command that prepares a fresh clone, once. */
  readonly prepare: readonly string[];
  /** Runs all of it in its clone. @throws BenchError when it prints no results */
  run(clone: string, place: Place): Promise<Outcomes>;
}

const install = ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--legacy-peer-deps'];
const and = (...commands: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  [install.join(' '), ...commands].join(' && '),
];

export const SUITES: readonly Suite[] = [
  {
    name: 'node-postgres',
    repository: 'https://github.com/brianc/node-postgres.git',
    commit: 'c9e57617bc92c2ded23a75345f50eadc527bd131',
    prepare: and('npx tsc --build'),
    run: runNodePostgres,
  },
  {
    name: 'postgres.js',
    repository: 'https://github.com/porsager/postgres.git',
    commit: 'e7dfa14519f363229ccc3ead7b1b2f2051937efb',
    prepare: ['true'],
    run: runPostgresJs,
  },
  {
    name: 'graphile-migrate',
    repository: 'https://github.com/graphile/migrate.git',
    commit: '54ea390f02a879f11f47e2d95dcf9b6a445756ed',
    prepare: and(),
    run: (clone, place) => runJest(clone, ['-i'], graphileMigrate(place)),
  },
  {
    name: 'graphile-worker',
    repository: 'https://github.com/graphile/worker.git',
    commit: 'abfb4cff30747ad423046d117dfb88470f03ae00',
    prepare: and('npm run build:sql', 'npx tsc'),
    async run(clone, place) {
      await run(clone, 'bash', ['scripts/setup_template_db.sh'], variables(place));
      return runJest(clone, ['-i'], { ...variables(place), NO_LOG_SUCCESS: '1' });
    },
  },
];

/** The variables that libpq and its kin read. */
const variables = ({ host, port, user }: Place): Record<string, string> => ({
  PGHOST: host,
  PGPORT: String(port),
  PGUSER: user,
  PGPASSWORD: 'any',
});

const graphileMigrate = ({ host, port, user }: Place): Record<string, string> => ({
  TEST_DATABASE_URL: `postgres://gmtestuser:gmtestpass@${host}:${port}/graphile_migrate_test`,
  TEST_ROOT_DATABASE_URL: `postgres://${user}@${host}:${port}/postgres`,
});

/** The longest that one file of tests may take, in seconds: a test that waits for ever must not stop the others. */
const LONGEST = 120;

/** Each file of its integration tests is a program, and one test here. */
async function runNodePostgres(clone: string, place: Place): Promise<Outcomes> {
  const folder = join(clone, 'packages/pg');
  const found = await run(folder, 'find', ['test/integration', '-name', '*-tests.js']);
  const files = found.stdout.trim().split('\n').sort();
  const outcomes = new Map<string, 'passed' | 'failed'>();
  for (const file of files) {
    const limits = ['--kill-after=5s', `${LONGEST}s`];
    const { code } = await run(folder, 'timeout', [...limits, process.execPath, file], {
      ...variables(place),
      PGDATABASE: 'postgres',
      PGTESTNOSSL: 'true',
    });
    outcomes.set(file, code === 0 ? 'passed' : 'failed');
  }
  return outcomes;
}

/** The place in its runner at which the first failure ends all: without it each test is run. */
const STOPS = 'failed\n      ? (ignored++, ignore)\n      : fn()';

async function runPostgresJs(clone: string, place: Place): Promise<Outcomes> {
  await edit(join(clone, 'tests/test.js'), [[STOPS, 'fn()'], ['.every((x) => {', '.forEach((x) => {'], TOLD]);
  // A setting that a server refuses is a matter of the tests that need it.
  await edit(join(clone, 'tests/bootstrap.js'), [['\n    throw stderr\n', '\n    console.error(stderr)\n']]);
  const ended = await run(clone, 'timeout', ['600s', process.execPath, 'tests/index.js'], {
    ...variables(place),
    PGDATABASE: 'postgres',
  });
  const outcomes = new Map<string, 'passed' | 'failed'>();
  for (const [, outcome, test = ''] of ended.stdout.matchAll(/^(passed|failed) (.*)$/gm))
    outcomes.set(test, outcome === 'passed' ? 'passed' : 'failed');
  if (outcomes.size === 0) throw noResults('postgres.js', ended);
  return outcomes;
}

/** It prints a tick for each test that passes; a line for each that ended is what is counted here. A connection that a failed test left open must not keep it. */
const TOLD = [
  'let success = true',
  `let success = true
  for (const x of Object.values(tests))
    console.log('\\n' + (x.succeeded ? 'passed' : 'failed') + ' ' + x.line + ' ' + x.name)
  setTimeout(process.exit, 2000)`,
] as const;

/** Changes the runner of a suite so that it says how each test ended. @throws BenchError when it has another text */
async function edit(path: string, changes: readonly (readonly [string, string])[]): Promise<void> {
  let text = await readFile(path, 'utf8');
  for (const [before, after] of changes) {
    // An earlier run on the same clone changed it.
    if (!text.includes(before) && text.includes(after)) continue;
    if (!text.includes(before)) throw new BenchError(`${path} lacks what is to be changed: ${before}`);
    text = text.replace(before, after);
  }
  await writeFile(path, text);
}

interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
    readonly status: string;
  }[];
}

async function runJest(clone: string, flags: readonly string[], env: Record<string, string>): Promise<Outcomes> {
  const ended = await run(
    clone,
    'timeout',
    ['900s', process.execPath, '--experimental-vm-modules', 'node_modules/.bin/jest', '--json', ...flags],
    env,
  );
  const start = ended.stdout.indexOf('{"num');
  if (start < 0) throw noResults('jest', ended);
  const { testResults } = JSON.parse(ended.stdout.slice(start)) as JestResults;
  const outcomes = new Map<string, 'passed' | 'failed'>();
  for (const { name, assertionResults, status } of testResults) {
    const file = name.slice(clone.length + 1);
    // A file that could not be loaded has no tests to blame.
    if (assertionResults.length === 0 && status === 'failed') outcomes.set(file, 'failed');
    for (const test of assertionResults)
      if (test.status === 'passed' || test.status === 'failed') outcomes.set(`${file}: ${test.fullName}`, test.status);
  }
  return outcomes;
}

const noResults = (what: string, { output }: Ended): BenchError =>
  new BenchError(`${what} printed no results:\n${output.slice(-2_000)}`);
