import { withClient } from '../../database/connect.ts';
import { databaseExists } from '../../database/server.ts';
import { databaseOf } from '../../database/urls.ts';
import { settingKey, settingStatements } from './settings.ts';
import { type RoleSetting, readRolesState } from './state.ts';

/**
 * Remembers the settings that sessions begin with in one database: they go when it is dropped.
 * @returns gives those to the database of that name that nobody has given it since
 */
export async function rememberSettings(
  root: string,
  url: string,
): Promise<{ readonly giveAgain: () => Promise<void> }> {
  const read = (): Promise<readonly RoleSetting[]> =>
    withClient(url, async (client) => {
      const { settings } = await readRolesState(client, (name) => name === databaseOf(url));
      return settings.filter(({ database }) => database !== null);
    });
  const before = (await databaseExists(root, url)) ? await read() : [];
  return {
    async giveAgain() {
      const given = new Set((await read()).map(settingKey));
      const missing = settingStatements(
        before.filter((each) => !given.has(settingKey(each))),
        [],
      );
      await withClient(url, async (client) => {
        for (const statement of missing) await client.query(statement);
      });
    },
  };
}
