import type pg from 'pg';
import { quoteIdentifier } from '../sql/quote.ts';
import { canonicalTextsOf, comparisonOf, digest } from './canonical-text.ts';
import type { StoredDigests } from './measure.ts';
import { isFrom, setAsideIn } from './quarantine.ts';
import type { Accounting, LegacyColumn, LegacyTable } from './settings.ts';

/**
 * A query that gives the outcome of each row of a legacy table and of each of its values. Its columns are `id`; `outcome`
 * (carried, changed, set aside, altered, lost); `twice` (the row is in the target table and in quarantine too); and for the
 * n-th column `was<n>` and `now<n>` as they are compared, `before<n>` and `after<n>` (digests, null unless both can be
 * compared), and `state<n>`:
 *
 * unchanged; changed (by its rule); filled (by its rule, where there was nothing); null (as before, also in a row that is
 * set aside); set aside; altered; lost.
 *
 * A rule is evaluated only where something changed: it may be expensive. `offset 0` keeps the planner from writing an
 * expression into every use of it.
 * @param stored the table's digests of before the migrations; without them no digest is compared
 */
export async function outcomesQuery(
  client: pg.Client,
  table: string,
  legacy: LegacyTable,
  { quarantine, sourceSchema }: Pick<Accounting, 'quarantine' | 'sourceSchema'>,
  stored?: StoredDigests,
): Promise<string> {
  const columns = await columnSql(client, legacy, stored);
  const each = (write: (column: ColumnSql, n: number) => string): string => columns.map(write).join(', ') || '1';
  const all = (write: (n: number) => string): string => columns.map((_, n) => write(n)).join(' and ') || 'true';
  return `
    select o.id::text as id, v.*, r.*, ${each((_, n) => `state${n}`)},
           t.id is not null and q.rows is not null as twice,
           case when t.id is null and to_jsonb(o) = any (q.rows) then 'set aside'
                when t.id is null then 'lost'
                when ${all((n) => `same${n}`)} then 'carried'
                when ${all((n) => `allowed${n}`)} then 'changed'
                else 'altered' end as outcome
      from ${legacy.source} o
      left join ${legacy.target} t on t.id = o.id
      left join (select q.source_id::text as id, array_agg(q.row_data) as rows from ${setAsideIn(quarantine)} q
                  where ${isFrom(table, legacy, sourceSchema)} group by 1) q on q.id = o.id::text
      ${stored ? `left join ${stored.relation} b on b.key = o.id::text` : ''}
      left join lateral (select ${each(({ was, now, before }, n) => `${was} as was${n}, ${now} as now${n}, ${before} as before${n}`)} offset 0) v on true
      left join lateral (select ${each(({ after, ruled }, n) => `${after(n)} as after${n}, ${ruled(n)} as ruled${n}`)} offset 0) r on true
      left join lateral (select ${each(({ same }, n) => `${same(`now${n}`, `was${n}`)} and after${n} is not distinct from before${n} as same${n}`)} offset 0) s on true
      left join lateral (select ${each(({ same, ruled }, n) => (ruled(n) === NEVER ? `same${n} as allowed${n}` : `same${n} or (not (${same(`now${n}`, `was${n}`)}) and ${same(`now${n}`, `ruled${n}`)}) as allowed${n}`))} offset 0) a on true
      left join lateral (select ${each(({ empty }, n) => `${state(empty, n)} as state${n}`)} offset 0) e on true`;

  function state(empty: string, n: number): string {
    return `case when t.id is null and not coalesce(to_jsonb(o) = any (q.rows), false) then 'lost'
                 when t.id is null then case when ${empty} then 'null' else 'set aside' end
                 when not allowed${n} then 'altered'
                 when ${empty} then case when now${n} is null then 'null' else 'filled' end
                 when same${n} then 'unchanged' else 'changed' end`;
  }
}

/** The SQL about the values of one column. */
interface ColumnSql {
  /** The value that came in, and the one that is there, as they are compared. */
  readonly was: string;
  readonly now: string;
  readonly same: (one: string, other: string) => string;
  /** Whether nothing came in. */
  readonly empty: string;
  /** The digest before the migrations, and the one of the n-th column's value now. */
  readonly before: string;
  readonly after: (n: number) => string;
  /** The value that the rule gives. */
  readonly ruled: (n: number) => string;
}

const NEVER = 'null::text';

async function columnSql(
  client: pg.Client,
  { source, target, columns }: LegacyTable,
  stored: StoredDigests | undefined,
): Promise<ColumnSql[]> {
  const entries = Object.entries(columns);
  const original = ([name, column]: [string, LegacyColumn]): string => column.original ?? `o.${quoteIdentifier(name)}`;
  const texts = await canonicalTextsOf(
    client,
    entries.flatMap((entry) => [original(entry), entry[1].target, entry[1].rule?.sql ?? original(entry)]),
    `${source} o, ${target} t`,
  );
  return entries.map((entry, place) => {
    const [name, { rule }] = entry;
    const three = texts.slice(place * 3, place * 3 + 3);
    const { value, same, exact, written } = comparisonOf(three);
    // A digest of before says something only of a value that is still written as it was then.
    const comparable = original(entry) === `o.${quoteIdentifier(name)}` && exact === three[0]?.exact;
    const digested = comparable ? stored?.digests[name] : undefined;
    return {
      was: value(original(entry)),
      now: value(entry[1].target),
      same,
      empty: `o.${quoteIdentifier(name)} is null`,
      before: digested ? `b.${quoteIdentifier(digested)}` : 'null::int8',
      after: (n) => (digested ? digest('o.id::text', written(`now${n}`)) : 'null::int8'),
      ruled: (n) => (rule ? `case when not (${same(`now${n}`, `was${n}`)}) then ${value(rule.sql)} end` : NEVER),
    };
  });
}
