import type { Persona } from '../access/model.ts';
import type { ChangeAllowance } from './allowance.ts';
import type { CallAnswer } from './ask.ts';
import { type ChangedTable, netChanges, type RowChange, whoseChange } from './changes.ts';
import type { Whose } from './declared.ts';
import type { Ownership } from './owners.ts';
import { withoutValues } from './words.ts';

/** A change that calls of one kind made, by table, command and whose rows. */
export interface SeenChange {
  readonly table: string;
  readonly command: RowChange['command'];
  readonly whose: Whose;
  /** Every column that an update of them changed. */
  readonly columns: ReadonlySet<string>;
  /** Whether the access spec lets the caller make each such change. */
  readonly allowed: boolean;
  /** The statement of the first one that is not allowed, or of the first. */
  readonly statement: string;
}

/** The outcome of all calls of one function, or statements of one kind, by one persona. */
export interface Behaviour {
  readonly of: string;
  readonly persona: Persona;
  /** How many were answered. */
  readonly calls: number;
  /** How many were stopped, by their timeout or another session's lock. */
  readonly stopped: number;
  /** Whether it lacked EXECUTE. */
  readonly denied: boolean;
  /** Whether a call gave a row with a value, or a result where there is none to give; or ended and changed something. */
  readonly reached: boolean;
  /** Whether a call ended without an error. */
  readonly returned: boolean;
  /** The errors that calls ended with, as `SQLSTATE: words` without values; only the SQLSTATE of the server's own. */
  readonly errors: readonly string[];
  readonly changes: readonly SeenChange[];
  /** Tables that calls wrote and of whose rows nothing is known. */
  readonly unwatched: readonly string[];
  /** Settings by which personas are told apart, and that a call left changed: setting → the statement of the first one. */
  readonly became: ReadonlyMap<string, string>;
  /** The statement of the first call whose argument the server read as SQL, and could not parse. */
  readonly injected?: string;
}

/** Everything known of rows when changes are judged. */
export interface Judging {
  readonly tables: ReadonlyMap<number, ChangedTable>;
  readonly ownership: Ownership;
  readonly allowance: ChangeAllowance;
  /** Texts of the world that may stand in messages. */
  readonly texts: readonly string[];
  /** Whether a change is what its statement asks for; such a one is proved elsewhere. */
  readonly isMeant?: (answer: CallAnswer, change: RowChange) => boolean;
}

/** Sums the answers up, for each thing that was called and each caller, in the order of the answers. */
export function behavioursOf(
  answers: readonly CallAnswer[],
  personas: readonly Persona[],
  judging: Judging,
): Behaviour[] {
  const groups = Map.groupBy(answers, ({ call, caller }) => `${call.of}\n${caller}`);
  return [...groups.values()].flatMap((own): Behaviour[] => {
    const [first] = own;
    const persona = first && personas[first.caller];
    return persona ? [behaviourOf(first.call.of, persona, own, judging)] : [];
  });
}

function behaviourOf(of: string, persona: Persona, all: readonly CallAnswer[], judging: Judging): Behaviour {
  const own = all.filter(({ error }) => !error || !wasStopped(error.state));
  const errors = own.flatMap(({ error }) =>
    error ? [error.raised ? `${error.state}: ${withoutValues(error.message, judging.texts)}` : error.state] : [],
  );
  const changes = seenIn(own, persona, judging);
  const unwatched = [...new Set(own.flatMap((answer) => answer.unwatched))].sort();
  return {
    of,
    persona,
    calls: own.length,
    stopped: all.length - own.length,
    denied: own.length > 0 && own.every(isDenied),
    returned: own.some(({ error }) => !error),
    reached: changes.length > 0 || unwatched.length > 0 || own.some(hasResult),
    errors: [...new Set(errors)].sort(),
    changes,
    unwatched,
    became: new Map(own.toReversed().flatMap(({ call, became }) => became.map((name) => [name, call.sql] as const))),
    ...injectedIn(own),
  };
}

/** The server's words for text that is no SQL; those of other languages that it parses end otherwise. */
const NO_SQL = /^(syntax error at (or near "|end of input$)|unterminated )(?!.* of jsonpath input$)/;

function injectedIn(answers: readonly CallAnswer[]): Pick<Behaviour, 'injected'> {
  const found = answers.find(({ error }) => error?.state === '42601' && error.nested && NO_SQL.test(error.message));
  return found ? { injected: found.call.sql } : {};
}

/** Stopped by its timeout, or by another session's lock. */
const wasStopped = (state: string): boolean => state === '57014' || state === '55P03';

/** Refused before anything ran. */
const isDenied = ({ error }: CallAnswer): boolean => error?.state === '42501' && !error.nested;

/** A procedure, and a function that returns void, give nothing; of others a null, or no row, is no result. */
function hasResult({ call, error, rows, count }: CallAnswer): boolean {
  if (error) return false;
  if (call.gives !== 'rows') return true;
  return (
    count > 0 && rows.some((row) => Object.values(JSON.parse(whole(row)) as object).some((value) => value !== null))
  );
}

/** A row that was cut is too long to be nothing but nulls. */
const whole = (row: string): string => (row.startsWith('{') && row.endsWith('}') ? row : '{"": true}');

function seenIn(answers: readonly CallAnswer[], persona: Persona, judging: Judging): SeenChange[] {
  const seen = new Map<string, { -readonly [K in keyof SeenChange]: SeenChange[K] } & { columns: Set<string> }>();
  for (const answer of answers) {
    const all = netChanges(answer.changes, judging.tables);
    for (const change of all) {
      if (judging.isMeant?.(answer, change)) continue;
      const whose = whoseChange(change, all, judging.ownership, persona.name);
      const allowed = judging.allowance(persona, change, whose);
      const key = `${change.table}\n${whose}\n${change.command}`;
      const known = seen.get(key);
      if (!known) {
        const { table, command, columns } = change;
        seen.set(key, { table, command, whose, allowed, columns: new Set(columns), statement: answer.call.sql });
        continue;
      }
      for (const column of change.columns) known.columns.add(column);
      if (known.allowed && !allowed) Object.assign(known, { allowed, statement: answer.call.sql });
    }
  }
  return [...seen].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, change]) => change);
}
