import type pg from 'pg';
import { asWaiting, PART, splitName, waiting } from './names.ts';
import type { OnlinePlan, Target } from './plan.ts';

interface Shape {
  readonly columns: string[];
  readonly key: string[];
  /** The key, and what other tables refer to besides: it can't change under them. */
  readonly identity: string[];
}

/** The statements that bring the waiting tables to what the carrying sections made of the units in hand. */
export interface Merge {
  /** Only what differs is written. A row whose identity changed is deleted with all that refers to it, and comes back with it. */
  readonly again: string;
  /** The same for units that come for the first time: of them there is nothing yet that could be gone. */
  readonly first: string;
}

export async function mergeOf(client: pg.Client, plan: OnlinePlan): Promise<Merge> {
  const shapes = new Map<Target, Shape>();
  for (const target of plan.targets) shapes.set(target, await shapeOf(client, target.table));
  const all = [...shapes];
  const merge = (cameBefore: (scope: string) => boolean): string =>
    [
      ...all.flatMap(([target, shape]) => (cameBefore(target.scope) ? [deleted(target, shape, plan)] : [])),
      ...all.map(([target, shape]) => inserted(target, shape, plan)),
      ...setAside(plan, cameBefore),
    ].join(';\n');
  return { again: merge(() => true), first: merge((scope) => scope === ALWAYS) };
}

async function shapeOf(client: pg.Client, name: string): Promise<Shape> {
  const { rows } = await client.query<Shape>(
    `select array_agg(quote_ident(a.attname) order by a.attnum) as columns,
            array_agg(quote_ident(a.attname) order by a.attnum) filter (where a.attnum = any (p.conkey)) as key,
            array_agg(quote_ident(a.attname) order by a.attnum) filter (
              where a.attnum = any (p.conkey)
                or exists (select from pg_constraint f where f.confrelid = a.attrelid and a.attnum = any (f.confkey))
            ) as identity
     from pg_attribute a
     join pg_constraint p on p.conrelid = a.attrelid and p.contype = 'p'
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''`,
    [`prepared_${name}`],
  );
  const [shape] = rows;
  if (!shape?.key) throw new Error(`${name} has no primary key, so its rows can't be told apart.`);
  return shape;
}

/** The scope of what is at hand in every batch. */
const ALWAYS = 'true';

/** First what is gone from all tables, so that no key is in the way of what comes. */
function deleted({ table, scope }: Target, { identity }: Shape, plan: OnlinePlan): string {
  const [schema, name] = splitName(table);
  const same = identity.map((column) => `w.${column} = t.${column}`).join(' and ');
  return `delete from ${waiting(schema)}.${name} t where (${asWaiting(scope, plan)})
    and not exists (select from pg_temp.${name} w where ${same})`;
}

function inserted({ table, scope, kept = [] }: Target, { columns, key }: Shape, plan: OnlinePlan): string {
  const [schema, name] = splitName(table);
  const carried = columns.filter((column) => !kept.includes(column));
  const changing = carried.filter((column) => !key.includes(column));
  const list = carried.join(', ');
  const update = changing.length
    ? `update set ${changing.map((column) => `${column} = excluded.${column}`).join(', ')}
       where (${changing.map((column) => `t.${column}`).join(', ')}) is distinct from (${changing.map((column) => `excluded.${column}`).join(', ')})`
    : 'nothing';
  return `insert into ${waiting(schema)}.${name} as t (${list}) select ${list} from pg_temp.${name} t where (${asWaiting(scope, plan)})
    on conflict (${key.join(', ')}) do ${update}`;
}

/** The old rows that can't be carried, and no longer those that can. */
function setAside({ quarantine, tables, legacy }: OnlinePlan, cameBefore: (scope: string) => boolean): string[] {
  const [schema, name] = splitName(quarantine);
  const kept = `${waiting(schema)}.${name}`;
  const ours = Object.entries(tables).flatMap(([table, { aside }]) =>
    cameBefore(aside) ? [`(q.source_table = '${legacy}.${table}' and ${aside})`] : [],
  );
  return [
    `update pg_temp.${name} set source_table = replace(source_table, '${PART}.', '${legacy}.')`,
    `delete from ${kept} q where (${ours.join(' or ') || 'false'})
      and not exists (select from pg_temp.${name} w
                      where w.source_table = q.source_table and w.source_id = q.source_id and w.row_data = q.row_data and w.reason = q.reason)`,
    `insert into ${kept} select * from pg_temp.${name} on conflict do nothing`,
  ];
}
