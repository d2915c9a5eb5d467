import { markdownTable } from 'markdown-table';
import type { Outcomes } from './suites.ts';

/** The outcomes of one suite on both servers. */
export interface Compared {
  readonly suite: string;
  /** None where it could not be run, with the reason. */
  readonly embedded?: Outcomes;
  readonly notRun?: string;
  /** None where no server was named. */
  readonly server?: Outcomes;
}

/** A table of passed and failed tests, and the tests that fail on the embedded engine and pass on the server. */
export function textOf(all: readonly Compared[]): string {
  const table = markdownTable(
    [
      ['suite', 'embedded engine', 'server'],
      ...all.map(({ suite, embedded, server }) => [suite, counted(embedded), counted(server)]),
    ],
    { align: ['l', 'r', 'r'] },
  );
  const differences = all.flatMap(({ suite, ...of }) => onlyThere(of).map((test) => `- ${suite}: ${test}`));
  const missing = all.flatMap(({ suite, notRun }) =>
    notRun === undefined ? [] : ['', `${suite} could not be run: ${notRun}`],
  );
  const said = differences.length > 0 ? ['', 'Failed here, and passed on the server:', '', ...differences] : [];
  return [table, ...said, ...missing, ''].join('\n');
}

/** The tests that fail on the embedded engine and pass on the server. */
export function onlyThere({ embedded, server }: Omit<Compared, 'suite'>): string[] {
  if (!server || !embedded) return [];
  return [...server].flatMap(([test, outcome]) =>
    outcome === 'passed' && embedded.get(test) !== 'passed' ? [test] : [],
  );
}

function counted(outcomes: Outcomes | undefined): string {
  if (!outcomes) return 'not evaluated';
  const passed = [...outcomes.values()].filter((outcome) => outcome === 'passed').length;
  return `${passed} of ${outcomes.size}`;
}
