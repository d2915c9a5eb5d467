import type pg from 'pg';
import type { Drift } from './shape.ts';

/** A constraint of the legacy database, or a column's NOT NULL, that a hand may have dropped. */
export interface Constraint {
  readonly name: string;
  readonly table: string;
  readonly kind: 'unique' | 'foreign key' | 'check' | 'not null';
  /** What follows `alter table …` to make it and to drop it. */
  readonly add: string;
  readonly drop: string;
  /** Without this drift there is nothing that it could be about. */
  readonly drift?: Drift;
}

const KINDS = { u: 'unique', f: 'foreign key', c: 'check' } as const;

/** The constraints of the baseline, read from a database that has it: keys that others refer to first. */
export async function constraintsOf(client: pg.Client): Promise<Constraint[]> {
  const { rows } = await client.query<{ name: string; table: string; kind: keyof typeof KINDS; definition: string }>(`
    select conname as name, conrelid::regclass::text as table, contype as kind, pg_get_constraintdef(oid) as definition
    from pg_constraint
    where connamespace = 'public'::regnamespace and contype in ('u', 'f', 'c')
    order by contype = 'f', conname`);
  const { rows: columns } = await client.query<{ table: string; column: string }>(`
    select c.oid::regclass::text as table, a.attname as column
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnotnull and a.attname <> 'id'
    order by 1, 2`);
  return [
    ...columns.map(({ table, column }) => notNull(table, column)),
    ...rows.map(({ name, table, kind, definition }) => constraint(name, table, KINDS[kind], definition)),
    ...ofDrifts,
  ];
}

function notNull(table: string, column: string, drift?: Drift): Constraint {
  const change = (verb: string) => `alter column ${column} ${verb} not null`;
  return {
    name: `${table}_${column}_not_null`,
    table,
    kind: 'not null',
    add: change('set'),
    drop: change('drop'),
    ...(drift ? { drift } : {}),
  };
}

function constraint(
  name: string,
  table: string,
  kind: Constraint['kind'],
  definition: string,
  drift?: Drift,
): Constraint {
  return {
    name,
    table,
    kind,
    add: `add constraint ${name} ${definition}`,
    drop: `drop constraint ${name} cascade`,
    ...(drift ? { drift } : {}),
  };
}

/** The constraints that came with the drifts. */
const ofDrifts: readonly Constraint[] = [
  notNull('transcripts', 'video_id', 'transcripts'),
  notNull('transcripts', 'channel_id', 'transcripts'),
  constraint('transcripts_video_id_key', 'transcripts', 'unique', 'unique (video_id)', 'transcripts'),
  constraint(
    'transcripts_extraction_status_check',
    'transcripts',
    'check',
    `check (extraction_status in ('pending', 'processing', 'completed', 'failed', 'no_captions'))`,
    'transcripts',
  ),
  constraint(
    'transcripts_video_id_fkey',
    'transcripts',
    'foreign key',
    'foreign key (video_id) references videos (video_id) on delete cascade',
    'transcripts',
  ),
  constraint(
    'transcript_chunks_transcript_id_fkey',
    'transcript_chunks',
    'foreign key',
    'foreign key (transcript_id) references transcripts (id) on delete cascade',
    'chunks know their transcript',
  ),
  constraint(
    'channels_user_id_fkey',
    'channels',
    'foreign key',
    'foreign key (user_id) references auth.users (id) on delete cascade',
    'channels.user_id',
  ),
  constraint(
    'profiles_id_fkey',
    'profiles',
    'foreign key',
    'foreign key (id) references auth.users (id) on delete cascade',
    'profiles',
  ),
];
