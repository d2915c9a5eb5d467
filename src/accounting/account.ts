import type pg from 'pg';
import type { Deviation, Findings } from '../report/deviation.ts';
import type { LegacyMapping, LegacyTable, Quarantine } from './mapping.ts';

/** What became of the rows of one legacy table. `carried + changed + setAside + lost + altered = in` by construction. */
export interface TableAccount {
  readonly table: string;
  readonly in: number;
  /** There, with every value as it was. */
  readonly carried: number;
  /** There, with a value that a named rule changed. */
  readonly changed: number;
  /** Kept whole in quarantine, with the reason. */
  readonly setAside: number;
  readonly lost: number;
  readonly altered: number;
}

/**
 * Accounts for every row and every column of the legacy tables: each row is carried, changed by a named rule, or set
 * aside whole; anything else is lost or altered, and a deviation that names the first rows. A column of a legacy table
 * about which the mapping says nothing is a deviation too: nobody decided what becomes of it.
 */
export async function account(
  client: pg.Client,
  mapping: LegacyMapping,
  quarantine: Quarantine,
): Promise<{ accounts: TableAccount[]; findings: Findings }> {
  const accounts: TableAccount[] = [];
  const deviations: Deviation[] = [];
  for (const [table, declared] of Object.entries(mapping)) {
    const present = await columnsOf(client, declared.source);
    deviations.push(...unmapped(table, declared, present));
    // Databases differ in what was added to them by hand: a column that is declared need not be there.
    const columns = Object.fromEntries(Object.entries(declared.columns).filter(([name]) => present.includes(name)));
    const legacy = { ...declared, columns };
    const { rows } = await client.query<TableAccount>(countQuery(table, legacy, quarantine));
    const [counted] = rows;
    if (!counted) continue;
    accounts.push({ ...counted, table });
    if (counted.lost + counted.altered > 0)
      deviations.push(await firstRows(client, table, legacy, quarantine, counted));
  }
  return { accounts, findings: { deviations, notEvaluated: [] } };
}

/**
 * One line per row: what became of it. Compared as text, which tells apart whatever can be told apart. Each value is
 * made once: `offset 0` keeps the planner from writing its expression into every comparison.
 */
function fates(table: string, { source, target, columns }: LegacyTable, { relation }: Quarantine): string {
  const entries = Object.entries(columns);
  const values = entries.flatMap(([name, { target, original, rule }], n) => [
    `(${target})::text as now${n}`,
    `(${original ?? `o.${quote(name)}`})::text as was${n}`,
    ...(rule ? [`(${rule.sql})::text as ruled${n}`] : []),
  ]);
  const same = entries.map((_, n) => `now${n} is not distinct from was${n}`);
  const allowed = entries.map(([, { rule }], n) =>
    rule ? `(${same[n]} or now${n} is not distinct from ruled${n})` : same[n],
  );
  return `
    select o.id,
           case when t.id is null and exists (select from ${relation} q
                                               where q.source_table in ('${table}', 'public.${table}', '${source}')
                                                 and q.source_id::text = o.id::text and q.row_data = to_jsonb(o)) then 'set aside'
                when t.id is null then 'lost'
                when ${same.join(' and ') || 'true'} then 'carried'
                when ${allowed.join(' and ') || 'true'} then 'changed'
                else 'altered' end as fate
      from ${source} o left join ${target} t on t.id = o.id
      left join lateral (select ${values.join(', ') || '1'} offset 0) v on true`;
}

function countQuery(table: string, legacy: LegacyTable, quarantine: Quarantine): string {
  const count = (fate: string): string => `(count(*) filter (where fate = '${fate}'))::int`;
  return `
    select count(*)::int as "in", ${count('carried')} as carried, ${count('changed')} as changed, ${count('set aside')} as "setAside",
           ${count('lost')} as lost, ${count('altered')} as altered
      from (${fates(table, legacy, quarantine)}) f`;
}

async function firstRows(
  client: pg.Client,
  table: string,
  legacy: LegacyTable,
  quarantine: Quarantine,
  counted: TableAccount,
): Promise<Deviation> {
  const { rows } = await client.query<{ id: string; fate: string }>(
    `select id::text, fate from (${fates(table, legacy, quarantine)}) f where fate in ('lost', 'altered') order by id limit 3`,
  );
  return {
    check: 'legacy rows',
    where: table,
    expected: 'every row carried, changed by a named rule, or set aside',
    seen: `${counted.lost} lost, ${counted.altered} altered`,
    evidence: rows.map(({ id, fate }) => `select * from ${legacy.source} where id = '${id}'; -- ${fate}`).join('\n'),
    mend: `Carry the rows in the migration, or name the rule that changes them in spec/legacy.`,
  };
}

async function columnsOf(client: pg.Client, relation: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select attname::text as name from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped',
    [relation],
  );
  return rows.map(({ name }) => name);
}

function unmapped(table: string, { source, columns }: LegacyTable, present: readonly string[]): Deviation[] {
  return present
    .filter((name) => !(name in columns))
    .map((name) => ({
      check: 'legacy rows' as const,
      where: `${table}.${name}`,
      expected: 'a line that says where the column went',
      seen: 'none',
      mend: `Say in spec/legacy where ${table}.${name} went, or by which rule it was left in ${source}.`,
    }));
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
