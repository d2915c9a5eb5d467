/** Blanks do not matter here: what may hide a semicolon is read as one piece, anything else by the character. */
const PIECE = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$|;|[\s\S]/g;

/**
 * The statements of a migration, in order, each with what stands before it. Reads the SQL that migrations are written
 * in: no nested comments and no backslash escapes.
 */
export function statementsOf(sql: string): string[] {
  const statements: string[] = [];
  let text = '';
  let says = false;
  for (const [piece] of sql.matchAll(PIECE)) {
    text += piece;
    if (piece === ';') {
      if (says) statements.push(text);
      [text, says] = ['', false];
    } else if (!/^(--|\/\*)/.test(piece) && piece.trim() !== '') says = true;
  }
  return says ? [...statements, text] : statements;
}
