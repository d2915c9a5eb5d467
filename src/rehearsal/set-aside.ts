import type pg from 'pg';
import { setAsideIn } from '../accounting/quarantine.ts';
import type { Quarantine } from '../accounting/settings.ts';

/** Rows of one table that were quarantined for one reason. */
export interface SetAsideGroup {
  readonly table: string;
  readonly reason: string;
  readonly rows: number;
  /** The first of them, as JSON, shortened. */
  readonly samples: readonly { readonly id: string; readonly row: string }[];
}

/** Rows of a group that a report shows. */
const SAMPLES = 3;

/** Characters of a row that a report shows. */
const SHOWN = 400;

/** Reads the quarantined rows, grouped by table and reason. */
export async function readSetAside(client: pg.Client, quarantine: Quarantine): Promise<SetAsideGroup[]> {
  const { rows } = await client.query<SetAsideGroup>(
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
