import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { copyLine, type LegacyRows } from '../../spec/legacy/row.ts';
import { channels } from '../../spec/legacy/rows/channels.ts';
import { follows, messages, sessions } from '../../spec/legacy/rows/chats.ts';
import { errorLogs, publicLimits, usage } from '../../spec/legacy/rows/operations.ts';
import { users } from '../../spec/legacy/rows/users.ts';
import { chunks, videos } from './content.ts';
import { heavyRows } from './heavy.ts';
import { type Scale, videoPlaces } from './scale.ts';

/** Told after each table, and between, while a table is loaded. */
export type LoadProgress = (table: string, megabytes: number) => void;

/** Fills an empty legacy database by COPY, parents first; memory stays the same at any size. */
export async function loadScale(client: pg.Client, scale: Scale, onProgress: LoadProgress): Promise<void> {
  const places = videoPlaces(scale);
  const { plan } = scale;
  const copyText = ({ table, columns, rows }: LegacyRows) =>
    copy(client, `copy ${table} (${columns.join(', ')}) from stdin`, lines(rows()), (megabytes) =>
      onProgress(table, megabytes),
    );
  for (const make of [users, channels]) await copyText(make(plan));
  await copyText(videos(scale, places));
  await copy(
    client,
    `copy ${chunks.table} (${chunks.columns.join(', ')}) from stdin (format binary)`,
    chunks.pieces(scale, places),
    (megabytes) => onProgress(chunks.table, megabytes),
  );
  for (const make of [sessions, messages, usage, follows, publicLimits, errorLogs]) await copyText(make(plan));
  for (const rows of heavyRows(scale)) await copyText(rows);
}

const pieceSize = 256 * 1_024;
const tellEvery = 64;

async function copy(
  client: pg.Client,
  statement: string,
  from: Iterable<Buffer>,
  tell: (megabytes: number) => void,
): Promise<void> {
  await pipeline(
    Readable.from(pieces(from, tell), { objectMode: true, highWaterMark: 4 }),
    client.query(copyFrom(statement)),
  );
}

/** Rows joined to pieces of useful size: a message for each row would cost more than the row. */
function* pieces(rows: Iterable<Buffer>, tell: (megabytes: number) => void): Iterable<Buffer> {
  let [parts, size, sent, told]: [Buffer[], number, number, number] = [[], 0, 0, 0];
  for (const row of rows) {
    parts.push(row);
    size += row.length;
    if (size < pieceSize) continue;
    yield Buffer.concat(parts, size);
    sent += size / 1_048_576;
    [parts, size] = [[], 0];
    if (sent - told >= tellEvery) {
      told = sent;
      tell(Math.round(sent));
    }
  }
  yield Buffer.concat(parts, size);
  tell(Math.round(sent + size / 1_048_576));
}

function* lines(rows: Iterable<Parameters<typeof copyLine>[0]>): Iterable<Buffer> {
  for (const row of rows) yield Buffer.from(copyLine(row));
}
