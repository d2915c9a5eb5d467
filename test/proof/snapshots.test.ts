import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Config } from '../../src/config/schema.ts';
import { structureFile } from '../../src/proof/prove.ts';
import { asCheckedIn, compareSnapshots, hasCheckedInStructure } from '../../src/proof/snapshots.ts';
import { pageOf } from '../../src/structure/read.ts';
import { parse } from '../../src/structure/text.ts';

const page = (lines: string): string => pageOf(parse(`\`\`\`\n${lines}\n\`\`\`\n`) ?? []);
const CHECKED_IN = page(
  'role anon: no inherit\nrole authenticated: no inherit\nextension vector: in extensions\nschema app: owner app_owner',
);
/** Time limits and an extension of the host's. */
const HOSTED = `role anon: settings statement_timeout = '3s'
role authenticated: no inherit; settings statement_timeout = '8s'
extension pg_stat_statements: in extensions
extension vector: in extensions
schema app: owner app_owner`;

let config: Config;

beforeAll(async () => {
  config = { snapshots: await mkdtemp(join(tmpdir(), 'rolecall-snapshots-')), supabase: {} } as unknown as Config;
  await writeFile(structureFile(config), CHECKED_IN);
});
afterAll(() => rm(config.snapshots, { recursive: true }));

const filesOf = (lines: string) => new Map([[structureFile(config), page(lines)]]);

test('a snapshot of a project on Supabase is the one that is checked in, where only what Supabase has by itself differs', async () => {
  const files = filesOf(HOSTED);
  expect((await asCheckedIn(files, config)).get(structureFile(config))).toBe(CHECKED_IN);
  expect(await hasCheckedInStructure(files, config)).toBe(true);
  expect(await compareSnapshots(files, config)).toEqual([]);
});

test("the team's own changes are in the snapshot, without what Supabase has by itself", async () => {
  const files = filesOf(HOSTED.replace('app_owner', 'anon').concat('\nextension pg_cron: in extensions'));
  const written = (await asCheckedIn(files, config)).get(structureFile(config));
  expect(written).toBe(
    page(
      'role anon: no inherit\nrole authenticated: no inherit\nextension vector: in extensions\nschema app: owner anon\nextension pg_cron: in extensions',
    ),
  );
  expect(await hasCheckedInStructure(files, config)).toBe(false);
  const deviations = await compareSnapshots(files, config);
  expect(deviations.map(({ where }) => where)).toEqual(['schema app', 'extension pg_cron']);
  expect(await readFile(structureFile(config), 'utf8')).toBe(CHECKED_IN);
});

test('everywhere else it is written as it is', async () => {
  const files = filesOf(HOSTED);
  expect(await asCheckedIn(files, { ...config, supabase: undefined } as Config)).toBe(files);
});
