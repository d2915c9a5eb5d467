import { markdownTable } from 'markdown-table';
import { BEHAVIOUR_STEPS, STEPS } from '../../src/access/timed.ts';
import type { ServerResults } from './measure.ts';

/** What the project promises: cells a second on a real server, and the seconds of a proof on the embedded engine. */
export const GOALS = { cellsPerSecond: 2_000, embeddedSeconds: 3, worldsSeconds: { real: 5, embedded: 10 } };

export interface Results {
  readonly machine: {
    readonly cores: number;
    readonly node: string;
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly runs: number;
  readonly real: ServerResults | undefined;
  readonly embedded: ServerResults;
}

const BEGIN = '<!-- Written by `npm run bench:access -- --write`, down to the next mark. -->';
const END = '<!-- The end of what `npm run bench:access -- --write` writes. -->';

/**
 * The page with the results between its two marks; everything else on it stays.
 * @throws Error when a mark is missing
 */
export function pageWith(page: string, results: Results): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`The page needs the lines ${BEGIN} and ${END} around the results.`);
  return [page.slice(0, begin) + BEGIN, textOf(results).trimEnd(), page.slice(end)].join('\n\n');
}

/** For a terminal, and for the page. */
export function textOf({ machine, runs, real, embedded }: Results): string {
  const { cores, node, loadBefore, loadAfter } = machine;
  const head = `${cores} cores, Node ${node}; load ${loadBefore.toFixed(1)} before, ${loadAfter.toFixed(1)} after; median of ${runs} runs`;
  const servers = [...(real ? [real] : []), embedded];
  return `${[head, stepsTable(servers), goalsTable(real, embedded), behaviourTable(servers), comparison(real)].join('\n\n')}\n`;
}

/** Cells of a proof in each of its seconds, columns, calls, privileges and reach included. */
export const rateOf = ({ cells, total }: Pick<ServerResults, 'cells' | 'total'>): number => cells / total;

const nameOf = ({ server }: ServerResults, { embedded }: { readonly embedded: boolean }): string =>
  embedded ? `embedded engine (${server})` : `PostgreSQL ${server}`;

function stepsTable(servers: readonly ServerResults[]): string {
  const names = servers.map((one, at) => nameOf(one, { embedded: at === servers.length - 1 }));
  const row = (name: string, value: (one: ServerResults) => number): string[] => [
    name,
    ...servers.flatMap((one) => [inSeconds(value(one)), `${Math.round((100 * value(one)) / one.total)} %`]),
  ];
  const rest = (one: ServerResults): number => one.total - STEPS.reduce((sum, step) => sum + one.steps[step], 0);
  const rows = [
    ...STEPS.map((step) => row(step, (one) => one.steps[step])),
    row('comparing, and the rest', rest),
    row('**the proof**', ({ total }) => total),
  ];
  const align = ['l', ...servers.flatMap(() => ['r', 'r'])];
  return markdownTable([['step', ...names.flatMap((name) => [name, 'share'])], ...rows], { align });
}

function goalsTable(real: ServerResults | undefined, embedded: ServerResults): string {
  const goal = `${GOALS.cellsPerSecond.toLocaleString('en-US')} or more`;
  const rows = [
    real
      ? ['cells a second, real server', whole(rateOf(real)), goal, heldWord(rateOf(real) >= GOALS.cellsPerSecond)]
      : ['cells a second, real server', 'not evaluated: DATABASE_URL is not set', goal, ''],
    ['cells a second, embedded engine', whole(rateOf(embedded)), '', ''],
    [
      'the proof, embedded engine',
      inSeconds(embedded.total),
      `${GOALS.embeddedSeconds} s or less`,
      heldWord(embedded.total <= GOALS.embeddedSeconds),
    ],
  ];
  return markdownTable([['figure', 'measured', 'goal', ''], ...rows], { align: ['l', 'r', 'r', 'l'] });
}

/** Calling functions and asking in other worlds: what asking alone may take is a goal. */
function behaviourTable(servers: readonly ServerResults[]): string {
  const names = servers.map((one, at) => nameOf(one, { embedded: at === servers.length - 1 }));
  const row = (name: string, value: (one: ServerResults, at: number) => string): string[] => [
    name,
    ...servers.map(value),
  ];
  const goalOf = (at: number): number => GOALS.worldsSeconds[at === servers.length - 1 ? 'embedded' : 'real'];
  const rows = [
    ...BEHAVIOUR_STEPS.map((step) => row(step, ({ behaviour }) => inSeconds(behaviour.steps[step]))),
    row('**functions and other worlds**', ({ behaviour }) => inSeconds(behaviour.total)),
    row('calls, answers', ({ behaviour: { calls, answers } }) => `${whole(calls)}, ${whole(answers)}`),
    row('goal of asking in other worlds', ({ behaviour }, at) => {
      const held = behaviour.steps['asking in other worlds'] <= goalOf(at);
      return `${goalOf(at)} s or less: ${heldWord(held)}`;
    }),
  ];
  return markdownTable([['functions and other worlds', ...names], ...rows], { align: ['l', ...names.map(() => 'r')] });
}

const heldWord = (holds: boolean): string => (holds ? 'reached' : 'missed');

function comparison(real: ServerResults | undefined): string {
  if (!real) return 'pgTAP: not evaluated, since DATABASE_URL is not set';
  const { pgtap, matrix, steps } = real;
  if ('unavailable' in pgtap) return `pgTAP: not evaluated, since ${pgtap.unavailable}`;
  const row = (what: string, cells: number, seconds: number): string[] => [
    what,
    whole(cells),
    inSeconds(seconds),
    whole(cells / seconds),
    `${(cells / seconds / (pgtap.tests / pgtap.seconds)).toFixed(1)}`,
  ];
  const rows = [
    row('pgTAP, the matrix', pgtap.tests, pgtap.seconds),
    row('rolecall, the matrix (rows and cells)', matrix, steps.seeding + steps.cells),
    row('rolecall, the proof', real.cells, real.total),
  ];
  return markdownTable([['', 'cells', 'time', 'cells a second', '÷ pgTAP'], ...rows], {
    align: ['l', 'r', 'r', 'r', 'r'],
  });
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

const inSeconds = (seconds: number): string => `${seconds.toFixed(seconds < 1 ? 3 : 2)} s`;
