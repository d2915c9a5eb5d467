import fc, { type Arbitrary } from 'fast-check';
import { escapeIdentifier, escapeLiteral } from 'pg';

/** Something that was added by hand: what it is called (no two are called the same), and the statements that make it. */
export interface Extra {
  readonly name: string;
  readonly sql: string;
}

/** What is not of our own making has this in its name; other names are those of new things, which have to make way. */
export const BY_HAND = 'hand';

const tables = [
  ...['channels', 'videos', 'transcript_chunks', 'chat_sessions', 'chat_messages', 'user_usage', 'user_creators'],
  ...['public_chat_limits', 'error_logs'],
];
const table = fc.constantFrom(...tables);

/** Names of the redesign: a thing that has one of them by chance stands in its way. */
const newTables = [
  ...['plans', 'user_roles', 'usage_daily', 'saved_answers', 'voice_conversations', 'audit_log', 'operation_locks'],
  'request_idempotency',
  'chunk_embeddings',
];
const newColumns = [
  ...[
    'youtube_channel_id',
    'youtube_video_id',
    'chunk_count',
    'added_by',
    'user_id',
    'title',
    'last_message_at',
    'plan_id',
  ],
  ...['usage_date', 'severity', 'function_name', 'message', 'language', 'retry_count', 'transcript_id', 'embedding'],
];
const newTypes = ['app_role', 'ingestion_status', 'content_type', 'message_role', 'request_status', 'audit_action'];
const newFunctions = [
  'hand_function()',
  'my_usage()',
  'publish_channel(uuid, text)',
  'log_error(text, text)',
  'grant_role(uuid, text)',
  'admin_overview()',
];

const byHand = fc.constantFrom('hand', 'by hand', 'hand "quoted"', 'hand_рука', 'hand-手');
const named = (others: readonly string[]): Arbitrary<string> =>
  fc.oneof({ withCrossShrink: true }, byHand, fc.constantFrom(...others));

/** A type, and a value of it in its least convenient form. */
const typed = fc.constantFrom(
  ...([
    ['text', `it's "new"\n\\`],
    ['integer', '-2147483648'],
    ['numeric', '123456789012345678901234567890.000000000000000000001'],
    ['double precision', 'NaN'],
    ['boolean', 'false'],
    ['jsonb', '{"deep": [[[null, 1e400]]]}'],
    ['json', '{"a": 1,  "a": 2}'],
    ['uuid', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['timestamp', 'infinity'],
    ['interval', '-178000000 years'],
    ['bytea', '\\x00ff'],
    ['text[]', '[0:1]={"a,b",NULL}'],
    ['inet', '::1/64'],
    ['int4range', 'empty'],
    ['tsvector', `'a':1 'b'`],
    ['xml', '<a/>'],
    ['point', '(1e-300,NaN)'],
    ['varchar(20)', 'short'],
    ['char(4)', 'a'],
    ['oid', '4294967295'],
    ['"char"', 'x'],
    ['vector(3)', '[1,2,3]'],
  ] as const),
);

const column = fc
  .record({ table, name: named(newColumns), typed, filled: fc.boolean() })
  .filter(({ table, name }) => !(table === 'transcript_chunks' && ['embedding', 'transcript_id'].includes(name)))
  .filter(({ table, name }) => !(table === 'videos' && name === 'title') && name !== 'user_id')
  .map(({ table, name, typed: [type, value], filled }) => ({
    name: `${table}.${name}`,
    sql: `alter table public.${table} add column ${escapeIdentifier(name)} ${type}${filled ? ` default ${escapeLiteral(value)}` : ''};`,
  }));

const generated = table.map((table) => ({
  name: `${table}.hand_generated`,
  sql: `alter table public.${table} add column hand_generated text generated always as (md5('hand')) stored;`,
}));

const relation = fc
  .record({
    name: named(newTables),
    parent: table,
    kind: fc.constantFrom('table', 'unlogged table', 'partitioned table', 'view', 'materialized view', 'sequence'),
    open: fc.boolean(),
  })
  .map(({ name, parent, kind, open }) => {
    const id = `public.${escapeIdentifier(name)}`;
    const columns = `(id int, parent_id uuid references public.${parent} (id) on delete cascade, note text)`;
    const rows = `insert into ${id} values (1, null, 'kept'), (1, null, 'kept');`;
    const made: Record<typeof kind, string> = {
      table: `create table ${id} ${columns}; ${rows}`,
      'unlogged table': `create unlogged table ${id} ${columns}; ${rows}`,
      'partitioned table': `create table ${id} ${columns} partition by list (id);
        create table public.${escapeIdentifier(`hand part of ${name}`)} partition of ${id} default; ${rows}`,
      view: `create view ${id} as select * from public.${parent};`,
      'materialized view': `create materialized view ${id} as select * from public.${parent};`,
      sequence: `create sequence ${id} start 7;`,
    };
    const isTable = kind.endsWith('table');
    const policy = `alter table ${id} enable row level security; create policy hand_open on ${id} using (true);`;
    return { name, sql: `${made[kind]}${isTable && open ? policy : ''}` };
  });

const views = fc.record({ first: table, second: table }).map(({ first, second }) => ({
  name: 'hand_view',
  sql: `create view public.hand_view as select a.id, b.id as other from public.${first} a left join public.${second} b on a.id = b.id;
    create view public.hand_view_of_view with (security_invoker) as select count(*) from public.hand_view;`,
}));

const index = fc
  .record({
    table,
    name: named(['idx_videos_channel_id_published_at', 'idx_chat_messages_user_id_created_at_id', 'channels_pkey1']),
    unique: fc.boolean(),
  })
  .map(({ table, name, unique }) => ({
    name,
    sql: `create ${unique ? 'unique ' : ''}index ${escapeIdentifier(name)} on public.${table} (id, lower(id::text)) where id is not null;`,
  }));

const policy = fc
  .record({
    table,
    name: named(['Signed-in users can view channels', 'Users can view their own usage']),
    command: fc.constantFrom('all', 'select', 'insert', 'update', 'delete'),
    kind: fc.constantFrom('permissive', 'restrictive'),
    role: fc.constantFrom('public', 'anon', 'authenticated'),
  })
  .map(({ table, name, command, kind, role }) => ({
    name: `policy ${table} ${name}`,
    sql: `create policy ${escapeIdentifier(name)} on public.${table} as ${kind} for ${command} to ${role}
      ${command === 'insert' ? 'with check' : 'using'} (true);`,
  }));

/** A trigger that does nothing, and one that lets nothing happen any more. */
const trigger = fc
  .record({
    table: fc.constantFrom(...tables.map((name) => `public.${name}`), 'auth.users'),
    refuses: fc.boolean(),
    when: fc.constantFrom('after', 'before'),
    event: fc.constantFrom('insert', 'update', 'delete', 'truncate'),
  })
  .map(({ table, refuses, when, event }) => ({
    name: `hand_trigger ${table}`,
    sql: `create or replace function public.hand_${refuses ? 'refuse' : 'pass'}() returns trigger language plpgsql as $f$
      begin ${refuses ? `raise exception 'by hand'` : 'return coalesce(new, old)'}; end $f$;
      create trigger hand_trigger ${when} ${event} on ${table} for each ${event === 'truncate' ? 'statement' : 'row'}
      execute function public.hand_${refuses ? 'refuse' : 'pass'}();`,
  }));

const routine = fc.oneof(
  table.map((table) => ({
    name: 'hand_of_row',
    sql: `create function public.hand_of_row(public.${table}) returns text language sql as 'select $1.id::text';
      create function public.hand_rows() returns setof public.${table} language sql as 'select * from public.${table}';`,
  })),
  fc.constantFrom(...newFunctions).map((signature) => ({
    name: signature,
    sql: `create function public.${signature} returns int language sql as 'select 1';`,
  })),
);

const type = fc
  .record({ name: named(newTypes), table, kind: fc.constantFrom('enum', 'domain', 'composite') })
  .map(({ name, table, kind }) => {
    const id = `public.${escapeIdentifier(name)}`;
    const made = {
      enum: `create type ${id} as enum ('user', 'by hand')`,
      domain: `create domain ${id} as text check (value <> '')`,
      composite: `create type ${id} as (a int, b text)`,
    };
    return {
      name,
      sql: `${made[kind]}; alter table public.${table} add column ${escapeIdentifier(`hand ${name}`)} ${id};`,
    };
  });

const rights = fc.record({ table, to: fc.constantFrom('public', 'anon', 'authenticator') }).map(({ table, to }) => ({
  name: `grant ${table}`,
  sql: `grant all on table public.${table} to ${to} with grant option;`.replace(
    /public with grant option;$/,
    'public;',
  ),
}));

const security = fc.record({ table, how: fc.constantFrom('disable', 'force') }).map(({ table, how }) => ({
  name: `security ${table}`,
  sql: `alter table public.${table} ${how} row level security;`,
}));

const published = table.map((table) => ({
  name: 'publication',
  sql: `create publication hand_publication for table public.${table};`,
}));

const constraint = table.map((table) => ({
  name: `constraint ${table}`,
  sql: `alter table public.${table} add constraint hand_check check (id is not null) not valid, replica identity full;`,
}));

const schema = fc.oneof(
  table.map((table) => ({
    name: 'schema',
    sql: `create schema hand_schema; create table hand_schema.notes (id uuid references public.${table} (id), note text);
      insert into hand_schema.notes values (null, 'kept');`,
  })),
  fc.constantFrom('private', 'legacy', 'extensions').map((name) => ({
    name: `schema ${name}`,
    sql: `create schema ${name}; create table ${name}.hand_notes (note text); insert into ${name}.hand_notes values ('kept');`,
  })),
  fc.constant({
    name: 'schema extensions',
    sql: 'create schema extensions; alter extension vector set schema extensions;',
  }),
);

const heir = table.map((table) => ({
  name: 'heir',
  sql: `create table public.hand_heir (more text) inherits (public.${table});`,
}));

/** What legacy-schema.md calls anything that may have been added by hand; few at a time. */
export const extras: Arbitrary<Extra[]> = fc.uniqueArray(
  fc.oneof(
    { withCrossShrink: true },
    { weight: 5, arbitrary: column },
    { weight: 4, arbitrary: relation },
    { weight: 2, arbitrary: views },
    { weight: 2, arbitrary: index },
    { weight: 2, arbitrary: policy },
    { weight: 2, arbitrary: trigger },
    { weight: 2, arbitrary: routine },
    { weight: 2, arbitrary: type },
    generated,
    rights,
    security,
    published,
    constraint,
    schema,
    heir,
  ),
  { maxLength: 4, selector: ({ name }) => name },
);
