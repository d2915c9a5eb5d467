import { readFile, stat, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { readAfresh } from '../config/afresh.ts';
import type { Config } from '../config/schema.ts';
import { withDeclaration } from './insert.ts';
import type { Declaration, DeclaredKey } from './model.ts';
import { lineOf } from './source-text.ts';

/** Where a declaration went, or where a person has to put it. */
export interface PlacedDeclaration {
  readonly key: DeclaredKey;
  readonly file: string;
  readonly line: string;
  readonly written: boolean;
}

/** The configuration, and the file that it was read from. */
export interface ConfigFile {
  readonly path: string;
  readonly config: Config;
}

/**
 * Writes declarations into the files in which the project's layout says that such are declared, and reads the configuration
 * again: what it then has must be what it had and the declarations, and nothing else. Otherwise the files are put back.
 * @param write false to leave all to a person
 */
export async function place(
  declarations: readonly Declaration[],
  { path: configPath, config }: ConfigFile,
  write: boolean,
): Promise<PlacedDeclaration[]> {
  const fileOf = (key: DeclaredKey): string => config.layout?.declared?.[key] ?? configPath;
  const before = new Map<string, string>();
  const after = new Map<string, string>();
  const written = new Set<Declaration>();
  for (const declaration of write ? declarations : []) {
    const file = fileOf(declaration.key);
    const source = after.get(file) ?? (await textOf(file));
    const edited = source === undefined ? undefined : await withDeclaration(file, source, declaration);
    if (source === undefined || edited === undefined) continue;
    if (!before.has(file)) before.set(file, source);
    after.set(file, edited);
    written.add(declaration);
  }
  await writeAll(after);
  const read = written.size > 0 ? await readAfresh(configPath) : { config };
  const holds = 'config' in read && declaredEqually(read.config, config, [...written]);
  if (!holds) await writeAll(before);
  return declarations.map((declaration) => ({
    key: declaration.key,
    file: fileOf(declaration.key),
    line: `${lineOf(declaration, 0)},`,
    written: holds && written.has(declaration),
  }));
}

const writeAll = async (files: ReadonlyMap<string, string>): Promise<void> => {
  for (const [file, text] of files) await writeFile(file, text);
};

async function textOf(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? readFile(file, 'utf8') : undefined;
}

/** Whether a configuration has what another one has, and these declarations, in the keys that they are for. */
function declaredEqually(now: Config, before: Config, declarations: readonly Declaration[]): boolean {
  const added = (key: DeclaredKey): Record<string, unknown> =>
    Object.fromEntries(
      declarations.flatMap((each) => (each.key === key && each.name !== undefined ? [[each.name, each.value]] : [])),
    );
  const rows = declarations.filter(({ key }) => key === 'world').map(({ value }) => value);
  return (
    isDeepStrictEqual(now.access, { ...before.access, ...added('access') }) &&
    isDeepStrictEqual(now.functions, { ...before.functions, ...added('functions') }) &&
    isDeepStrictEqual(now.world, [...before.world, ...rows]) &&
    isDeepStrictEqual(now.queries?.sizes, before.queries && { ...before.queries.sizes, ...added('queries.sizes') })
  );
}
