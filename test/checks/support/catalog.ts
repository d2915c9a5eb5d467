import { readFile } from 'node:fs/promises';
import { readCatalog } from '../../../src/catalog/catalog.ts';
import { CHECKS } from '../../../src/checks/all.ts';
import type { Check } from '../../../src/checks/check.ts';
import { findOffences } from '../../../src/checks/run.ts';
import { freshDatabase, type TestDatabase } from '../../support/databases.ts';

const ruled = {
  schemas: ['public', 'private'],
  api: ['public'],
  private: 'private',
  postgrest: {
    schemas: ['public'],
    embeddings: { 'public.tasks': { lists: 'one' }, 'public.lists': { tasks: 'many' } },
  },
} as const;

/** A database as the pages start from it (docs/checks/README.md), with roles and an auth schema. */
export async function startingDatabase(): Promise<TestDatabase> {
  const database = await freshDatabase();
  await database.client.query(await readFile('migrations/hooks/supabase-shim.sql', 'utf8'));
  await database.client.query((await sqlOf('README', 'What the pages start from')) ?? '');
  return database;
}

/**
 * What the checks find after each step, as “check: object”; the steps are undone. The evidence of what is found is
 * executed too: it must be ready to paste.
 */
export async function foundAfter(
  { client }: TestDatabase,
  steps: readonly string[],
  checks: readonly Check[] = CHECKS,
): Promise<string[][]> {
  const found: string[][] = [];
  await client.query('begin');
  try {
    for (const step of steps) {
      await client.query(step);
      const offences = await findOffences(await readCatalog(client, { schemas: [], rest: true }), ruled, checks);
      for (const { evidence } of offences) await client.query(evidence);
      found.push(offences.map(({ check, object }) => `${check.id}: ${object}`));
    }
  } finally {
    await client.query('rollback');
  }
  return found;
}

/** The SQL below a heading of a page in docs/checks. */
export async function sqlOf(id: string, heading: string): Promise<string | undefined> {
  const page = await readFile(`docs/checks/${id}.md`, 'utf8');
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  return /```sql\n([\s\S]*?)```/.exec(section ?? '')?.[1];
}
