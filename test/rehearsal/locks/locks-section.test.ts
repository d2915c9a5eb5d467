import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import config from '../../../rolecall.config.ts';
import { workload } from '../../../spec/legacy/workload.ts';
import { withClient } from '../../../src/database/connect.ts';
import { databaseExists, recreateDatabase } from '../../../src/database/server.ts';
import { type ConnectionStrings, withDatabase } from '../../../src/database/urls.ts';
import { runQuietly } from '../../../src/migrations/graphile-migrate.ts';
import { fillLegacy } from '../../../src/proof/build.ts';
import { openSession } from '../../../src/rehearsal/locks/app-session.ts';
import { buildLocksSection } from '../../../src/rehearsal/locks/locks-section.ts';
import type { ReportSection, SectionInput } from '../../../src/rehearsal/report-section.ts';
import type { RehearsedProject } from '../../../src/rehearsal/settings.ts';
import { asRoot, onRealServer, serverUrl } from '../../support/databases.ts';

/** A legacy database, as a rehearsal has it after the copy. */
async function legacyCopy(): Promise<ConnectionStrings & { drop(): Promise<void> }> {
  const name = `test_${randomUUID().slice(0, 8)}`;
  const main = withDatabase(serverUrl, name);
  await recreateDatabase(serverUrl, main);
  await withClient(main, (client) => fillLegacy(client, config));
  return {
    main,
    shadow: withDatabase(serverUrl, `${name}_locks`),
    root: serverUrl,
    drop: () => asRoot(async (root) => void (await root.query(`drop database if exists "${name}" with (force)`))),
  };
}

const rehearsal = (urls: ConnectionStrings, kind: SectionInput['kind'] = 'named'): SectionInput => ({
  project: {
    name: config.name,
    extensions: config.database.extensions,
    legacy: config.legacy as RehearsedProject['legacy'],
  },
  kind,
  urls,
  tell: () => {},
});

interface Data {
  readonly unlike: readonly string[];
  readonly underLoad: { readonly notEvaluated: unknown[]; readonly operations: { readonly waits: number }[] };
}

test('every statement of the app runs on a legacy database, with rows of its own', async () => {
  const copy = await legacyCopy();
  const failed: string[] = [];
  for (const statement of [...workload.reads, ...workload.writes]) {
    const session = await openSession(copy.main, 'read', statement);
    const { error } = await session.call();
    await session.close();
    if (error) failed.push(`${statement.name}: ${error.message}`);
  }
  await copy.drop();
  expect(failed).toEqual([]);
});

test('on the embedded engine locks are not evaluated, and the section says so', async () => {
  const urls = {
    main: 'postgres://localhost/none',
    shadow: 'postgres://localhost/none',
    root: 'postgres://localhost/none',
  };
  const section = await (await buildLocksSection(rehearsal(urls, 'embedded')))();
  expect(section?.text).toMatch(/^not evaluated: the embedded engine runs one session at a time/);
  expect(section?.data).toEqual({ notEvaluated: expect.any(String) });
});

onRealServer(
  'the run that is observed ends in the catalogs of graphile-migrate, and leaves no copy behind',
  async () => {
    const copy = await legacyCopy();
    const close = await buildLocksSection(rehearsal(copy));
    await runQuietly(['migrate'], copy);
    const section = (await close()) as ReportSection;
    const left = await databaseExists(copy.root, copy.shadow);
    await withClient(copy.main, (client) => client.query('create table public.unlike ()'));
    const unlike = (await close()) as ReportSection;
    const nothingLeft = await (await buildLocksSection(rehearsal(copy)))();
    await copy.drop();
    const data = section.data as Data;
    expect(data.unlike).toEqual([]);
    expect(data.underLoad.notEvaluated).toEqual([]);
    expect(data.underLoad.operations).toHaveLength(workload.reads.length + workload.writes.length);
    expect(left).toBe(false);
    expect(unlike.text).toMatch(/^The observed run ended with other catalogs .*relation public\.unlike/);
    expect(nothingLeft).toBeUndefined();
  },
);

onRealServer('when the server refuses the copy, locks are not evaluated, and the section says why', async () => {
  const copy = await legacyCopy();
  const section = await withClient(copy.main, async () => (await buildLocksSection(rehearsal(copy)))());
  await copy.drop();
  expect(section?.text).toMatch(/^not evaluated: source database "test_\w+" is being accessed by other users/);
});
