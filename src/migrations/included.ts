import { UserError } from '../errors.ts';

/** The text that one include added to a committed migration. */
export interface IncludedSection {
  /** The file, below the folder of the fixtures. */
  readonly name: string;
  /** The text between the marks, and where it begins and ends in the migration, in characters. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The sections that the file included itself. */
  readonly sections: readonly IncludedSection[];
}

/** The marks that graphile-migrate left in a committed migration are not as it writes them. */
export class MarkError extends UserError {
  override readonly name = 'MarkError';
}

const MARK = /^--!.*$/gm;
const INCLUDED = /^--! (Included|EndIncluded) (\S.*)$/;
/** Other lines of graphile-migrate's that begin with `--!`: the header of a committed migration, and its settings. */
const OTHER = /^--! ?(Previous: |Hash: |Message: |Time: |AllowInvalidHash$|no-transaction\b)/;

/**
 * The sections of a committed migration that were included, outermost first, as graphile-migrate marks them: with lines
 * `--! Included <file>` and `--! EndIncluded <file>`.
 * @param file the migration, for the message
 * @throws MarkError when a mark has no counterpart, is inside of another's, or is none that graphile-migrate writes
 */
export function includedSections(sql: string, file: string): IncludedSection[] {
  interface Open {
    readonly name: string;
    readonly start: number;
    readonly sections: IncludedSection[];
  }
  const outermost: Open = { name: '', start: 0, sections: [] };
  const open: Open[] = [outermost];
  for (const { 0: line, index } of sql.matchAll(MARK)) {
    const refuse = (what: string): never => {
      const at = sql.slice(0, index).split('\n').length;
      throw new MarkError(
        `${file}, line ${at}: ${what}: ${line}. Commit the migration again with rolecall uncommit and commit.`,
      );
    };
    const [, kind, name = ''] = INCLUDED.exec(line.trimEnd()) ?? [];
    const innermost = open.at(-1) ?? outermost;
    if (kind === 'Included') open.push({ name, start: index + line.length + 1, sections: [] });
    else if (kind === 'EndIncluded') {
      if (innermost === outermost) refuse('this ends an include that was not opened');
      if (innermost.name !== name) refuse(`this is inside of ${innermost.name}, whose include has to end first`);
      const { start, sections } = innermost;
      open.pop();
      open.at(-1)?.sections.push({ name, text: sql.slice(start, index), start, end: index, sections });
    } else if (!OTHER.test(line)) refuse('graphile-migrate does not write such a mark');
  }
  const left = open.at(-1);
  if (left && left !== outermost)
    throw new MarkError(
      `${file}: ${left.name} is included, and the end of the include is missing. Commit the migration again with rolecall uncommit and commit.`,
    );
  return outermost.sections;
}

/** All sections, those within others too, each before those within it. */
export function* flattened(sections: readonly IncludedSection[]): Iterable<IncludedSection> {
  for (const section of sections) {
    yield section;
    yield* flattened(section.sections);
  }
}
