// Each migration is a transaction of its own, so an earlier run can have stopped between any two of them.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../../rolecall.config.ts';
import { account } from '../../../src/accounting/account.ts';
import { readContents } from '../../../src/catalog/contents.ts';
import { readStructure, type StructureLine } from '../../../src/catalog/structure.ts';
import { committedMigrations } from '../../../src/migrations/files.ts';
import { freshDatabase, type TestDatabase } from '../../support/databases.ts';
import { legacyTemplate, migrate } from '../../support/legacy.ts';
import { BASE } from './drift/base.ts';

let template: Awaited<ReturnType<typeof legacyTemplate>>;
let undisturbed: StructureLine[];
beforeAll(async () => {
  template = await legacyTemplate(BASE);
  const database = await freshDatabase(template.name);
  await migrate(database);
  undisturbed = await readStructure(database.client);
  await database.drop();
});
afterAll(() => template?.drop());

const committed = await committedMigrations();

test.each(committed.map((_, n) => n + 1).slice(0, -1))(
  'a run that stopped after %i migrations is taken up, and another changes nothing',
  async (stopped) => {
    const database = await freshDatabase(template.name);
    try {
      await run(database, committed.slice(0, stopped));
      // It knows of none of them: what is there is found.
      await migrate(database);
      expect(await readStructure(database.client)).toEqual(undisturbed);
      const { legacy } = config;
      expect(legacy && (await account(database.client, legacy)).findings.deviations).toEqual([]);

      const before = await readContents(database.client);
      await run(database, committed);
      expect(await readStructure(database.client)).toEqual(undisturbed);
      expect(await readContents(database.client)).toEqual(before);
    } finally {
      await database.drop();
    }
  },
);

async function run({ client }: TestDatabase, names: readonly string[]): Promise<void> {
  for (const name of names)
    await client.query(`begin;\n${await readFile(`migrations/committed/${name}`, 'utf8')}\n;commit;`);
}
