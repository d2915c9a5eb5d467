import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { Backend, openPGlite } from './backend.ts';
import { DATA, INSIDE } from './names.ts';

/** The parameters that the server reports to a client when it connects, in PostgreSQL's spelling. */
const REPORTED = [
  'server_version',
  'server_encoding',
  'client_encoding',
  'application_name',
  'default_transaction_read_only',
  'in_hot_standby',
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'integer_datetimes',
  'standard_conforming_strings',
  'scram_iterations',
  'search_path',
];

// Makes the pristine database that all others are copies of: a copy takes milliseconds, this takes seconds.
const folder = workerData as string;
mkdirSync(folder, { recursive: true });
const backend = new Backend(await openPGlite(join(folder, DATA), 'postgres'));
const names = REPORTED.map((name) => `current_setting('${name}')`).join(', ');
const values = backend.demand(`select ${names}`)[0]?.[0] ?? [];
const [own] = backend.demand('select oid from pg_catalog.pg_database where datname = current_database()')[0]?.[0] ?? [];
await backend.close();
// Of template0 and template1 as PostgreSQL has them: a database of the engine is one of its own, and they would be two thirds
// of the files that each copy copies.
for (const database of readdirSync(join(folder, DATA, 'base'))) {
  if (database !== own) rmSync(join(folder, DATA, 'base', database), { recursive: true });
}
writeFileSync(join(folder, INSIDE), 'postgres');
writeFileSync(
  join(folder, 'parameters.json'),
  JSON.stringify(Object.fromEntries(REPORTED.map((name, at) => [name, values[at]]))),
);
