import { afterEach, describe, expect } from '@jest/globals';
import { online } from '../../spec/online.ts';
import { readStructure } from '../../src/catalog/structure.ts';
import { dropOldTables } from '../../src/online/drop-old.ts';
import { onRealServer, type TestDatabase } from '../support/databases.ts';
import { untilClosed, untilSeen } from '../support/waiting.ts';
import { connected, contentsOf, copyOf, legacy, legacyDatabase, migrateInWindow, withWorker } from './support.ts';

const open: TestDatabase[] = [];
const kept = (database: TestDatabase): TestDatabase => {
  open.push(database);
  return database;
};
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

/** What the app does meanwhile: inserts, updates and deletes, of one row and of many, and of what others hang on. */
const MEANWHILE = [
  "insert into public.chat_messages (id, session_id, role, content, created_at) select '00000000-0000-4000-8000-000000000001', id, 'user', 'new', '2025-06-01' from public.chat_sessions order by id limit 1",
  "update public.chat_messages set content = content || ' (edited)' where role = 'assistant'",
  'delete from public.chat_messages where id in (select id from public.chat_messages order by id limit 3)',
  "update public.channels set ingestion_progress = 42, updated_at = '2025-06-01'",
  "insert into public.channels (id, channel_id, channel_name, channel_url, created_at, updated_at) values ('00000000-0000-4000-8000-000000000002', 'UCnew', 'New', 'https://www.youtube.com/channel/UCnew', '2025-06-01', '2025-06-01')",
  "insert into public.videos (id, video_id, channel_id, title, created_at, updated_at) values ('00000000-0000-4000-8000-000000000003', 'newvideo', 'UCnew', 'New', '2025-06-01', '2025-06-01')",
  "insert into public.transcript_chunks (id, video_id, channel_id, chunk_index, text, embedding, created_at, updated_at) select '00000000-0000-4000-8000-000000000004', 'newvideo', 'UCnew', 0, 'new', embedding, '2025-06-01', '2025-06-01' from public.transcript_chunks where embedding is not null order by id limit 1",
  'delete from public.transcript_chunks where chunk_index = 1',
  'delete from public.channels where id = (select id from public.channels order by created_at limit 1)',
  "update public.videos set channel_id = 'UCnew' where video_id = (select video_id from public.videos where channel_id <> 'UCnew' order by id limit 1)",
  "update public.user_usage set plan_type = 'pro', messages_sent_today = 5",
  'delete from public.user_creators where id = (select id from public.user_creators order by id limit 1)',
  "insert into auth.users (id, email, created_at) values ('00000000-0000-4000-8000-000000000005', 'new@example.com', '2025-06-01')",
  "insert into public.chat_sessions (id, channel_id, user_id, created_at, updated_at) values ('00000000-0000-4000-8000-000000000006', 'UCnew', '00000000-0000-4000-8000-000000000005', '2025-06-01', '2025-06-01')",
  'delete from auth.users where id = (select id from auth.users order by created_at limit 1)',
  'update public.public_chat_limits set messages_today = messages_today + 1',
  "insert into public.error_logs (id, service, error_message, created_at) values ('00000000-0000-4000-8000-000000000007', 'chat', 'new', '2025-06-01')",
  "delete from public.error_logs where service = 'embed-chunks'",
];

describe('moving a database while it is used', () => {
  onRealServer(
    'ends in the catalogs, rows and sums of a maintenance window, with what was written meanwhile at every stage',
    async () => {
      const database = kept(await legacyDatabase());
      const window = kept(await copyOf(database));
      const write = async (from: number, to: number): Promise<void> => {
        for (const sql of MEANWHILE.slice(from, to)) {
          await database.client.query(sql);
          await window.client.query(sql);
        }
      };

      await write(0, 2);
      await withWorker(database, async (worker) => {
        await worker.create();
        await write(2, 6);
        await worker.fill();
        await write(6, 14);
        expect(await worker.validate()).toEqual([]);
        await write(14, MEANWHILE.length);
        await worker.switchOver();
        await worker.cleanUp();
      });
      await migrateInWindow(window);

      expect(await contentsOf(database)).toEqual(await contentsOf(window));
      expect(await readStructure(database.client)).toEqual(await readStructure(window.client));
      const sums = 'select table_name, rows_in, rows_carried, rows_quarantined from private.legacy_moves order by 1';
      expect((await database.client.query(sums)).rows).toEqual((await window.client.query(sums)).rows);
    },
  );

  onRealServer('is taken up where it was killed, at any batch, and ends in the same', async () => {
    const database = kept(await legacyDatabase());
    const window = kept(await copyOf(database));
    for (const batches of [0, 1, 2, 3]) {
      await withWorker(database, async (worker, client) => {
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
        const gone = untilClosed(client);
        let done = 0;
        const killed = (async () => {
          await worker.create();
          await worker.fill(async () => {
            if (done++ !== batches) return;
            await database.client.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
            await gone;
          });
        })();
        await expect(killed).rejects.toThrow();
      });
    }
    await withWorker(database, async (worker) => {
      await worker.create();
      await worker.fill();
      expect(await worker.validate()).toEqual([]);
      await worker.switchOver();
      await worker.cleanUp();
    });
    await migrateInWindow(window);

    expect(await contentsOf(database)).toEqual(await contentsOf(window));
    expect(await readStructure(database.client)).toEqual(await readStructure(window.client));
  });

  onRealServer('follows what goes from a unit that was carried to one that is still to come', async () => {
    const database = kept(await legacyDatabase());
    const moved = `
        with there as (select video_id, channel_id from public.videos where transcript_status = 'completed' order by video_id desc limit 1)
        update public.transcript_chunks chunk set video_id = there.video_id, channel_id = there.channel_id, chunk_index = 1000 + chunk_index
        from there where chunk.video_id = (
          select min(c.video_id) from public.transcript_chunks c join public.videos v using (video_id) where v.channel_id <> there.channel_id)`;
    let chunks = 0;
    await withWorker(database, async (worker) => {
      await worker.create();
      await worker.fill(async () => {
        if (chunks === 0) chunks = (await database.client.query(moved)).rowCount ?? 0;
      });
      expect(chunks).toBeGreaterThan(0);
      expect(await worker.validate()).toEqual([]);
    });
  });

  onRealServer('builds an index again whose building was interrupted, and ends in the same catalogs', async () => {
    const database = kept(await legacyDatabase());
    const window = kept(await copyOf(database));
    // Who reads one state of the database is waited for before an index is valid.
    const reader = await connected(database.url);
    await reader.query('begin isolation level repeatable read; select from public.channels');
    await withWorker(database, async (worker, client) => {
      await worker.create();
      const killed = expect(worker.fill()).rejects.toThrow();
      const gone = untilClosed(client);
      await untilSeen(
        database.client,
        "select pg_terminate_backend(pid) from pg_stat_progress_create_index where phase = 'waiting for old snapshots' and datname = current_database()",
      );
      await Promise.all([killed, gone]);
    });
    await reader.end();
    const invalid = 'select indexrelid::regclass from pg_index where not indisvalid';
    expect((await database.client.query(invalid)).rows).toHaveLength(1);
    await withWorker(database, async (worker) => {
      await worker.fill();
      expect((await database.client.query(invalid)).rows).toEqual([]);
      expect(await worker.validate()).toEqual([]);
      await worker.switchOver();
      await worker.cleanUp();
    });
    await migrateInWindow(window);
    expect(await readStructure(database.client)).toEqual(await readStructure(window.client));
  });

  onRealServer(
    'enters sums that meet exactly, and loses nothing that was acknowledged, while everybody writes to the last',
    async () => {
      const database = kept(await legacyDatabase());
      const { client } = database;
      await withWorker(database, async (worker) => {
        await worker.create();
        await worker.fill();
        expect(await worker.validate()).toEqual([]);
        const writers = [0, 1, 2].map((writer) => writeUntilRefused(database.url, writer));
        await worker.switchOver();
        const acknowledged = (await Promise.all(writers)).flat();
        await worker.cleanUp();
        expect(acknowledged.length).toBeGreaterThan(0);
        const { rows: lost } = await client.query(
          'select id from unnest($1::uuid[]) id where id not in (select id from public.chat_messages)',
          [acknowledged],
        );
        expect(lost).toEqual([]);
      });
      const { rows: sums } = await client.query<{ table_name: string; sums: number[] }>(
        'select table_name, array[rows_in, rows_carried, rows_quarantined]::int[] as sums from private.legacy_moves order by 1',
      );
      const counted: typeof sums = [];
      for (const { table_name: table } of sums) {
        const { rows } = await client.query<{ sums: number[] }>(
          `select array[(select count(*) from legacy.${table}), (select count(*) from public.${table}),
                        (select count(*) from private.quarantined_rows where source_table = 'legacy.${table}')]::int[] as sums`,
        );
        counted.push({ table_name: table, sums: rows[0]?.sums ?? [] });
      }
      // Of the others there are rows that were made.
      const carried = ({ table_name: table }: { table_name: string }): boolean =>
        !online.targets.find((target) => target.table === `public.${table}`)?.naturalKey;
      expect(sums.filter(carried)).toEqual(counted.filter(carried));
    },
  );

  onRealServer('leaves no trace when it is given up, whether it had just begun or was all prepared', async () => {
    const database = kept(await legacyDatabase());
    const before = await readStructure(database.client);
    for (const filled of [false, true]) {
      await withWorker(database, async (worker) => {
        await worker.create();
        if (filled) await worker.fill();
        await worker.cleanUp();
      });
      expect(await readStructure(database.client)).toEqual(before);
    }
    await migrateInWindow(database);
  });

  onRealServer('drops the old tables only when all of what they held is elsewhere', async () => {
    const database = kept(await legacyDatabase());
    await migrateInWindow(database);
    const { client } = database;
    const seen = async () => (await dropOldTables(client, online, legacy)).map(({ where }) => where);
    await client.query('create table legacy.by_hand (note text)');
    expect(await seen()).toEqual([
      ...['chat_messages', 'chat_sessions', 'transcript_chunks', 'videos'].map((table) => `legacy.${table}`),
      'legacy.by_hand',
    ]);
    await client.query(
      "delete from private.quarantined_rows; drop table legacy.by_hand; update private.legacy_moves set rows_in = null where table_name = 'videos'",
    );
    expect(await seen()).toEqual(['videos']);
    await client.query(
      "update private.legacy_moves set rows_in = rows_carried + rows_quarantined where table_name = 'videos'",
    );
    expect(await seen()).toEqual([]);
    const { rows } = await client.query("select from pg_namespace where nspname = 'legacy'");
    expect(rows).toEqual([]);
  });

  onRealServer(
    'keeps readers and writers only as long as it says, and waits for whoever is in the middle of something',
    async () => {
      const database = kept(await legacyDatabase());
      await withWorker(database, async (worker) => {
        await worker.create();
        await worker.fill();
        expect(await worker.validate()).toEqual([]);
        const busy = await connected(database.url);
        await busy.query('begin; select from public.chat_messages limit 1');
        let through = false;
        const switched = worker.switchOver().then((waits) => {
          through = true;
          return waits;
        });
        // A writer is served all the while that the switch can't get through: it steps back each time.
        for (let turn = 0; turn < 5; turn++)
          await database.client.query('update public.channels set total_videos = $1', [turn]);
        expect(through).toBe(false);
        await busy.query('commit');
        await switched;
        await busy.end();
      });
      const { rows } = await database.client.query<{ total_videos: number }>(
        'select distinct total_videos from public.channels',
      );
      expect(rows).toEqual([{ total_videos: 4 }]);
    },
  );
});

/**
 * Inserts messages and chunks in the old shape, and deletes nearly all of them, until the tables have another: what is
 * carried again and again stays as small as it was, however long that takes.
 * @returns the messages that are acknowledged and were not deleted
 */
async function writeUntilRefused(url: string, writer: number): Promise<string[]> {
  const client = await connected(url);
  const left: string[] = [];
  try {
    for (let turn = 0; ; turn++) {
      const { rows } = await client.query<{ id: string }>(
        "insert into public.chat_messages (session_id, role, content) select id, 'user', 'to the last' from public.chat_sessions order by id offset $1 limit 1 returning id",
        [writer],
      );
      const id = rows[0]?.id ?? '';
      await client.query(
        `insert into public.transcript_chunks (video_id, channel_id, chunk_index, text)
         select video_id, channel_id, $1, 'to the last' from public.videos order by id offset $2 limit 1`,
        [10_000 * (writer + 1) + turn, writer],
      );
      if (turn % 20) await client.query("delete from public.chat_messages where id = $1 and role = 'user'::text", [id]);
      else left.push(id);
      await client.query('delete from public.transcript_chunks where chunk_index = $1 and embedding is null', [
        10_000 * (writer + 1) + turn,
      ]);
    }
  } catch (error) {
    if (!RESHAPED.has((error as { code?: string }).code ?? '')) throw error;
    return left;
  } finally {
    await client.end();
  }
}

/** What says that the tables have another shape: unknown columns, types that do not fit, a key that is missing. */
const RESHAPED = new Set(['42703', '42804', '42883', '23502']);
