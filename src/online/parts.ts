import type pg from 'pg';
import { FULL, PART } from './names.ts';
import type { OnlinePlan } from './plan.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly live: boolean;
}

/**
 * Makes two views of each legacy table: as it will be after the move, with the columns that the migrations add to old
 * databases (which the moved tables, still empty, show), and the same with only the rows of the units in hand.
 * While the home schema is renamed out of the way, it is called kept_<home>.
 */
export async function makeParts(client: pg.Client, plan: OnlinePlan): Promise<void> {
  const [home] = plan.schemas;
  await client.query(`create schema ${FULL}; create schema ${PART}`);
  for (const [table, { part }] of Object.entries(plan.tables)) {
    const columns = await columnsOf(client, `${plan.legacy}.${table}`, `kept_${home}.${table}`);
    const list = columns.map(({ name, type, live }) => (live ? `o.${name}` : `null::${type} as ${name}`)).join(', ');
    const source = columns.some(({ live }) => live) ? `kept_${home}.${table} o` : '(select) o where false';
    await client.query(`create view ${FULL}.${table} as select ${list} from ${source}`);
    await client.query(`create view ${PART}.${table} as select * from ${FULL}.${table} o where ${atHome(part, home)}`);
  }
  for (const [table, { part }] of Object.entries(plan.read)) {
    const name = table.replace('.', '_');
    await client.query(`create view ${PART}.${name} as select o.* from ${table} o where ${atHome(part, home)}`);
  }
}

const atHome = (sql: string, home: string): string => sql.replaceAll(`${home}.`, `kept_${home}.`);

async function columnsOf(client: pg.Client, made: string, live: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select quote_ident(coalesce(l.attname, m.attname)) as name,
            format_type(coalesce(l.atttypid, m.atttypid), coalesce(l.atttypmod, m.atttypmod)) as type,
            l.attname is not null as live
     from (select * from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped) m
     full join (select * from pg_attribute where attrelid = to_regclass($2) and attnum > 0 and not attisdropped) l
       using (attname)
     order by m.attnum nulls last, l.attnum`,
    [made, live],
  );
  return rows;
}
