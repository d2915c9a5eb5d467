import type { CallAnswer } from '../functions/ask.ts';
import { type Repeated, repeated, textOf } from '../interference/compare.ts';
import type { WorldAnswer } from '../interference/questions.ts';

/** Calls with what each was answered and changed: by caller and statement. */
export type HeardAnswers = ReadonlyMap<string, WorldAnswer>;

/** The answers to the calls of one run, with the rows that each changed, in words of their own. */
export function heardIn(answers: readonly CallAnswer[], personas: readonly { readonly name: string }[]): HeardAnswers {
  return new Map(
    answers
      .filter(({ error }) => error?.state !== LOCKED)
      .map(({ call, caller, rows, count, error, changes }) => [
        `${personas[caller]?.name} · ${call.sql}`,
        {
          rows: [...rows, ...changes.map((change) => JSON.stringify({ change })), ...saidBesides(error)],
          count,
          ...(error ? { state: error.state, message: error.message } : {}),
        },
      ]),
  );
}

/** The detail, hint and constraint of an error as a row; a detail of JSON with each of its values by itself. */
function saidBesides(error: CallAnswer['error']): string[] {
  if (!error) return [];
  const { detail, hint, constraint } = error;
  return [JSON.stringify({ detail: jsonOr(detail), hint, constraint })];
}

/** The value of a text of JSON, and any other text as it is. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A call that another session's lock stopped says nothing. */
const LOCKED = '55P03';

/** One that its timeout stopped says so only where it ended before, and ends when it is asked once more. */
const STOPPED = '57014';

/** The answers of the unchanged database, and which of their values differ from run to run. */
export interface SteadyAnswers {
  /** Notes what differs in another run on the same rows. */
  repeat(again: HeardAnswers): void;
  /** The first call that was answered otherwise than it ever is unchanged, in a line. */
  difference(after: HeardAnswers): string | undefined;
}

/**
 * Tells apart what a change makes of answers, and what time, sequences and random values do: whatever differs between two
 * runs of the unchanged database is left out of the comparison.
 */
export function steadyAnswers(before: HeardAnswers): SteadyAnswers {
  const known = new Map<string, Repeated>();
  return {
    repeat(again) {
      for (const [call, answer] of before) {
        const other = again.get(call);
        const seen = other ? repeated(answer, other) : { volatile: new Set<string>(), unsteady: true };
        if (!seen.unsteady && seen.volatile.size === 0) continue;
        const earlier = known.get(call);
        known.set(call, {
          volatile: new Set([...(earlier?.volatile ?? []), ...seen.volatile]),
          unsteady: seen.unsteady || earlier?.unsteady === true,
        });
      }
    },
    difference(after) {
      for (const [call, answer] of after) {
        const own = before.get(call);
        const { volatile, unsteady } = known.get(call) ?? STEADY;
        if (!own || unsteady || own.state === STOPPED) continue;
        const [was, is] = [textOf(own, volatile), textOf(answer, volatile)];
        if (was !== is) return `${call}: ${inBrief(was, is)}`.replaceAll(/\s+/g, ' ');
      }
      return undefined;
    },
  };
}

const STEADY: Repeated = { volatile: new Set(), unsteady: false };

/** So much is shown of each answer, from shortly before where they part. */
const [LEAD, MOST] = [20, 100];

function inBrief(was: string, is: string): string {
  const at = [...was].findIndex((letter, index) => letter !== is[index]);
  const from = Math.max(0, (at < 0 ? was.length : at) - LEAD);
  return `was …${was.slice(from, from + MOST)}, is …${is.slice(from, from + MOST)}`;
}
