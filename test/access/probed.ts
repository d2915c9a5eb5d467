import type { Calls, Persona, WorldRow } from '../../src/access/model.ts';
import { type Probes, probe } from '../../src/access/probe.ts';
import { readSubject, type Subject } from '../../src/access/subject.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

export interface Probed {
  readonly probes: Probes;
  readonly subject: Subject;
  readonly personas: readonly Persona[];
  readonly database: TestDatabase;
  /** The role of the personas "me" and "you". */
  readonly role: string;
  drop(): Promise<void>;
}

/**
 * Makes a database with schema app, which a role of its own may use, runs `sql` in it, and probes it as two personas of
 * that role.
 */
export async function probed(
  sql: (role: string) => string,
  { world = [], calls = {} }: { world?: readonly WorldRow[]; calls?: Calls } = {},
): Promise<Probed> {
  const database = await freshDatabase();
  const { name: role, drop } = await freshRole();
  await database.client.query(`create schema app; grant usage on schema app to ${role}; ${sql(role)}`);
  const subject = await readSubject(database.client, ['app', 'closed'], world);
  const personas = ['me', 'you'].map((name) => ({ name, role, settings: { 'test.me': name } }));
  const probes = await probe(database.client, subject, personas, { world, access: {}, calls });
  return {
    probes,
    subject,
    personas,
    database,
    role,
    async drop() {
      await database.drop();
      await drop();
    },
  };
}
