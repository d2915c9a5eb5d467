import { afterAll, beforeAll, expect } from '@jest/globals';
import { BASE } from '../spec/legacy/drift/base.ts';
import { keys } from '../spec/legacy/drift/keys.ts';
import { known } from '../spec/legacy/drift/known.ts';
import { unknown } from '../spec/legacy/drift/unknown.ts';
import { freshDatabase, onRealServer } from '../support/databases.ts';
import { legacyTemplate } from '../support/legacy.ts';
import { contentsOf, copyOf, migrateInWindow, withWorker } from './support.ts';

let template: Awaited<ReturnType<typeof legacyTemplate>>;
beforeAll(async () => {
  template = await legacyTemplate(BASE);
});
afterAll(() => template?.drop());

for (const [kind, drifts] of Object.entries({ known, keys, unknown })) {
  onRealServer(`a database with every drift of its ${kind} moves while it is used as it does in a window`, async () => {
    const database = await freshDatabase(template.name);
    try {
      for (const { sql } of Object.values(drifts)) await database.client.query(sql);
      await database.client.query(`create schema if not exists graphile_migrate; create table if not exists graphile_migrate.migrations (
        hash text primary key, previous_hash text, filename text not null, date timestamptz not null default now())`);
      const window = await copyOf(database);
      try {
        await withWorker(database, async (worker) => {
          await worker.create();
          await worker.fill();
          expect(await worker.validate()).toEqual([]);
          await worker.switchOver();
          await worker.cleanUp();
        });
        await migrateInWindow(window);
        expect(await contentsOf(database)).toEqual(await contentsOf(window));
      } finally {
        await window.drop();
      }
    } finally {
      await database.drop();
    }
  });
}
