// A plan that does not fit the committed migrations is refused before anything is changed.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { online } from '../../spec/online.ts';
import { readStructure } from '../../src/catalog/structure.ts';
import { prepare } from '../../src/online/run.ts';
import type { OnlinePlan } from '../../src/online/settings.ts';
import { stageOf } from '../../src/online/stage.ts';
import type { TestDatabase } from '../support/databases.ts';
import { legacy, legacyDatabase } from './support.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await legacyDatabase();
});
afterAll(() => database?.drop());

const { sections } = online;

test.each<[string, Partial<OnlinePlan>, string]>([
  ['names a section that there is not', { sections: { ...sections, move: 'legacy/away.sql' } }, 'legacy/away.sql'],
  [
    'leaves out a section that carries rows',
    { sections: { ...sections, carry: sections.carry.filter((name) => name !== 'carry/videos.sql') } },
    'carry/videos.sql, included by',
  ],
  [
    'renames what the tools name in a text that they execute',
    { schemas: [...online.schemas, 'pg_temp'] },
    "carry/tools.sql can't carry rows while the app runs: It executes a text that names pg_temp.%",
  ],
  [
    'names a function that the tools do not define',
    { sections: { ...sections, sourceSchema: 'old_schema' } },
    'define no pg_temp.old_schema()',
  ],
  ['has a text that is not SQL', { recount: ['update'] }, 'online.recount.0 is not SQL'],
])('a plan that %s changes nothing', async (_, change, message) => {
  const { client, url } = database;
  const before = await readStructure(client);
  const urls = { main: url, shadow: url, root: url };
  const progress = { step: <T>(_: string, run: (tell: () => void) => Promise<T>) => run(() => {}), seconds: new Map() };
  const refused = prepare({ client, urls, plan: { ...online, ...change }, accounting: legacy, progress });
  await expect(refused).rejects.toThrow(message);
  expect((await stageOf(client, online)).at).toBe('old');
  expect(await readStructure(client)).toEqual(before);
});
