import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseStatements, type SqlStatement } from '../sql/statements.ts';
import { type Invariant, InvariantFileError } from './model.ts';
import type { InvariantsSettings } from './settings.ts';

/**
 * Reads every invariant, in the order of their ids. A file begins with a comment: the promise, and after `fix:` what to do
 * with rows that break it. One SELECT follows.
 * @throws InvariantFileError with all mistakes of all files at once, and when there is no file
 */
export async function readInvariants({ folder }: InvariantsSettings): Promise<Invariant[]> {
  const names = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort() : [];
  if (names.length === 0)
    throw new InvariantFileError(
      `There is no SQL file in ${folder}, where \`invariants.folder\` says the invariants are. Write one query for each promise, or remove the setting.`,
    );
  const invariants: Invariant[] = [];
  const mistakes: string[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const read = await parseInvariant(file, name.replace(/\.sql$/, ''), await readFile(file, 'utf8'));
    if (typeof read === 'string') mistakes.push(`  - ${file}: ${read}`);
    else invariants.push(read);
  }
  if (mistakes.length > 0)
    throw new InvariantFileError(
      `The invariants have ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.join('\n')}`,
    );
  return invariants;
}

/** The invariant that a file declares, or what is wrong with the file. */
async function parseInvariant(file: string, id: string, text: string): Promise<Invariant | string> {
  const lines = text.split('\n');
  const length = lines.findIndex((line) => !line.startsWith('--'));
  const comment = lines.slice(0, length).map((line) => line.replace(/^-- ?/, '').trim());
  const fixAt = comment.findIndex((line) => line.startsWith('fix:'));
  const sentence = comment.slice(0, Math.max(fixAt, 0)).join(' ');
  const fix = comment
    .slice(fixAt)
    .join(' ')
    .replace(/^fix:\s*/, '');
  if (!sentence || fixAt < 0 || !fix)
    return 'it must begin with a comment: the promise as a sentence, and then a line `-- fix: …` with what to do with rows that break it';
  const statements = await parseStatements(lines.slice(length).join('\n')).catch((error: Error) => error.message);
  if (typeof statements === 'string') return `PostgreSQL cannot read its query: ${statements}`;
  const [only, ...more] = statements;
  if (!only || more.length > 0 || !isSelect(only)) return 'it must have one SELECT after the comment';
  return { id, file, sentence, fix, sql: only.sql };
}

/** Whether a statement is a SELECT, and no SELECT INTO, which creates a table. */
function isSelect({ tree }: SqlStatement): boolean {
  const { SelectStmt } = tree as { SelectStmt?: { intoClause?: unknown } };
  return SelectStmt !== undefined && SelectStmt.intoClause === undefined;
}
