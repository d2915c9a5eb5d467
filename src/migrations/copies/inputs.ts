import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { committedMigrations } from '../files.ts';
import { readMigrationSettings } from '../graphile-migrate.ts';

/** The files and settings that make a shadow database of the committed migrations. */
export interface CopyInputs {
  /** All of them, in one text that differs when one of them does. */
  readonly all: string;
  /** The SQL among them. */
  readonly sql: string;
}

/** The hooks that graphile-migrate runs when it resets and migrates a shadow database. */
const ACTIONS = ['beforeReset', 'afterReset', 'beforeAllMigrations', 'afterAllMigrations'];

/** A command that changes nothing where nothing is being committed: the gate of this program. */
const GATE = /^(?:[\w@./-]+ )*(?:[\w@./-]*\/)?rolecall(?:\.js)? gate(?: --?[\w./=-]+)*$/;

/**
 * Reads what makes a shadow database of the committed migrations.
 * @returns undefined where a hook may do anything: a command other than the gate, or SQL that runs in another database
 */
export async function readCopyInputs(): Promise<CopyInputs | undefined> {
  const { migrationsFolder, all: settings } = await readMigrationSettings();
  const hooks = ACTIONS.flatMap((key) => [settings[key] ?? []].flat()).map(hookOf);
  if (hooks.includes('unknown')) return undefined;
  const files = [
    ...hooks.filter((hook) => typeof hook === 'object').map(({ file }) => file),
    ...(await committedMigrations()).map((name) => join('committed', name)),
  ];
  const texts = await Promise.all(
    files.map(async (file) => ({ file, text: withoutTime(await readFile(join(migrationsFolder, file), 'utf8')) })),
  );
  const placeholders = Object.entries((settings.placeholders as Record<string, unknown> | undefined) ?? {});
  // Of these, the settings have only the name.
  const given = placeholders.filter(([, value]) => value === '!ENV').map(([key]) => process.env[key.slice(1)] ?? null);
  return { all: JSON.stringify([settings, given, texts]), sql: texts.map(({ text }) => text).join('\n') };
}

/** A migration without the header that says when it was committed: it is written after the commit, and nothing runs it. */
const withoutTime = (text: string): string => text.replace(/^((?:--! [A-Z].*\n)*?)--! Time: .*\n/, '$1');

type Hook = { readonly file: string } | 'nothing' | 'unknown';

/** A hook as .gmrc has it: the name of a file, or an object. */
function hookOf(hook: unknown): Hook {
  if (typeof hook === 'string') return hook.startsWith('!') ? 'unknown' : { file: hook };
  const { _: kind, shadow, file, root, command } = hook as Readonly<Record<string, unknown>>;
  if (shadow === false) return 'nothing';
  if (kind === 'sql') return root === true ? 'unknown' : { file: String(file) };
  return kind === 'command' && GATE.test(String(command)) ? 'nothing' : 'unknown';
}

/** Whether what SQL does may depend on the name of the database that it runs in. */
export const namesItsDatabase = (sql: string, names: readonly string[]): boolean =>
  /:DATABASE_|current_(?:database|catalog)|pg_database|pg_stat_activity/i.test(sql) ||
  names.some((name) => sql.includes(name));
