import type pg from 'pg';
import { quoteIdentifier } from '../sql/quote.ts';
import { renameInExpression } from '../sql/rename.ts';
import { asideSchema, FULL, quoteName, SCOPED, tableIn } from './names.ts';
import { scopedName, toAside } from './renamings.ts';
import type { OnlinePlan } from './settings.ts';

interface ViewColumn {
  readonly name: string;
  readonly type: string;
  readonly live: boolean;
}

/**
 * Creates two views of each legacy table: as it will be after the move, with the columns that the migrations add to old
 * databases (which the moved tables, still empty, show), and the same with only the rows of the units of the batch. Runs
 * while the schemas in use are renamed out of the way.
 */
export async function createScopedViews(client: pg.Client, plan: OnlinePlan): Promise<void> {
  const [home] = plan.schemas;
  const aside = asideSchema(home);
  await client.query(`create schema ${FULL}; create schema ${SCOPED}`);
  for (const [table, { scope }] of Object.entries(plan.tables)) {
    const live = tableIn(aside, table);
    const columns = await columnsOf(client, tableIn(plan.legacy, table), live);
    const list = columns.map(({ name, type, live }) => {
      const column = quoteIdentifier(name);
      return live ? `o.${column}` : `null::${type} as ${column}`;
    });
    const source = columns.some(({ live }) => live) ? `${live} o` : '(select) o where false';
    const condition = await renameInExpression(scope, toAside(home));
    await client.query(`create view ${tableIn(FULL, table)} as select ${list.join(', ')} from ${source}`);
    await client.query(
      `create view ${tableIn(SCOPED, table)} as select * from ${tableIn(FULL, table)} o where ${condition}`,
    );
  }
  for (const [table, { scope }] of Object.entries(plan.read)) {
    const condition = await renameInExpression(scope, toAside(home));
    await client.query(
      `create view ${tableIn(SCOPED, scopedName(table))} as select o.* from ${quoteName(table)} o where ${condition}`,
    );
  }
}

async function columnsOf(client: pg.Client, moved: string, live: string): Promise<ViewColumn[]> {
  const { rows } = await client.query<ViewColumn>(
    `select coalesce(l.attname, m.attname)::text as name,
            format_type(coalesce(l.atttypid, m.atttypid), coalesce(l.atttypmod, m.atttypmod)) as type,
            l.attname is not null as live
     from (select * from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped) m
     full join (select * from pg_attribute where attrelid = to_regclass($2) and attnum > 0 and not attisdropped) l
       using (attname)
     order by m.attnum nulls last, l.attnum`,
    [moved, live],
  );
  return rows;
}
