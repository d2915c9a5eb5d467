import { compareReach } from '../../../src/access/reach/compare.ts';
import type { Known } from '../../../src/access/reach/known.ts';
import { readReach } from '../../../src/access/reach/read.ts';
import type { Deviation } from '../../../src/report/deviation.ts';
import { freshDatabase } from '../../support/databases.ts';
import { freshRole } from '../../support/roles.ts';

/** What is asked of a database besides its SQL; `app` is proven. */
interface Asked {
  readonly known?: Known;
  /** Roles of the configuration that no persona has. */
  readonly roles?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Reaching {
  /** The role of the personas "me" and "you". */
  readonly role: string;
  /** A role that is nobody's; members of it are made in SQL. */
  readonly team: string;
  /** Runs SQL in a transaction, and gives what deviates then; all of it is undone. */
  deviations(sql: string, asked?: Asked): Promise<readonly Deviation[]>;
  drop(): Promise<void>;
}

/** A database with schemas app, which is proven, and leak, which is not: the client role may use both. */
export async function reaching(): Promise<Reaching> {
  const database = await freshDatabase();
  const [client, other] = [await freshRole(), await freshRole()];
  const [role, team] = [client.name, other.name];
  await database.client.query(`create schema app; create schema leak; grant usage on schema app, leak to ${role}`);
  return {
    role,
    team,
    async deviations(sql, { known = {}, roles = [], settings = {} } = {}) {
      await database.client.query(`begin; ${sql}`);
      try {
        const personas = ['me', 'you'].map((name) => ({ name, role, settings }));
        const declared = { proven: ['app'], roles: [role, ...roles], ruled: { schemas: ['app'] }, known };
        return compareReach(await readReach(database.client, personas, declared), known).deviations;
      } finally {
        await database.client.query('rollback');
      }
    },
    async drop() {
      await database.drop();
      await client.drop();
      await other.drop();
    },
  };
}
