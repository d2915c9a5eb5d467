import { loadModule, type Node, parseSync } from 'libpg-query';

/** Loads PostgreSQL's own parser; has to be done once in a thread before anything is read there. */
export const loadParser: () => Promise<void> = loadModule;

/**
 * A longer text, in characters, is not read. What the engine looks for is short; all clients wait while a text is read,
 * which takes some 10 ms for this much; and the parser never recovers from a tree that is too deep for its thread's stack:
 * the deepest that so many characters can make needs a third of a thread's default stack, and engine.ts gives it more.
 */
const LONGEST = 10_000;

/**
 * The statements of a text, as PostgreSQL's parser sees them; null when it is too long or does not parse. Such a text can
 * do anything. Strings are read as they are with standard_conforming_strings on: where that matters, `hasBackslash` tells.
 */
export function readStatements(text: string): Node[] | null {
  if (text.length > LONGEST) return null;
  try {
    return (parseSync(text).stmts ?? []).flatMap(({ stmt }) => stmt ?? []);
  } catch {
    return null;
  }
}

/** The statement of a text that is just one; null for every other text. */
export function readSingle(text: string): Node | null {
  const statements = readStatements(text);
  return statements?.length === 1 ? (statements[0] ?? null) : null;
}

/** Whether a text may mean something else with standard_conforming_strings off, which only its backend knows. */
export function hasBackslash(text: string): boolean {
  return text.includes('\\');
}

/** Whether a text is just DISCARD ALL. */
export function isDiscardAll(text: string): boolean {
  if (!/discard/i.test(text)) return false;
  const statement = readSingle(text);
  return statement !== null && 'DiscardStmt' in statement && statement.DiscardStmt.target === 'DISCARD_ALL';
}

/** Whether a text is just RESET SESSION AUTHORIZATION or SET SESSION AUTHORIZATION DEFAULT. */
export function resetsAuthorization(text: string): boolean {
  if (!/authorization/i.test(text)) return false;
  const statement = readSingle(text);
  if (statement === null || !('VariableSetStmt' in statement)) return false;
  const { name, kind, is_local } = statement.VariableSetStmt;
  return name === 'session_authorization' && !is_local && (kind === 'VAR_RESET' || kind === 'VAR_SET_DEFAULT');
}

/** A LISTEN or UNLISTEN; the channel `*` stands for all. */
export interface Listening {
  listen: boolean;
  channel: string;
}

/** LISTEN and UNLISTEN in a text, in order; null when it can't be read. */
export function listenings(text: string): Listening[] | null {
  const statements = readStatements(text);
  if (statements === null) return null;
  return statements.flatMap((statement) => {
    if ('ListenStmt' in statement) return { listen: true, channel: statement.ListenStmt.conditionname ?? '' };
    if ('UnlistenStmt' in statement) return { listen: false, channel: statement.UnlistenStmt.conditionname ?? '*' };
    return [];
  });
}
