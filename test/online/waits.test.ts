import { afterEach, expect } from '@jest/globals';
import { onRealServer, type TestDatabase } from '../support/databases.ts';
import { within } from '../support/time-limits.ts';
import { untilWaiting } from '../support/waiting.ts';
import { connected, legacy, legacyDatabase, withWorker } from './support.ts';

let database: TestDatabase;
afterEach(() => database.drop());

/** Advisory: whoever holds it keeps the account from going on. */
const HELD = 42;

onRealServer(
  'an account that changed in the last moment before all is accounted for can be deleted meanwhile, and the sums meet all the same',
  async () => {
    database = await legacyDatabase();
    const app = database.client;
    const holder = await connected(database.url);
    await withWorker(database, async (worker) => {
      await worker.create();
      await worker.fill();
      await holder.query('select pg_advisory_lock($1)', [HELD]);
      await app.query(`set lock_timeout = ${within(5)}; begin`);
      const { rows } = await app.query<{ user_id: string }>(
        "update public.chat_sessions set updated_at = '2025-06-01' where id = (select id from public.chat_sessions order by id limit 1) returning user_id",
      );
      const relation = `(select aside.* from ${legacy.quarantine.relation} aside, pg_advisory_xact_lock_shared(${HELD})) held`;
      const accounted = worker.validate({ ...legacy, quarantine: { relation } });
      // All that was noted is carried, and writers are asked to stop: this is what comes in between.
      await Promise.race([accounted, untilWaiting(holder, { locktype: 'relation' })]);
      await app.query('commit');
      await Promise.race([accounted, untilWaiting(holder, { locktype: 'advisory' })]);
      await app.query('delete from auth.users where id = $1', [rows[0]?.user_id]);
      await app.query("insert into public.error_logs (service, error_message) values ('chat', 'meanwhile')");
      await holder.query('select pg_advisory_unlock($1)', [HELD]);
      expect(await accounted).toEqual([]);
      await worker.switchOver();
    });
    await holder.end();
  },
);
