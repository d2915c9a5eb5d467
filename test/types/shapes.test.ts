// The shapes of JSON hold what the app has written and writes, and say no more than the database keeps.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { world } from '../../spec/world.ts';
import type { Database } from '../../types/app.ts';
import type { Json } from '../../types/database.ts';
import {
  type Chunk,
  type Segment,
  type Source,
  segmentsIn,
  sourcesIn,
  type Utterance,
  utterancesIn,
} from '../../types/shapes.ts';
import { vector } from '../spec/functions/search-support.ts';
import { type App, freshApp } from '../spec/functions/support.ts';
import { freshDatabase, thorough } from '../support/databases.ts';
import { legacyTemplate, migrate } from '../support/legacy.ts';

const sources: Source[] = [
  { videoId: 'x', startTime: 1.5, similarity: 0.9 },
  { videoId: 'y', startTime: 0, similarity: 1, title: 'Y' },
];
const segments: Segment[] = [{ text: 'Hello', start: 0, duration: 2.5 }];
const transcript: Utterance[] = [
  { role: 'user', text: 'Hello' },
  { role: 'assistant', text: 'Hello!' },
];

/** Each column with a shape: what is written there, and the reader of it. */
const SHAPED: readonly (readonly [column: string, written: Json[], read: (value: Json) => unknown[]])[] = [
  ['chat_messages.sources', sources, sourcesIn],
  ['saved_answers.sources', sources, sourcesIn],
  ['transcripts.segments', segments, segmentsIn],
  ['voice_conversations.transcript', transcript, utterancesIn],
];

/** Columns of JSON whose shape is whatever their writer gives. */
const OPEN = [
  'audit_log.new_record',
  'audit_log.old_record',
  'error_logs.details',
  'operation_locks.metadata',
  'request_idempotency.response',
];

let app: App;
beforeAll(async () => {
  app = await freshApp();
  const [user, channel] = [await app.user(), await app.channel()];
  await app.transcript(channel);
  await app.sql(`
    insert into public.chat_sessions (user_id, channel_id) values ('${user}', '${channel}');
    insert into public.chat_messages (user_id, session_id, role, content) select user_id, id, 'user', 'x' from public.chat_sessions;
    insert into public.saved_answers (user_id, channel_id, content) values ('${user}', '${channel}', 'x');
    insert into public.voice_conversations (user_id, channel_id) values ('${user}', '${channel}')`);
});
afterAll(() => app?.drop());

test('each column of JSON has a shape, or is open', async () => {
  const columns = await app.sql(
    `select c.relname || '.' || a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
       and a.atttypid in ('json'::regtype, 'jsonb'::regtype)`,
  );
  expect(columns.map(({ name }) => name).sort()).toEqual([...OPEN, ...SHAPED.map(([name]) => name)].sort());
});

describe.each(SHAPED)('%s', (column, written, read) => {
  const [table = '', name = ''] = column.split('.');
  const kept = async (value: Json): Promise<Json> =>
    (await app.sql(`update public.${table} set ${name} = $1 returning ${name}`, [JSON.stringify(value)]))[0]?.[
      name
    ] as Json;

  test('what has the shape is kept, and read back as it was', async () => {
    expect(read(await kept(written))).toEqual(written);
  });

  test('the database keeps any JSON, so that a row’s type says no more than Json; a reader leaves out what has not the shape', async () => {
    for (const other of [
      {},
      'text',
      1,
      true,
      [1],
      [null],
      ['x'],
      [[]],
      [{}],
      [{ text: 1, role: 'user', videoId: 1 }],
    ]) {
      expect(await kept(other)).toEqual(other);
      expect(read(other)).toEqual([]);
    }
    expect(read([...written, 'x'])).toEqual(written);
    await kept([]);
  });

  test('an element that lacks a property, or has one of another type, has not the shape', () => {
    const [element] = written as [Record<string, Json>];
    for (const key of Object.keys(element)) {
      const { [key]: _, ...lacking } = element;
      expect(read([lacking])).toEqual([]);
      expect(read([{ ...element, [key]: {} }])).toEqual([]);
    }
    expect(read([{ ...element, more: 1 }])).toEqual([{ ...element, more: 1 }]);
  });
});

test('what is null or missing has no element', () => {
  expect([sourcesIn(null), segmentsIn(undefined), utterancesIn(null)]).toEqual([[], [], []]);
  expect(sourcesIn([{ ...sources[0], title: 1 } as unknown as Json])).toEqual([]);
});

test('the world’s JSON has the shapes', () => {
  const seen = world.flatMap(({ table, values, insert, update }) =>
    SHAPED.flatMap(([column, , read]) => {
      const [name, key = ''] = column.split('.');
      if (table !== `public.${name}`) return [];
      return [values, insert, update].flatMap((row) => (row && key in row ? [[row[key] as Json, read] as const] : []));
    }),
  );
  expect(seen).not.toEqual([]);
  for (const [value, read] of seen) expect(read(value)).toEqual(value);
});

thorough('the sources of legacy messages are read without a loss', async () => {
  const template = await legacyTemplate('select');
  const database = await freshDatabase(template.name);
  try {
    await migrate(database);
    const { rows } = await database.client.query<{ sources: Json }>(
      'select sources from public.chat_messages where sources is not null',
    );
    expect(rows.filter(({ sources: value }) => sourcesIn(value).length > 0).length).toBeGreaterThan(10);
    for (const { sources: value } of rows) expect(sourcesIn(value)).toEqual(value);
  } finally {
    await database.drop();
    await template.drop();
  }
});

describe('chunks', () => {
  const replace = async (chunks: unknown): Promise<unknown> => {
    const goOn = await app.stopClock();
    try {
      await app.as('service', 'select public.replace_transcript_chunks((select id from public.transcripts), $1)', [
        JSON.stringify(chunks),
      ]);
      return (
        await app.sql(
          'select chunk_index, text, start_time, end_time, token_count, embedding_status::text from public.transcript_chunks order by 1',
        )
      ).map((row) => Object.values(row));
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await goOn();
    }
  };

  test('what the type allows, the function takes', async () => {
    const embedding = JSON.parse(vector(1)) as number[];
    const chunks: Chunk[] = [
      { text: 'All', chunk_index: 3, start_time: 1, end_time: 2, token_count: 4, embedding },
      { text: 'Nulls', chunk_index: 4, start_time: null, end_time: null, token_count: null, embedding: null },
      { text: 'Little' },
    ];
    expect(await replace(chunks)).toEqual([
      [2, 'Little', null, null, null, 'pending'],
      [3, 'All', 1, 2, 4, 'completed'],
      [4, 'Nulls', null, null, null, 'pending'],
    ]);
  });

  test.each([
    ['no list', { text: 'x' }],
    ['a text of no object', ['x']],
    ['no text', [{ start_time: 1 }]],
    ['a text of null', [{ text: null }]],
    ['a time that is no number', [{ text: 'x', start_time: 'soon' }]],
    ['an index that is no number', [{ text: 'x', chunk_index: {} }]],
    ['a number of tokens that is none', [{ text: 'x', token_count: [] }]],
    ['an embedding that is no list', [{ text: 'x', embedding: 'none' }]],
  ])('what it does not allow is refused: %s', async (_, chunks) => {
    expect(await replace(chunks)).toBe('PT400');
  });
});

type Columns = Database['public']['Tables'];
type Calls = Database['public']['Functions'];

/** `npm run types` fails when one of these is not as its line says. */
const compiled = {
  read: (row: Columns['chat_messages']['Row']): Json | null => row.sources,
  // @ts-expect-error a row's JSON is read by a reader
  unread: (row: Columns['chat_messages']['Row']): Source[] | null => row.sources,
  written: { sources } satisfies Columns['chat_messages']['Update'],
  missing: { channel_id: 'x' } satisfies Columns['voice_conversations']['Insert'],
  none: { sources: null } satisfies Columns['saved_answers']['Update'],
  // @ts-expect-error it is not null in the database
  noTranscript: { transcript: null } satisfies Columns['voice_conversations']['Update'],
  // @ts-expect-error no source
  other: { sources: [{ video: 'x' }] } satisfies Columns['saved_answers']['Update'],
  // @ts-expect-error nobody has that role
  nobody: { transcript: [{ role: 'x', text: 'x' }] } satisfies Columns['voice_conversations']['Update'],
  vector: { embedding: [1, 2] } satisfies Columns['chunk_embeddings']['Update'],
  // @ts-expect-error no embedding
  noVector: { embedding: true } satisfies Columns['chunk_embeddings']['Update'],
  expires: (row: Calls['my_usage']['Returns'][number]): string | null => row.plan_expires_at,
  // @ts-expect-error it may be null
  expired: (row: Calls['my_usage']['Returns'][number]): string => row.plan_expires_at,
  // @ts-expect-error it may be null while somebody holds the lock
  token: (token: Calls['acquire_operation_lock']['Returns']): number => token,
  found: (done: Calls['complete_request']['Returns']): boolean => done,
  // @ts-expect-error the chunks are not null
  chunks: (): Calls['replace_transcript_chunks']['Args'] => ({ p_transcript_id: 'x', p_chunks: null }),
};

test('the compiler refuses what the database would, and reads what may be null as such', () => {
  expect(compiled.written).toEqual({ sources });
});
