import type pg from 'pg';
import { personasOf } from '../access/personas.ts';
import { compareReach } from '../access/reach/compare.ts';
import { readReach } from '../access/reach/read.ts';
import { timed } from '../access/timed.ts';
import type { Config } from '../config/schema.ts';
import type { Findings } from '../report/deviation.ts';

/** Compares what the client roles reach outside of the proof with what is known. */
export async function proveReach(client: pg.Client, config: Config): Promise<Findings> {
  return compareReach(await timed('reach', () => readReach(client, personasOf(config), config)), config.known ?? {});
}
