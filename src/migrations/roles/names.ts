/**
 * Whether a text of SQL names something: its name is a word there, in code, a string or a comment, quoted or not. A part of
 * another word is none: a migration that speaks of an application does not name the role app.
 */
export function isNamedIn(sql: string, name: string): boolean {
  const escaped = name.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped}(?![\\p{L}\\p{N}_$])`, 'iu').test(sql);
}
