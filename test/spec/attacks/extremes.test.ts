// Whatever value a caller gives an argument, a function answers, or refuses with an error of docs/error-codes.md: never with
// one of the server's own, such as a number out of range or a row that no index can hold.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type App, type Caller, freshApp } from '../functions/support.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
const [LAST, HUGE] = ['ffffffff-ffff-ffff-ffff-ffffffffffff', 'x'.repeat(12_000)];
const vector = (dimensions: number, value: number) => `[${Array<number>(dimensions).fill(value).join(',')}]`;

/** By type. Null is an extreme of all. */
const EXTREMES: Readonly<Record<string, readonly string[]>> = {
  'pg_catalog.text': ['', ' ', HUGE, '\u3164', '\u202E', 'a\nb', '%', '\\', '%_\\%', "'", '🙂'.repeat(3000)],
  'pg_catalog.uuid': [NIL, LAST],
  'pg_catalog._uuid': ['{}', `{${NIL},${LAST},NULL}`],
  'pg_catalog.int4': ['0', '-1', '2147483647', '-2147483648'],
  'pg_catalog.int8': ['0', '-1', '9223372036854775807', '-9223372036854775808'],
  'pg_catalog.float8': ['0', '-1', 'NaN', 'Infinity', '-Infinity', '1e308', '-1e-308'],
  'pg_catalog.timestamptz': ['infinity', '-infinity', '294276-12-31 23:59:59.999999+00', '4713-01-01 00:00:00+00 BC'],
  'pg_catalog.jsonb': [
    'null',
    '{}',
    '[]',
    '[null]',
    '[[]]',
    '[{}]',
    '"x"',
    '1e400',
    `{"x": "${HUGE}"}`,
    '[{"text": null}]',
    '[{"text": "x", "chunk_index": 1e20}]',
    '[{"text": "x", "chunk_index": -1}]',
    '[{"text": "x", "chunk_index": "y"}]',
    '[{"text": "x", "chunk_index": 0}, {"text": "x", "chunk_index": 0}]',
    '[{"text": "x", "start_time": 1e400}]',
    '[{"text": "x", "start_time": "NaN"}]',
    '[{"text": "x", "token_count": -1}]',
    '[{"text": "x", "embedding": [1, 2]}]',
    '[{"text": "x", "embedding": "none"}]',
    `[{"text": "x", "embedding": ${vector(1536, 1e9)}}]`,
    '[{"text": {}, "end_time": []}]',
  ],
  'public.app_role': ['admin', 'user'],
  'public.error_severity': ['critical'],
  'extensions.halfvec': [vector(1536, 0), vector(3, 1), vector(4000, 1)],
  'extensions.vector': [vector(1536, 0), vector(3, 1), vector(1536, 1e38)],
}; // prettier-ignore

const DOCUMENTED = /^(|PT\d{3}|42501)$/;
const DOCUMENTED_OF_EMBEDDINGS = /^(|PT\d{3}|42501|22000|22003|22026)$/;

interface Executable {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly roles: readonly string[];
}

let app: App;
let callers: Readonly<Record<string, readonly Caller[]>>;
/** A value with which functions do what they are for, by the parameter's name. */
let usual: Readonly<Record<string, string | null>>;
let executables: readonly Executable[];

beforeAll(async () => {
  app = await freshApp();
  const [user, admin] = [await app.user(), await app.user('admin')];
  const channel = await app.channel({ public_slug: 'of-extremes' });
  const transcript = await app.transcript(channel);
  await app.as('service', 'select public.replace_transcript_chunks($1, $2)', [
    transcript,
    JSON.stringify([{ text: 'x', embedding: Array(1536).fill(0.5) }]),
  ]);
  await app.sql('insert into public.user_creators (user_id, channel_id) values ($1, $2)', [user, channel]);
  await app.sql('insert into public.chat_sessions (user_id, channel_id) values ($1, $2)', [user, channel]);
  await app.sql(
    `insert into public.chat_messages (user_id, session_id, role, content) select user_id, id, 'user', 'x' from public.chat_sessions`,
  );
  callers = { authenticated: [{ user }, { user: admin }], service_role: ['service'], anon: ['anon'] };
  usual = {
    p_user_id: user,
    p_channel_id: channel,
    filter_channel_id: channel,
    p_transcript_id: transcript,
    p_role: 'moderator',
    p_slug: 'a-usual-one',
    p_chunks: '[{"text": "y"}]',
    p_identifier: 'somebody',
    p_limit: '5',
    p_lock_key: 'a key',
    p_operation_type: 'chat',
    p_idempotency_key: 'a key',
    p_request_hash: 'a hash',
    p_lock_seconds: '60',
    p_ttl_seconds: '600',
    p_lease_seconds: '60',
    p_error_log_days: '30',
    p_count: '1',
    p_query: 'x',
    p_response: '{}',
    p_fencing_token: '1',
    p_days: '7',
    query_embedding: vector(1536, 0.5),
    match_threshold: '0.1',
    match_count: '5',
    p_function_name: 'f',
    p_message: 'm',
    p_lists: '1',
    required: 'admin',
    p_user_ids: `{${user}}`,
  }; // prettier-ignore
  executables = (await app.sql(
    `select routine.pronamespace::regnamespace::text || '.' || routine.proname as name,
       array(
         select jsonb_build_object('name', coalesce(routine.proargnames[place], ''), 'type', typnamespace::regnamespace || '.' || typname)
         from unnest(routine.proargtypes) with ordinality argument (type, place) join pg_type on pg_type.oid = type
         order by place
       ) as parameters,
       array(
         select role from unnest(array['anon', 'authenticated', 'service_role']) role
         where has_function_privilege(role, routine.oid, 'execute')
       ) as roles
     from pg_proc routine
     where routine.pronamespace in ('public'::regnamespace, 'private'::regnamespace, 'legacy_api'::regnamespace)
       and routine.prorettype <> 'trigger'::regtype
       -- What takes a row is a relationship of two views: its argument is a row that is there.
       and not exists (select from pg_type where oid = any (routine.proargtypes) and typtype = 'c')
     order by 1`,
  )) as unknown as Executable[];
});
afterAll(() => app?.drop());

test('every extreme of every argument of every function is answered, or refused by a documented error', async () => {
  const undocumented: string[] = [];
  let calls = 0;
  for (const { name, parameters, roles } of executables) {
    for (const caller of roles.flatMap((role) => callers[role] ?? [])) {
      for (const [place, { type }] of parameters.entries()) {
        const extremes = EXTREMES[type];
        if (!extremes) throw new Error(`${name} takes ${type}, of which no extreme is known here.`);
        for (const extreme of [null, ...extremes]) {
          const values = parameters.map((parameter, index) =>
            index === place ? extreme : (usual[parameter.name] ?? null),
          );
          const places = parameters.map((parameter, index) => `$${index + 1}::text::${parameter.type}`);
          calls++;
          const code = await codeOf(caller, `select * from ${name}(${places.join(', ')})`, values);
          // An embedding of other dimensions is pgvector's to refuse, as docs/error-codes.md says.
          const ofEmbedding = type.startsWith('extensions.') || extreme?.includes('embedding');
          if (!(ofEmbedding ? DOCUMENTED_OF_EMBEDDINGS : DOCUMENTED).test(code))
            undocumented.push(`${code} ${name} ${parameters[place]?.name} = ${String(extreme).slice(0, 40)}`);
        }
      }
    }
  }
  expect([...new Set(undocumented)]).toEqual([]);
  expect(calls).toBeGreaterThan(1000);
}, 600_000);

/** The SQLSTATE with which the call fails, or nothing. It is rolled back. */
async function codeOf(caller: Caller, text: string, values: readonly unknown[]): Promise<string> {
  const goOn = await app.stopClock();
  try {
    await app.as(caller, text, values);
    return '';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await goOn();
  }
}

test.each([
  ['operation_locks', 'lock_key, operation_type, expires_at', `repeat('x', 12000), 'x', 'infinity'`],
  ['operation_locks', 'lock_key, operation_type, expires_at', `'', 'x', 'infinity'`],
  [
    'request_idempotency',
    'operation_type, idempotency_key, request_hash, locked_until',
    `'x', repeat('x', 12000), 'h', 'infinity'`,
  ],
  [
    'request_idempotency',
    'operation_type, idempotency_key, request_hash, locked_until',
    `repeat('x', 12000), 'k', 'h', 'infinity'`,
  ],
])(
  'the service’s own insert into %s is refused by a constraint with a name, and by no index',
  async (table, columns, values) => {
    expect(await app.failure('service', `insert into public.${table} (${columns}) values (${values})`)).toMatchObject({
      code: '23514',
    });
  },
);

test.each([
  ['a lock', `select public.acquire_operation_lock($1, 'x')`, 'invalid_lock'],
  [
    'who asks a public channel',
    'select public.consume_public_chat_quota($1, gen_random_uuid(), 1)',
    'invalid_identifier',
  ],
])('%s is not named by blanks, whichever they are', async (_, call, error) => {
  for (const blank of [' ', '\n', '\u00a0', '\u200b\u3000', '\ufeff'])
    expect(await app.failure('service', call, [blank])).toMatchObject({ code: 'PT400', error });
});
