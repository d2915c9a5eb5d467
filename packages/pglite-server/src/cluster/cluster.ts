import { randomUUID } from 'node:crypto';
import { constants, cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { THREAD_FLAGS } from '../constants.ts';
import type { ClusterState } from '../messages.ts';
import { type CompiledModule, compiledPGlite } from '../wasm.ts';
import { INSIDE } from '../worker/names.ts';
import { mergeRoles, type RolesChange } from './merge-roles.ts';
import type { Roles } from './roles.ts';

/** The database that others are copies of, where no template is named. */
const TEMPLATE = 'template1';

/** The databases in the data folder, and what they have in common. */
export class Cluster {
  /** The server parameters that every client receives when it connects (ParameterStatus): name → value. */
  parameters: Record<string, string> = {};
  /** Rises whenever roles or the list of databases change, so that each database knows whether it is behind. */
  version = 1;
  #folder: string;
  #roles = '';
  #wasm: CompiledModule | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes what is missing in the folder: the template, and the database `postgres`. */
  async prepare(): Promise<void> {
    await mkdir(join(this.#folder, 'databases'), { recursive: true });
    this.#wasm = await compiledPGlite();
    const template = join(this.#folder, 'template');
    if (!existsSync(template)) {
      const fresh = join(this.#folder, 'template.new');
      await rm(fresh, { recursive: true, force: true });
      await makeTemplate(fresh);
      await rename(fresh, template);
    }
    this.parameters = JSON.parse(readFileSync(join(template, 'parameters.json'), 'utf8'));
    const roles = join(this.#folder, 'roles.json');
    if (existsSync(roles)) this.#roles = readFileSync(roles, 'utf8');
    // What an interrupted CREATE or DROP DATABASE left behind.
    for (const entry of await readdir(join(this.#folder, 'databases'))) {
      if (entry.startsWith('.')) await rm(join(this.#folder, 'databases', entry), { recursive: true, force: true });
    }
    if (!this.has('postgres')) this.create('postgres', null);
  }

  get state(): ClusterState {
    return { roles: this.#roles, databases: this.names() };
  }

  names(): string[] {
    const entries = readdirSync(join(this.#folder, 'databases')).filter((entry) => !entry.startsWith('.'));
    return entries.map(decodeURIComponent).sort();
  }

  /** `template1` is made when it is first connected to; until then it is the pristine database. */
  has(name: string): boolean {
    return name === TEMPLATE || existsSync(this.folderOf(name));
  }

  /** Makes the folder of `template1` when it is missing. */
  ensure(name: string): void {
    if (name === TEMPLATE && !existsSync(this.folderOf(name))) this.create(name, null);
  }

  folderOf(name: string): string {
    return join(this.#folder, 'databases', encodeName(name));
  }

  /**
   * Everything that a thread needs to open a database.
   * @throws Error when `prepare` has not been called, or the database's folder is missing
   */
  filesOf(name: string): { folder: string; database: string; inside: string; wasm: CompiledModule } {
    if (!this.#wasm) throw new Error('The cluster is not prepared yet.');
    const folder = this.folderOf(name);
    return { folder, database: name, inside: readFileSync(join(folder, INSIDE), 'utf8'), wasm: this.#wasm };
  }

  /** Copies a database that is closed; `template1`, or the pristine one, without a name. */
  create(name: string, template: string | null): void {
    const named = this.folderOf(template ?? TEMPLATE);
    const source = template === null && !existsSync(named) ? join(this.#folder, 'template') : named;
    const copy = join(this.#folder, 'databases', `.new-${randomUUID()}`);
    // The asynchronous copy takes ten times as long: a thousand small files, each with several trips to a thread.
    cpSync(source, copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
    renameSync(copy, this.folderOf(name));
    this.version++;
  }

  async drop(name: string): Promise<void> {
    const gone = join(this.#folder, 'databases', `.old-${randomUUID()}`);
    // At once, so that no client can open it in between.
    renameSync(this.folderOf(name), gone);
    this.version++;
    await rm(gone, { recursive: true, force: true });
  }

  rename(name: string, to: string): void {
    renameSync(this.folderOf(name), this.folderOf(to));
    this.version++;
  }

  /**
   * Keeps what a database changed of the roles, for all others; on disk before any client hears of it.
   * @param before the roles that it had, and `after` those that it has now
   * @param kept the names of those that it still has, then and now
   * @returns whether it has all of them: another one may have changed some meanwhile
   */
  keepRoles(before: string, after: string, kept: RolesChange['kept']): boolean {
    const alone = this.#roles === '' || this.#roles === before;
    const change = (): RolesChange => ({ from: parse(before), to: parse(after), kept });
    const roles = alone ? after : JSON.stringify(mergeRoles(change(), parse(this.#roles)));
    if (roles === this.#roles) return alone;
    const file = join(this.#folder, 'roles.json');
    writeFileSync(`${file}.new`, roles);
    renameSync(`${file}.new`, file);
    this.#roles = roles;
    this.version++;
    return alone;
  }

  /** The role of that name, as far as a connecting client is concerned. */
  login(user: string): { superuser: boolean; createdb: boolean; login: boolean } | null {
    if (this.#roles === '') {
      return user === 'postgres' ? { superuser: true, createdb: true, login: true } : null;
    }
    const role = parse(this.#roles).roles.find(({ rolname }) => rolname === user);
    return role ? { superuser: role.rolsuper, createdb: role.rolcreatedb, login: role.rolcanlogin } : null;
  }
}

const parse = (roles: string): Roles => JSON.parse(roles) as Roles;

/** A folder name for any database name, on file systems with and without capital letters. */
export function encodeName(name: string): string {
  const bytes = [...Buffer.from(name, 'utf8')];
  return bytes
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[a-z0-9_-]/.test(letter) ? letter : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

async function makeTemplate(folder: string): Promise<void> {
  const worker = new Worker(new URL('../worker/template.ts', import.meta.url), {
    workerData: folder,
    execArgv: THREAD_FLAGS,
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
  if (!existsSync(join(folder, 'parameters.json'))) {
    throw new Error(`The embedded engine could not make its first database in ${folder}.`);
  }
}
