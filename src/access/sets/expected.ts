import type { Command, Persona } from '../model.ts';
import type { Intent } from '../spec.ts';
import type { Caller } from './callers.ts';
import type { AskedRow } from './rows.ts';

/** The intents of the spec for one table, also for callers and rows of whom it does not speak. */
export interface Expectations {
  /** Whether the caller may do this with the row. */
  may(caller: Caller, command: Command, row: AskedRow): boolean;
  /** Whether a caller may do this with rows of the class that are nobody's in particular. */
  mayNobody(role: string, command: Command, row: string): boolean;
  /** The persona to whom a column of a class's row belongs: column → name. */
  ownersIn(row: string): ReadonlyMap<string, string>;
}

/**
 * The expectations for rows that the world does not have. A caller who is no persona may do what every persona of the
 * role may. A row in which a persona's id stands where another's stood is the new one's: they may what the old one might, and
 * the old one what anybody may. A row that has in a column what the row of another class has there may be of that class.
 *
 * @param intents of the table
 * @param rows of the world, one a class
 */
export function expectationsOf(
  intents: readonly Intent[],
  rows: readonly AskedRow[],
  personas: readonly Persona[],
  ids: ReadonlyMap<string, readonly string[]>,
): Expectations {
  const lines = new Map(intents.map((intent) => [`${intent.row}\n${intent.persona}`, intent.commands]));
  const declared = (persona: string, command: Command, row: string): boolean =>
    lines.get(`${row}\n${persona}`)?.has(command) ?? false;
  const mayNobody = (role: string, command: Command, row: string): boolean => {
    const own = personas.filter((persona) => persona.role === role);
    return own.length > 0 && own.every(({ name }) => declared(name, command, row));
  };
  // Of an id that several have, the first: so the map is filled from the last.
  const holders = new Map([...ids].reverse().flatMap(([name, own]) => own.map((id) => [id, name] as const)));
  const holder = (text: string | null | undefined): string | undefined =>
    text === null || text === undefined ? undefined : holders.get(text);
  const byClass = new Map(rows.map((row) => [row.row, row]));
  const owners = new Map(
    rows.map(({ row, stored }) => [
      row,
      new Map(
        Object.entries(stored).flatMap(([column, text]) => {
          const owner = holder(text);
          return owner ? [[column, owner] as const] : [];
        }),
      ),
    ]),
  );
  const ownersIn = (row: string): ReadonlyMap<string, string> => owners.get(row) ?? NONE;

  function may(caller: Caller, command: Command, row: AskedRow): boolean {
    const base = (of: string): boolean =>
      caller.kind === 'persona' ? declared(caller.name, command, of) : mayNobody(caller.role, command, of);
    if (!row.variant) return base(row.row);
    const changes = Object.entries(row.variant.changes).map(([column, value]) => ({ column, text: textOf(value) }));
    const own = ownersIn(row.row);
    const lost = changes.some(({ column }) => own.get(column) === caller.name);
    const still = [...own].some(([column, name]) => name === caller.name && !changed(changes, column));
    if (lost && !still ? mayNobody(caller.role, command, row.row) : base(row.row)) return true;
    return changes.some(({ column, text }) => {
      const isTheirs = holder(text) === caller.name;
      const before = own.get(column);
      if (isTheirs && before && declared(before, command, row.row)) return true;
      return [...byClass.values()].some((other) => {
        if (other.row === row.row || !isLike(other.stored[column], text, row.stored[column], holder)) return false;
        const theirs = holder(other.stored[column]);
        return theirs === undefined ? base(other.row) : isTheirs && declared(theirs, command, other.row);
      });
    });
  }
  return { may, mayNobody, ownersIn };
}

const NONE: ReadonlyMap<string, string> = new Map();

const changed = (changes: readonly { readonly column: string }[], name: string): boolean =>
  changes.some(({ column }) => column === name);

/** Whether a changed value makes a row like that of another class: the same value, or as null, or as much somebody's. */
function isLike(
  other: string | null | undefined,
  now: string | null,
  before: string | null | undefined,
  holder: (text: string | null | undefined) => string | undefined,
): boolean {
  if (other === undefined || before === undefined) return false;
  if (other === now) return other !== before;
  if (holder(other) !== undefined) return holder(now) !== undefined;
  return (other === null) === (now === null) && (before === null) !== (now === null);
}

/** The text of a value that a variant writes as SQL: `'…'`, `null`, a number, and each with its type. */
function textOf(sql: string): string | null {
  if (sql === 'null') return null;
  const quoted = /^'((?:[^']|'')*)'(?:::|$)/s.exec(sql)?.[1];
  return quoted === undefined ? sql.replace(/::.*$/s, '') : quoted.replaceAll("''", "'");
}
