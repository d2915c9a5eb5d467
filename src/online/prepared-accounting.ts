import type { Accounting, LegacyColumn, LegacyTable } from '../accounting/settings.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { type Renaming, renameInExpression, renameInRelation } from '../sql/rename.ts';
import { FULL, splitName } from './names.ts';
import { toPreparedWithOld } from './renamings.ts';
import type { OnlinePlan } from './settings.ts';

/**
 * How the legacy rows are accounted for while the old tables are in use and the new ones are prepared: the declared account,
 * with the names that they have meanwhile.
 * @param home the schema in which the extensions are before the switch
 */
export async function accountingOfPrepared(
  { mapping, quarantine, sourceSchema, expectedNewRows }: Accounting,
  plan: OnlinePlan,
  home: string,
): Promise<Accounting> {
  const renaming = toPreparedWithOld(plan, home);
  const { legacy } = plan;
  return {
    mapping: await mapValues(mapping, (table) => renamedTable(table, renaming)),
    sourceSchema,
    ...(expectedNewRows
      ? {
          expectedNewRows: await mapValues(expectedNewRows, (rows) =>
            Promise.all(rows.map(async (row) => ({ ...row, sql: await renameInExpression(row.sql, renaming) }))),
          ),
        }
      : {}),
    // The rows say where they are from by the name that the table will have.
    quarantine: {
      relation: `(select replace(source_table, ${quoteLiteral(`${legacy}.`)}, ${quoteLiteral(`${FULL}.`)}) as source_table, source_id, row_data, reason
        from ${await renameInRelation(quarantine.relation, renaming)})`,
    },
  };
}

async function renamedTable(table: LegacyTable, renaming: Renaming): Promise<LegacyTable> {
  return {
    ...table,
    source: renamedName(table.source, renaming),
    target: renamedName(table.target, renaming),
    columns: await mapValues(table.columns, (column) => renamedColumn(column, renaming)),
  };
}

async function renamedColumn({ target, original, rule }: LegacyColumn, renaming: Renaming): Promise<LegacyColumn> {
  return {
    target: await renameInExpression(target, renaming),
    ...(original === undefined ? {} : { original: await renameInExpression(original, renaming) }),
    ...(rule ? { rule: { ...rule, sql: await renameInExpression(rule.sql, renaming) } } : {}),
  };
}

function renamedName(name: string, { name: rename }: Renaming): string {
  return rename(...splitName(name))?.join('.') ?? name;
}

async function mapValues<T, U>(of: Readonly<Record<string, T>>, change: (value: T) => Promise<U>) {
  return Object.fromEntries(
    await Promise.all(Object.entries(of).map(async ([key, value]) => [key, await change(value)] as const)),
  );
}
