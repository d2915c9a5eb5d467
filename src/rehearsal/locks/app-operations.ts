import type { AppCall, AppSession } from './app-session.ts';
import { outcomeOf } from './lock-waits.ts';
import type { LockWait, OperationRun, TimeSpan } from './observation.ts';
import { shifted } from './recording.ts';

/**
 * Sums up the calls of one statement of the app.
 * @param origin the moment (performance.now()) from which the migrations could begin: earlier calls say what is usual
 */
export function operationRun(
  { name, kind, calls }: AppSession,
  waits: readonly LockWait[],
  origin: number,
): OperationRun {
  const own = waits.filter((wait) => wait.operation === name && wait.kind === kind);
  const waited = new Set(own.map(({ from }) => from));
  const measured = calls.filter(({ from }) => from >= origin);
  const usual = calls.filter(({ from, error }) => from < origin && !error);
  const unblocked = measured.filter(({ from }) => !waited.has(from - origin));
  const refused = measured.filter((call) => outcomeOf(call) === 'refused');
  const [first] = refused;
  return {
    name,
    kind,
    calls: measured.length,
    usualMs: quantile(usual.map(lengthOf), 0.5),
    longestUnblockedMs: quantile(unblocked.map(lengthOf), 1),
    waits: own.length,
    longestWaitMs: quantile(own.map(lengthOf), 1),
    p95WaitMs: quantile(own.map(lengthOf), 0.95),
    refused: refused.length,
    ...(first ? { refusedSince: first.to - origin, refusal: first.error?.message ?? '' } : {}),
    failures: measured.filter((call) => outcomeOf(call) === 'failed').map(({ error }) => error?.message ?? ''),
    spans: {
      waiting: own.map(({ from, to }) => ({ from, to })),
      refused: runsOf(measured).map((span) => shifted(span, origin)),
      failed: measured.filter((call) => outcomeOf(call) === 'failed').map((call) => shifted(call, origin)),
    },
  };
}

const lengthOf = ({ from, to }: TimeSpan): number => to - from;

/** The quantile of values by the nearest-rank method: the smallest value that a share of them is not above; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** The spans of successive refused calls, each from the end of the first to the end of the last. */
function runsOf(calls: readonly AppCall[]): TimeSpan[] {
  const runs: { from: number; to: number }[] = [];
  let open: (typeof runs)[number] | undefined;
  for (const call of calls) {
    if (outcomeOf(call) !== 'refused') {
      open = undefined;
      continue;
    }
    if (open) open.to = call.to;
    else {
      open = { from: call.to, to: call.to };
      runs.push(open);
    }
  }
  return runs;
}
