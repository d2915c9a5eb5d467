import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type LegacyOptions, type MadeTable, makeLegacy } from './make.ts';
import type { LegacyRow } from './row.ts';

/** Told after each table. */
export type LoadProgress = (table: string, rows: number) => void;

/** The keys that production has lost, and that its orphans break. */
const lostKeys = [
  ['public.videos', 'videos_channel_id_fkey'],
  ['public.transcript_chunks', 'transcript_chunks_video_id_fkey'],
  ['public.transcript_chunks', 'transcript_chunks_channel_id_fkey'],
  ['public.chat_sessions', 'chat_sessions_channel_id_fkey'],
  ['public.chat_sessions', 'chat_sessions_user_id_fkey'],
] as const;

/** Makes a legacy database and loads it into the tables of the baseline, all or nothing. */
export async function loadLegacy(client: pg.Client, options: LegacyOptions, onProgress?: LoadProgress): Promise<void> {
  const tables = makeLegacy(options);
  const load = (await canCopy(client)) ? copyRows : insertRows;
  await client.query('begin');
  try {
    if (tables.some((table) => table.orphaned)) await loseKeys(client);
    for (const table of tables) {
      const rows = await load(client, table);
      onProgress?.(table.table, rows);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function loseKeys(client: pg.Client): Promise<void> {
  for (const [table, key] of lostKeys) await client.query(`alter table ${table} drop constraint if exists ${key}`);
}

/** The embedded engine, PostgreSQL compiled to WebAssembly, takes no COPY from a client. */
async function canCopy(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ version: string }>('select version()');
  return !/emcc|emscripten|wasm/i.test(rows[0]?.version ?? '');
}

async function copyRows(client: pg.Client, { table, columns, lines }: MadeTable): Promise<number> {
  const copy = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`));
  await pipeline(Readable.from(pieces(lines())), copy);
  return copy.rowCount;
}

const pieceSize = 64 * 1_024;

/** Lines joined to pieces of useful size: a message for each line would cost more than the line. */
function* pieces(lines: Iterable<string>): Iterable<Buffer> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length >= pieceSize) {
      yield Buffer.from(piece);
      piece = '';
    }
  }
  if (piece) yield Buffer.from(piece);
}

const batchSize = 100;

async function insertRows(client: pg.Client, { table, columns, rows }: MadeTable): Promise<number> {
  let count = 0;
  let batch: LegacyRow[] = [];
  const send = async () => {
    const places = batch.map((row, at) => `(${row.map((_, column) => `$${at * row.length + column + 1}`).join(', ')})`);
    await client.query(`insert into ${table} (${columns.join(', ')}) values ${places.join(', ')}`, batch.flat());
    count += batch.length;
    batch = [];
  };
  for (const row of rows()) {
    if (batch.push(row) === batchSize) await send();
  }
  if (batch.length > 0) await send();
  return count;
}
