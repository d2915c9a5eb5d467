import type { SqlStatement } from '../../sql/statements.ts';
import { tokenAt } from '../../sql/tokens.ts';
import { type IncludedSection, includedSections } from '../included.ts';

/**
 * Where a statement is written: `current.sql · line 3`, or `fixtures/policies/plans.sql · line 2` where it was included.
 * @param sql the migration with its includes written out between graphile-migrate's marks
 */
export function placeOf(name: string, sql: string, { start, end }: Pick<SqlStatement, 'start' | 'end'>): string {
  let at = start;
  // Comments before a statement belong to it; people look for its first word.
  for (let token = tokenAt(sql, at); token?.kind === 'blank' && token.end < end; token = tokenAt(sql, at))
    at = token.end;
  const { file, from, sections } = innermost(name, sectionsOf(sql, name), at);
  const added = sections
    .filter((section) => section.end <= at)
    .reduce((lines, { text }) => lines + linesIn(text) + 1, 0);
  return `${file} · line ${linesIn(sql.slice(from, at)) + 1 - added}`;
}

interface WrittenFile {
  readonly file: string;
  readonly from: number;
  readonly sections: readonly IncludedSection[];
}

function innermost(file: string, sections: readonly IncludedSection[], at: number, from = 0): WrittenFile {
  const within = sections.find(({ start, end }) => start <= at && at < end);
  return within ? innermost(`fixtures/${within.name}`, within.sections, at, within.start) : { file, from, sections };
}

/** None where the marks can't be read: then the line is that of the text itself. */
function sectionsOf(sql: string, name: string): readonly IncludedSection[] {
  try {
    return includedSections(sql, name);
  } catch {
    return [];
  }
}

/** How many line breaks a text has. An include is one line where it is written, and its text and two marks in its place. */
const linesIn = (text: string): number => text.split('\n').length - 1;
