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

/** The commands that the spec allows to one persona on one class of rows. */
export interface Intent {
  readonly table: string;
  readonly row: string;
  readonly persona: string;
  readonly commands: ReadonlyMap<Command, Columns>;
  /** The commands that the application itself refuses, each with the SQLSTATE that it raises. */
  readonly refusals: ReadonlyMap<Command, string>;
}

/** Written in the spec in place of letters where nothing is allowed. */
const NOTHING = '—';

/**
 * Reads the letters of one cell: “S U(title)” is what may be done, with the columns that a letter names; “!D(P0001)” is
 * what a trigger or function refuses with that SQLSTATE.
 * @returns undefined for anything else: another letter, a letter twice, an empty list of columns, or columns of D
 */
export function parseLetters(text: string): Pick<Intent, 'commands' | 'refusals'> | undefined {
  const commands = new Map<Command, Columns>();
  const refusals = new Map<Command, string>();
  if (text.trim() === NOTHING) return { commands, refusals };
  const words = text.trim().match(/[^\s(]+(\s*\([^()]*\))?|\S+/g) ?? [];
  for (const word of words) {
    const [, refused, state] = /^!([A-Z])\(([0-9A-Z]{5})\)$/.exec(word) ?? [];
    const refusedCommand = COMMANDS.find((candidate) => LETTERS[candidate] === refused);
    if (refusedCommand && state && !refusals.has(refusedCommand)) {
      refusals.set(refusedCommand, state);
      continue;
    }
    const [, letter, list] = /^([A-Z])(?:\s*\((.*)\))?$/s.exec(word) ?? [];
    const command = COMMANDS.find((candidate) => LETTERS[candidate] === letter);
    if (!command || commands.has(command)) return undefined;
    const columns = list?.split(',').map((column) => column.trim());
    if (columns && (!isColumnCommand(command) || columns.includes('') || hasDuplicates(columns))) return undefined;
    commands.set(command, columns ?? ALL_COLUMNS);
  }
  if ([...refusals.keys()].some((command) => commands.has(command))) return undefined;
  return words.length > 0 ? { commands, refusals } : undefined;
}

/** Flattens the access spec into one intent a cell. */
export function intents(spec: AccessSpec): Intent[] {
  return Object.entries(spec).flatMap(([table, rows]) =>
    Object.entries(rows).flatMap(([row, personas]) =>
      Object.entries(personas).map(([persona, letters]) => ({
        table,
        row,
        persona,
        ...(parseLetters(letters) ?? { commands: new Map<Command, Columns>(), refusals: new Map<Command, string>() }),
      })),
    ),
  );
}

/**
 * Reads "owner, admin", or "—" for none.
 * @returns undefined when a name is missing or is given twice
 */
export function parseNames(text: string): readonly string[] | undefined {
  if (text.trim() === NOTHING) return [];
  const names = text.split(',').map((name) => name.trim());
  return names.includes('') || hasDuplicates(names) ? undefined : names;
}

/** Who may execute a function, and with which SQLSTATE it refuses whom of those itself. */
export interface FunctionIntent {
  /** Those who may execute it and are not refused. */
  readonly names: readonly string[];
  readonly refusals: ReadonlyMap<string, string>;
}

/**
 * Reads "owner, admin, !stranger(P0001)", or "—" for none: the stranger has EXECUTE, and the function raises P0001.
 * @returns undefined when a name is missing or is given twice, or an SQLSTATE is not one
 */
export function parseExecution(text: string): FunctionIntent | undefined {
  const words = parseNames(text);
  if (!words) return undefined;
  const names = words.filter((word) => !word.startsWith('!'));
  const refused = words.flatMap((word) => {
    const [, name = '', state = ''] = /^!([^()]+)\(([0-9A-Z]{5})\)$/.exec(word) ?? [];
    return word.startsWith('!') ? [[name.trim(), state] as const] : [];
  });
  const everyone = [...names, ...refused.map(([name]) => name)];
  if (everyone.includes('') || hasDuplicates(everyone)) return undefined;
  return { names, refusals: new Map(refused) };
}

/**
 * Reads "TRUNCATE, TRIGGER".
 * @returns undefined when something in it is not a privilege that row level security does not govern
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
