import {
  type AccessSpec,
  COLUMN_COMMANDS,
  COMMANDS,
  type ColumnCommand,
  type Command,
  LETTERS,
  PRIVILEGES,
  type Privilege,
} from './model.ts';

/** The columns that a letter is for; ALL_COLUMNS when it names none. */
export type Columns = readonly string[] | typeof ALL_COLUMNS;
export const ALL_COLUMNS = 'all columns';

/** What the spec says of one cell. */
export interface Intent {
  readonly table: string;
  readonly row: string;
  readonly persona: string;
  readonly commands: ReadonlyMap<Command, Columns>;
}

/** Nothing is allowed: what people write where no letter stands. */
const NOTHING = '—';

/**
 * Reads the letters of one cell, each with the columns that it names.
 * @returns undefined when something else stands there: another letter, one twice, columns that are none or of D
 */
export function parseLetters(text: string): ReadonlyMap<Command, Columns> | undefined {
  if (text.trim() === NOTHING) return new Map();
  const commands = new Map<Command, Columns>();
  const words = text.trim().match(/[^\s(]+(\s*\([^()]*\))?|\S+/g) ?? [];
  for (const word of words) {
    const [, letter, list] = /^([A-Z])(?:\s*\((.*)\))?$/s.exec(word) ?? [];
    const command = COMMANDS.find((candidate) => LETTERS[candidate] === letter);
    if (!command || commands.has(command)) return undefined;
    const columns = list?.split(',').map((column) => column.trim());
    if (columns && (!isColumnCommand(command) || columns.includes('') || hasDuplicates(columns))) return undefined;
    commands.set(command, columns ?? ALL_COLUMNS);
  }
  return words.length > 0 ? commands : undefined;
}

/** Flattens spec/access.ts into one intent a cell. */
export function intents(spec: AccessSpec): Intent[] {
  return Object.entries(spec).flatMap(([table, rows]) =>
    Object.entries(rows).flatMap(([row, personas]) =>
      Object.entries(personas).map(([persona, letters]) => ({
        table,
        row,
        persona,
        commands: parseLetters(letters) ?? new Map<Command, Columns>(),
      })),
    ),
  );
}

/**
 * Reads "owner, admin", or "—" for nobody.
 * @returns undefined when a name is missing or stands there twice
 */
export function parseNames(text: string): readonly string[] | undefined {
  if (text.trim() === NOTHING) return [];
  const names = text.split(',').map((name) => name.trim());
  return names.includes('') || hasDuplicates(names) ? undefined : names;
}

/**
 * Reads "TRUNCATE, TRIGGER".
 * @returns undefined when something stands there that is not a privilege which row level security leaves alone
 */
export function parsePrivileges(text: string): readonly Privilege[] | undefined {
  const words = parseNames(text)?.map((word) => PRIVILEGES.find((privilege) => privilege === word));
  return words?.every((word) => word !== undefined) ? words : undefined;
}

export function isColumnCommand(command: Command): command is ColumnCommand {
  return COLUMN_COMMANDS.some((candidate) => candidate === command);
}

function hasDuplicates(words: readonly string[]): boolean {
  return new Set(words).size < words.length;
}
