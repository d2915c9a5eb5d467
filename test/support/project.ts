import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connectionStringsFrom, withDatabase } from '../../src/database/urls.ts';
import { dropOtherCopies } from '../../src/migrations/copies/copies.ts';
import { asRoot, serverUrl } from './databases.ts';
import { notebookFolder, projectFolder } from './project-folder.ts';

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** A copy of a project, whose migrations, spec and snapshots a test may change, with databases of its own. */
export interface Project {
  readonly folder: string;
  readonly url: string;
  /** Runs the command line as a user does. */
  rolecall(args: readonly string[], env?: Record<string, string>): Promise<Finished>;
  /** The same, still running. */
  begin(args: readonly string[], env?: Record<string, string>): Running;
  remove(): Promise<void>;
}

export interface Running {
  readonly pid: number;
  /** Resolves when the output since the last call holds `text`; rejects with all of it when that takes longer than any machine needs. */
  until(text: string | RegExp): Promise<string>;
  interrupt(): void;
  /** Ends it as nothing can be caught: with SIGKILL, and what it started with it. */
  kill(): void;
  readonly finished: Promise<Finished>;
}

/** Longer than what a command says takes to come on a busy machine, and shorter than a test may take, in ms. */
const LONG = 200_000;

/** This project. */
export async function freshProject(): Promise<Project> {
  return projectIn(await projectFolder());
}

/**
 * A project as small as one can be that has everything: two tables that clients use, and one from before the migrations. A
 * proof of it takes a fifth of the time, so it is for tests of what commands do with any project.
 */
export async function freshNotebook(): Promise<Project> {
  return projectIn(await notebookFolder());
}

function projectIn(folder: string): Project {
  const name = `test_${folder.slice(-6).toLowerCase()}`;
  const url = withDatabase(serverUrl, name);
  const begin: Project['begin'] = (args, env = {}) =>
    runRolecall(folder, args, { DATABASE_URL: url, ROOT_DATABASE_URL: serverUrl, ...env });
  return {
    folder,
    url,
    begin,
    rolecall: (args, env) => begin(args, env).finished,
    async remove() {
      const urls = connectionStringsFrom({ DATABASE_URL: url, ROOT_DATABASE_URL: serverUrl });
      await asRoot(async (root) => {
        for (const database of [urls?.main, urls?.shadow]) {
          if (database)
            await root.query(`drop database if exists "${new URL(database).pathname.slice(1)}" with (force)`);
        }
        if (urls) await dropOtherCopies(urls);
      });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs the command line of the project in a folder, as a user does. */
export function runRolecall(folder: string, args: readonly string[], env: Record<string, string>): Running {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/_DATABASE_URL$|^NODE_OPTIONS$|^FORCE_COLOR$/.test(name)),
  );
  const child = spawn(process.execPath, ['bin/rolecall.js', ...args], {
    cwd: folder,
    env: { ...inherited, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that all of it can be killed.
    detached: true,
  });
  let output = '';
  let read = 0;
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const finished = new Promise<Finished>((done) => child.on('close', (code) => done({ code, output })));
  return {
    pid: child.pid ?? 0,
    finished,
    interrupt: () => child.kill('SIGINT'),
    kill: () => process.kill(-(child.pid ?? 0), 'SIGKILL'),
    until: (text) =>
      new Promise((found, failed) => {
        const look = (): void => {
          const fresh = output.slice(read);
          const at = typeof text === 'string' ? fresh.indexOf(text) : fresh.search(text);
          if (at < 0) return;
          listeners.delete(look);
          read = output.length;
          found(fresh);
        };
        listeners.add(look);
        const fail = (how: string): void => failed(new Error(`It ${how} ${text}:\n${output}`));
        void finished.then(() => fail('ended before it said'));
        AbortSignal.timeout(LONG).addEventListener('abort', () => fail('has not said'));
        look();
      }),
  };
}
