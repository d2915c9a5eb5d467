import type pg from 'pg';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { renameInExpression } from '../sql/rename.ts';
import { OnlineError } from './error.ts';
import { preparedTable, sessionTable } from './names.ts';
import { toPrepared } from './renamings.ts';
import type { OnlinePlan, Target } from './settings.ts';

/** Columns as SQL identifiers. */
interface TargetShape {
  readonly columns: readonly string[];
  readonly key: readonly string[];
  /** The primary key, and other columns that foreign keys reference: their values can't change. */
  readonly identity: readonly string[];
}

/** The statements that bring the prepared tables to what the carrying sections made of the units of the batch. */
export interface MergeSql {
  /** Only what differs is written. A row whose identity changed is deleted with all that refers to it, and comes back with it. */
  readonly again: string;
  /** The same for units that are carried for the first time: the prepared tables have no rows of them to delete. */
  readonly first: string;
}

/** A target, with its scope as a condition over the prepared tables. */
type Merged = Target & { readonly shape: TargetShape };

/** @throws Error when a target has no primary key */
export async function mergeSql(client: pg.Client, plan: OnlinePlan): Promise<MergeSql> {
  const targets: Merged[] = [];
  for (const target of plan.targets)
    targets.push({
      ...target,
      scope: await renameInExpression(target.scope, toPrepared(plan)),
      shape: await shapeOf(client, target.table),
    });
  const merge = (cameBefore: (scope: string) => boolean): string =>
    [
      ...targets.filter(({ scope }) => cameBefore(scope)).map(deleteGone),
      ...targets.map(insertCarried),
      ...mergeQuarantine(plan, cameBefore),
    ].join(';\n');
  return { again: merge(() => true), first: merge((scope) => scope === ALWAYS) };
}

async function shapeOf(client: pg.Client, name: string): Promise<TargetShape> {
  const { rows } = await client.query<TargetShape>(
    `select array_agg(a.attname::text order by a.attnum) as columns,
            array_agg(a.attname::text order by a.attnum) filter (where a.attnum = any (p.conkey)) as key,
            array_agg(a.attname::text order by a.attnum) filter (
              where a.attnum = any (p.conkey)
                or exists (select from pg_constraint f where f.confrelid = a.attrelid and a.attnum = any (f.confkey))
            ) as identity
     from pg_attribute a
     join pg_constraint p on p.conrelid = a.attrelid and p.contype = 'p'
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''`,
    [preparedTable(name)],
  );
  const [shape] = rows;
  if (!shape?.key) throw new OnlineError(`${name} has no primary key, so its rows can't be told apart. Give it one.`);
  const quoted = (names: readonly string[]): string[] => names.map(quoteIdentifier);
  return { columns: quoted(shape.columns), key: quoted(shape.key), identity: quoted(shape.identity) };
}

/** The scope of rows that are in every batch. */
const ALWAYS = 'true';

/** Missing rows are first deleted from all tables, so that no key conflicts with a row that is inserted. */
function deleteGone({ table, scope, shape: { identity } }: Merged): string {
  const same = identity.map((column) => `w.${column} = t.${column}`).join(' and ');
  return `delete from ${preparedTable(table)} t where (${scope})
    and not exists (select from ${sessionTable(table)} w where ${same})`;
}

function insertCarried({ table, scope, filledByRecount = [], shape: { columns, key } }: Merged): string {
  const recounted = new Set(filledByRecount.map(quoteIdentifier));
  const carried = columns.filter((column) => !recounted.has(column));
  const changing = carried.filter((column) => !key.includes(column));
  const list = carried.join(', ');
  const update = changing.length
    ? `update set ${changing.map((column) => `${column} = excluded.${column}`).join(', ')}
       where (${changing.map((column) => `t.${column}`).join(', ')}) is distinct from (${changing.map((column) => `excluded.${column}`).join(', ')})`
    : 'nothing';
  return `insert into ${preparedTable(table)} as t (${list}) select ${list} from ${sessionTable(table)} t where (${scope})
    on conflict (${key.join(', ')}) do ${update}`;
}

/** The old rows that can't be carried, and no longer those that can. */
function mergeQuarantine({ quarantine, tables, legacy }: OnlinePlan, cameBefore: (scope: string) => boolean): string[] {
  const [kept, found] = [preparedTable(quarantine), sessionTable(quarantine)];
  const ours = Object.entries(tables).flatMap(([table, { quarantineScope }]) =>
    cameBefore(quarantineScope)
      ? [`(q.source_table = ${quoteLiteral(`${legacy}.${table}`)} and ${quarantineScope})`]
      : [],
  );
  return [
    `delete from ${kept} q where (${ours.join(' or ') || 'false'})
      and not exists (select from ${found} w
                      where w.source_table = q.source_table and w.source_id = q.source_id and w.row_data = q.row_data and w.reason = q.reason)`,
    `insert into ${kept} select * from ${found} on conflict do nothing`,
  ];
}
