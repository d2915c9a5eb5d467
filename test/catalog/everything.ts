import { readFile } from 'node:fs/promises';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

export interface Everything extends TestDatabase {
  /** The role that everything.sql calls Reader.1. */
  readonly role: string;
  readonly owner: string;
}

/** A database with one of each kind of thing (everything.sql). */
export async function everything(): Promise<Everything> {
  const { name: role, drop } = await freshRole();
  const database = await freshDatabase();
  await database.client.query((await readFile('test/catalog/everything.sql', 'utf8')).replaceAll('Reader.1', role));
  const { rows } = await database.client.query<{ owner: string }>('select current_user as owner');
  return {
    ...database,
    role,
    owner: rows[0]?.owner ?? '',
    async drop() {
      await database.drop();
      await drop();
    },
  };
}

/** A catalog without what differs between two equal databases: ids, the internal triggers, whose names have one, and layout. */
export function comparable({ policies, triggers, grants, ...rest }: Catalog): Catalog {
  const plain = {
    ...rest,
    grants: grants.filter(({ kind, privilege }) => kind !== 'database' && privilege !== 'MAINTAIN'),
    policies: policies.map((policy) => ({
      ...policy,
      usingTree: null,
      checkTree: null,
      calls: Object.values(policy.calls),
    })),
    triggers: triggers.filter(({ internal }) => !internal),
  };
  return JSON.parse(JSON.stringify(plain).replaceAll(/(\\n| )+/g, ' ')) as Catalog;
}
