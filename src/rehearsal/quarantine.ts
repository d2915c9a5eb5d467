import type pg from 'pg';
import { setAsideIn } from '../accounting/quarantine.ts';
import type { Quarantine } from '../accounting/settings.ts';

/** Rows of one table that were set aside for one reason, and the first of them. */
export interface Aside {
  readonly table: string;
  readonly reason: string;
  readonly rows: number;
  readonly samples: readonly { readonly id: string; readonly row: string }[];
}

const SAMPLES = 3;
const SHOWN = 400;

/** What is in quarantine, by table and reason. */
export async function readAside(client: pg.Client, quarantine: Quarantine): Promise<Aside[]> {
  const { rows } = await client.query<Aside>(
    `select source_table as table, reason, (max(times))::int as rows,
            json_agg(json_build_object('id', id, 'row', row) order by id) filter (where place <= ${SAMPLES}) as samples
       from (select q.source_table, q.reason, q.source_id::text as id,
                    case when length(q.row_data::text) > ${SHOWN} then left(q.row_data::text, ${SHOWN}) || '…' else q.row_data::text end as row,
                    row_number() over (partition by q.source_table, q.reason order by q.source_id) as place,
                    count(*) over (partition by q.source_table, q.reason) as times
               from ${setAsideIn(quarantine)} q) r
      group by 1, 2 order by 1, 2`,
  );
  return rows;
}
