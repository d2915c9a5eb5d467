import type { Fingerprint, Fingerprints } from './before.ts';
import type { Table } from './rows.ts';

/**
 * Which rows nobody could have a reason to set aside: their keys are written as they should be and are shared with no
 * other row, their parents are such rows themselves, and nothing that has to be there is missing. An oracle that knows
 * less than the migration and nothing of how it works: it says nothing about the rows in between.
 */
export function soundRows(rows: ReadonlyMap<string, Fingerprints>): ReadonlyMap<Table, ReadonlySet<string>> {
  const sound = new Map<Table, ReadonlySet<string>>();
  const users = of('auth.users', () => true);
  const channels = of('public.channels', present('channel_id'), ['channel_id']);
  const channelKeys = keysOf('public.channels', 'channel_id', channels);
  const byChannel = (row: Fingerprint) => channelKeys.has(row.channel_id ?? '');
  const byUser = (row: Fingerprint) => users.has(plain(row.user_id));
  const videos = of('public.videos', (row) => byChannel(row) && present('video_id')(row), ['video_id']);
  const videoKeys = keysOf('public.videos', 'video_id', videos);
  const byVideo = (row: Fingerprint) => videoKeys.has(row.video_id ?? '') && present('channel_id')(row);
  of('public.transcripts', byVideo, ['video_id']);
  of(
    'public.transcript_chunks',
    (row) => byVideo(row) && present('text')(row) && Number(row.chunk_index ?? 'null') >= 0 && fitsHalf(row.embedding),
    ['video_id', 'chunk_index'],
  );
  const sessions = of('public.chat_sessions', (row) => byUser(row) && byChannel(row), ['user_id', 'channel_id']);
  of(
    'public.chat_messages',
    (row) =>
      sessions.has(plain(row.session_id)) &&
      present('content')(row) &&
      ['"user"', '"assistant"'].includes(row.role ?? ''),
  );
  of('public.user_usage', byUser, ['user_id']);
  of('public.user_creators', (row) => byUser(row) && channels.has(plain(row.channel_id)), ['user_id', 'channel_id']);
  of('public.public_chat_limits', (row) => byChannel(row) && present('identifier')(row), ['identifier', 'channel_id']);
  of('public.error_logs', present('service', 'error_message'));
  of('public.profiles', (row) => users.has(plain(row.id)));
  return sound;

  function of(table: Table, holds: (row: Fingerprint) => boolean, ...keys: string[][]): ReadonlySet<string> {
    const all = [...(rows.get(table) ?? [])];
    const alone = (row: Fingerprint) =>
      keys.every(
        (key) =>
          all.filter(([, other]) => same(other, key) === same(row, key)).length === 1 ||
          key.some((column) => row[column] === 'null'),
      );
    const found = new Set(all.filter(([, row]) => holds(row) && alone(row)).map(([id]) => id));
    sound.set(table, found);
    return found;
  }

  /** A key as somebody would take it for another: in any case, with any blanks around it, by a channel's uuid. */
  function same(row: Fingerprint, key: readonly string[]): string {
    return key
      .map((column) => folded(plain(row[column])))
      .map((text) => {
        // A key may be empty, and is one then.
        const named = rows.get('public.channels')?.get(text)?.channel_id ?? 'null';
        return named === 'null' ? text : folded(plain(named));
      })
      .join('\0');
  }

  function keysOf(table: Table, column: string, ids: ReadonlySet<string>): ReadonlySet<string> {
    return new Set([...(rows.get(table) ?? [])].filter(([id]) => ids.has(id)).map(([, row]) => row[column] ?? ''));
  }
}

const folded = (text: string): string => text.toLowerCase().trim();

const present =
  (...columns: string[]) =>
  (row: Fingerprint): boolean =>
    columns.every((column) => (row[column] ?? 'null') !== 'null');

/** A value of JSON as plain text. */
function plain(value: string | undefined): string {
  const parsed: unknown = JSON.parse(value ?? 'null');
  return parsed === null ? '' : String(parsed);
}

/** The greatest number that half precision can hold, after rounding, is below 65520. */
const fitsHalf = (embedding: string | undefined): boolean =>
  plain(embedding)
    .slice(1, -1)
    .split(',')
    .every((element) => Math.abs(Number(element)) < 65_520);
