import { withClient } from '../database/connect.ts';

/** The newest run of current.sql that a database has seen. */
export interface Save {
  /** The text that ran, with its includes; empty when none did. */
  readonly text: string;
  /** Differs whenever current.sql ran again, or anything else changed a definition. */
  readonly mark: string;
}

/** Catalogs of definitions: a statement that defines something writes a row of one of them. */
const CATALOGS = [
  'pg_class',
  'pg_attribute',
  'pg_attrdef',
  'pg_constraint',
  'pg_default_acl',
  'pg_description',
  'pg_enum',
  'pg_index',
  'pg_inherits',
  'pg_namespace',
  'pg_policy',
  'pg_proc',
  'pg_rewrite',
  'pg_trigger',
  'pg_type',
];

const MARK = `select md5(string_agg(mark, ' ')) as mark from (${CATALOGS.map(
  (name) => `select '${name} ' || count(*) || ' ' || coalesce(sum(xmin::text::numeric), 0) as mark from ${name}`,
).join(' union all ')}) marks`;

/** Reads which save a database has. It takes a few milliseconds. */
export async function readSave(url: string): Promise<Save> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ mark: string }>(MARK);
    // A database on which graphile-migrate never ran has no such table.
    const { rows: current } = await client
      .query<{ content: string; date: string }>(
        "select content, date::text from graphile_migrate.current where filename = 'current.sql'",
      )
      .catch(() => ({ rows: [] }));
    return { text: current[0]?.content ?? '', mark: `${rows[0]?.mark} ${current[0]?.date ?? ''}` };
  });
}
