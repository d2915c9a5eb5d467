// A statement can do such a thing only if the word for it is in its text, and these say whether the word is. The other way
// round they are suspicions: the word may be in a string or a name. What a statement does is read from its tree
// (statements.ts), or asked of PostgreSQL.

/**
 * Whether a text may end a transaction, or hold what is looked at before or after it runs: then a query goes to the
 * backend by itself.
 */
export function mentionsBoundary(text: string): boolean {
  return /\b(begin|start|commit|end|abort|rollback(?!\s+to\b)|prepare|copy|listen|unlisten|notify|discard|deallocate|database|authorization)\b/i.test(
    text,
  );
}

/** Whether a text may make an extension. */
export function mentionsExtension(text: string): boolean {
  return /extension/i.test(text);
}

/** Whether a text may make a temporary table, view or sequence; in `pg_temp` too. */
export function mentionsTemporary(text: string): boolean {
  return /temp/i.test(text);
}

/** Whether a text may change a session's settings or role. */
export function mentionsSettings(text: string): boolean {
  return /\b(set|reset|set_config|discard|do|call|execute)\b/i.test(text);
}

/** Whether a text may drop prepared statements. */
export function mentionsDeallocation(text: string): boolean {
  return /\b(discard|deallocate)\b/i.test(text);
}

/**
 * The dotted names in a text: any of them may be a custom setting's. Words are cut out first and looked at then: a
 * pattern for the whole name begins again at each letter of a word, and a value of a megabyte without a dot, as bytes
 * in hexadecimal are, takes it hours.
 */
export function dottedNames(text: string): string[] {
  return [...text.matchAll(/[\w$.]+/g)]
    .filter(([words]) => words.includes('.'))
    .flatMap(([words]) => /^[\d$.]*([a-z_][\w$]*(?:\.[a-z_][\w$]*)+)/i.exec(words)?.[1]?.toLowerCase() ?? []);
}

/** The names before an opening parenthesis, in small letters. A word is tried from its beginning only, for the same reason. */
export function calledNames(text: string): string[] {
  return text.toLowerCase().match(/(?<![\w$])[a-z_][\w$]*(?="?\s*\()/g) ?? [];
}
