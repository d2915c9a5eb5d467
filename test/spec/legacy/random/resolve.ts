import { type DraftRow, type Reference, type Table, tables } from './rows.ts';
import type { Value } from './values.ts';

/** A row as it is inserted: the columns it names, the others have their default. */
export type Row = Readonly<Record<string, Value>>;
export type Rows = Readonly<Record<Table, readonly Row[]>>;

/** What parents are: their table, and the column that names them where it is not their id. */
const parents: Record<Reference['to'], { readonly table: Table; readonly key: string }> = {
  users: { table: 'auth.users', key: 'id' },
  channels: { table: 'public.channels', key: 'id' },
  videos: { table: 'public.videos', key: 'video_id' },
  sessions: { table: 'public.chat_sessions', key: 'id' },
  transcripts: { table: 'public.transcripts', key: 'id' },
};

/** The n-th row's id, which says whose it is; the first and last uuids that there are come too. */
export function idOf(table: Table, n: number): string {
  const place = tables.indexOf(table);
  if (table === 'public.channels' && n === 3) return '00000000-0000-0000-0000-000000000000';
  if (table === 'public.chat_sessions' && n === 3) return 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  return `${place.toString(16).padStart(8, 'a')}-0000-4000-8000-${n.toString().padStart(12, '0')}`;
}

const NOBODY = 'deadbeef-0000-4000-8000-000000000000';

/** Gives each row its id and each reference its key; a parent that there is none of is gone. */
export function resolve(drafts: Readonly<Record<Table, readonly DraftRow[]>>): Rows {
  const rows: Record<string, readonly Row[]> = {};
  for (const table of tables) {
    rows[table] = withoutTwice(
      drafts[table].map((draft, n) => ({ id: idOf(table, n), ...mapped(draft, (value) => written(table, value)) })),
    );
  }
  return rows as Rows;

  function written(table: Table, value: Value | Reference): Value {
    if (value === null || typeof value === 'string') return value;
    const { form, of, to } = value;
    if (form === 'none') return table === 'public.profiles' ? NOBODY : null;
    const parent = rows[parents[to].table] ?? [];
    const found = parent[of % Math.max(parent.length, 1)];
    // user_creators has the channel's uuid, all others its text key.
    const key = to === 'channels' && table !== 'public.user_creators' ? 'channel_id' : parents[to].key;
    if (form === 'gone' || !found) return key.endsWith('_id') ? 'gone' : NOBODY;
    return inForm(form, found[key] ?? null, found.id ?? null);
  }
}

function inForm(form: Reference['form'], key: Value, id: Value): Value {
  switch (form) {
    case 'uuid':
      return id;
    case 'UUID':
      return id?.toUpperCase() ?? null;
    case 'padded':
      // On both sides, what a person takes for a blank.
      return key === null ? null : ` \u00a0${key}\n\u3000`;
    case 'other case':
      return key === null ? null : swappedCase(key);
    default:
      return key;
  }
}

const swappedCase = (text: string): string => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase());

/** A table's primary key stands: of rows of one id the first. Only profiles do not have ids of their own. */
function withoutTwice(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ id }, n) => rows.findIndex((row) => row.id === id) === n);
}

function mapped<A, B>(from: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, change(value)]));
}
