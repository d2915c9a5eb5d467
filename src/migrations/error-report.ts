// Loaded before graphile-migrate's command line, in its process (see graphile-migrate.ts). It changes nothing of what
// graphile-migrate does, only how it reports that a server refused a statement (by itself it prints the object that
// node-postgres throws), and how its process ends.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';
import pg from 'pg';
import { serverErrorText } from '../database/error-text.ts';
import { endWith } from '../end.ts';
import { placeIn } from './error-place.ts';
import { readMigrationSettings } from './graphile-migrate.ts';

type RunMigration = (client: pg.Client, body: string, file: string) => Promise<unknown>;

const require = createRequire(import.meta.url);
const instrumentation = require('graphile-migrate/dist/instrumentation.js') as {
  runQueryWithErrorInstrumentation: RunMigration;
};
const lib = require('graphile-migrate/dist/lib.js') as { isLoggedError: (error: unknown) => boolean };
const run = instrumentation.runQueryWithErrorInstrumentation;
const { migrationsFolder } = await readMigrationSettings();
const places = new WeakMap<object, string>();

instrumentation.runQueryWithErrorInstrumentation = async (client, body, file) => {
  let completed = 0;
  const count = (): void => void completed++;
  // A simple query of several statements: the server says which are done, and not which one failed.
  const { connection } = client as pg.Client & { readonly connection: NodeJS.EventEmitter };
  connection.on('commandComplete', count);
  try {
    return await run(client, body, file);
  } catch (error) {
    if (error instanceof pg.DatabaseError) places.set(error, await placeIn(fileOf(file), body, completed, error));
    throw error;
  } finally {
    connection.off('commandComplete', count);
  }
};

// console.error, by which graphile-migrate prints what it throws, asks an object how it is to be shown.
Object.defineProperty(pg.DatabaseError.prototype, inspect.custom, {
  value(this: pg.DatabaseError) {
    return serverErrorText(this, places.get(this));
  },
});

// Its handler of failures asks this, and then exits at once, where the process might wait for ever: it ends by itself instead.
// Every other exit is one after which statements follow, such as the refusal of a reset without --erase, and stays as it is.
const { isLoggedError } = lib;
const exit = process.exit;
let failed = false;
lib.isLoggedError = (error) => {
  failed = true;
  return isLoggedError(error);
};
process.exit = ((code) => (failed ? endWith(Number(code ?? 0)) : exit(code))) as typeof process.exit;

/** The file of a migration that graphile-migrate knows by its number, and its text. */
function fileOf(file: string): { readonly name: string; readonly text: string } {
  const folder = file === 'current.sql' ? migrationsFolder : join(migrationsFolder, 'committed');
  const number = /^\d+/.exec(file)?.[0];
  const name = number ? (readdirSync(folder).find((each) => each.startsWith(number)) ?? file) : file;
  try {
    return { name, text: readFileSync(join(folder, name), 'utf8') };
  } catch {
    return { name, text: '' };
  }
}
