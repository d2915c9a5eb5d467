import type { AccessSpec, Persona, WorldRow } from '../../../src/access/model.ts';
import { probe } from '../../../src/access/probe.ts';
import { isDecided } from '../../../src/access/sets/coverage.ts';
import type { SetProbes } from '../../../src/access/sets/probe-sets.ts';
import { readSubject } from '../../../src/access/subject.ts';
import { freshDatabase } from '../../support/databases.ts';
import { freshRole } from '../../support/roles.ts';

/** A database with a role, in which schema after schema is made and asked about. */
export interface Ground {
  readonly role: string;
  /** Makes schema `app` with a function app.me(), runs `sql` in it, and asks the personas ann and bob, and callers like them. */
  look(sql: string, world: readonly WorldRow[], access: AccessSpec): Promise<SetProbes>;
  drop(): Promise<void>;
}

export async function makeGround(): Promise<Ground> {
  const database = await freshDatabase();
  const { name: role, drop } = await freshRole();
  const personas: Persona[] = ['ann', 'bob'].map((name) => ({ name, role, settings: { 'test.me': name } }));
  return {
    role,
    async look(sql, world, access) {
      await database.client.query(`
        drop schema if exists app cascade; create schema app; grant usage on schema app to ${role};
        create function app.me() returns text language sql stable
        as $$ select nullif(pg_catalog.current_setting('test.me', true), '') $$;
        ${sql.replaceAll('$role', role)}`);
      const subject = await readSubject(database.client, ['app'], world);
      return (await probe(database.client, subject, personas, { world, access })).sets;
    },
    async drop() {
      await database.drop();
      await drop();
    },
  };
}

/** Each hole in one line: who does what, and in what the row differs. */
export function holesOf({ holes }: SetProbes): string[] {
  return [
    ...new Set(
      holes.map(({ caller, command, table, row }) => {
        const changes = Object.entries(row.variant?.changes ?? {}).map(([column, value]) => `${column}=${value}`);
        return [caller.kind === 'persona' ? caller.name : 'nobody', command, table, ...changes].join(' ');
      }),
    ),
  ].sort();
}

/** The nodes of conditions of which not enough was seen to know what they do. */
export function undecidedIn({ coverage }: SetProbes): string[] {
  return coverage.filter((one) => !isDecided(one)).map(({ node }) => node);
}
