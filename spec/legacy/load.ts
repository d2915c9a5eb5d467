import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type LegacyOptions, type MadeTable, makeLegacy } from './make.ts';

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
  await client.query('begin');
  try {
    if (tables.some((table) => table.orphaned)) await loseKeys(client);
    for (const table of tables) {
      const rows = await copyRows(client, table);
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
