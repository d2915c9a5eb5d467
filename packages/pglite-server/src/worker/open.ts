import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type { WorkerOptions } from '../messages.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { Backend, openPGlite } from './backend.ts';
import { DATA, INSIDE } from './names.ts';

/** Opens a database, whatever it is called inside its files (a copy has its template's name), and names it rightly. */
export async function openDatabase({ folder, database, inside, wasm }: WorkerOptions): Promise<Backend> {
  const data = join(folder, DATA);
  // Of statements that a crash cut off: a server's postmaster removes them.
  rmSync(join(data, 'base', 'pgsql_tmp'), { recursive: true, force: true });
  let pglite: PGlite;
  let name = inside;
  try {
    pglite = await openPGlite(data, inside, wasm);
  } catch (error) {
    if (inside === database) throw error;
    // Renamed already, but the process ended before that was noted.
    name = database;
    pglite = await openPGlite(data, database, wasm);
  }
  const backend = new Backend(pglite);
  if (name !== database) {
    backend.demand(
      `delete from pg_catalog.pg_database where datname = ${quoteLiteral(database)};
       update pg_catalog.pg_database set datname = ${quoteLiteral(database)} where datname = ${quoteLiteral(name)}`,
    );
  }
  if (inside !== database) writeFileSync(join(folder, INSIDE), database);
  return backend;
}
