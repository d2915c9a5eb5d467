import { type AccessSpec, COMMANDS, type Command, LETTERS } from './model.ts';

/** What the spec says of one cell. */
export interface Intent {
  readonly table: string;
  readonly row: string;
  readonly persona: string;
  readonly commands: ReadonlySet<Command>;
}

/** Nothing is allowed: what people write where no letter stands. */
const NOTHING = '—';

/**
 * Reads the letters of one cell.
 * @returns the commands, or undefined when something other than S, I, U, D or — stands there
 */
export function parseLetters(text: string): ReadonlySet<Command> | undefined {
  if (text.trim() === NOTHING) return new Set();
  const words = text.trim().split(/\s+/);
  const commands = words.map((word) => COMMANDS.find((command) => LETTERS[command] === word));
  return commands.every((command) => command !== undefined) ? new Set(commands) : undefined;
}

/** Flattens spec/access.ts into one intent a cell. */
export function intents(spec: AccessSpec): Intent[] {
  return Object.entries(spec).flatMap(([table, rows]) =>
    Object.entries(rows).flatMap(([row, personas]) =>
      Object.entries(personas).map(([persona, letters]) => ({
        table,
        row,
        persona,
        commands: parseLetters(letters) ?? new Set<Command>(),
      })),
    ),
  );
}
