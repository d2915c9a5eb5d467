import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Catalog, readCatalog } from '../../src/catalog/catalog.ts';
import type { ForeignKey, Key } from '../../src/catalog/constraints.ts';
import type { Index, IndexKey } from '../../src/catalog/indexes.ts';
import { type Table, tablesOf } from '../../src/catalog/table.ts';
import type { Trigger } from '../../src/catalog/triggers.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { quoteIdentifier } from '../../src/sql/quote.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await database.client.query(
    "create function public.nothing() returns trigger language plpgsql as 'begin return null; end'",
  );
});
afterAll(() => database.drop());

const name = fc
  .array(fc.constantFrom('a', 'B', '.', '"', ' ', 'é', '_', '1', 'select', "'"), { minLength: 1, maxLength: 6 })
  .map((letters) => letters.join(''));
const actions = ['no action', 'restrict', 'cascade', 'set null', 'set default'] as const;
const events = ['insert', 'delete', 'update'] as const;

/** A table of text columns in a schema, and what is defined on it: everything by the numbers of its columns. */
const tables = fc
  .record({
    names: fc.uniqueArray(name, { minLength: 8, maxLength: 8 }),
    columns: fc.uniqueArray(name, { minLength: 3, maxLength: 5 }),
    unique: fc.record({
      columns: fc.integer({ min: 1, max: 3 }),
      nullsNotDistinct: fc.boolean(),
      deferrable: fc.boolean(),
    }),
    foreign: fc.record({
      onDelete: fc.constantFrom(...actions),
      onUpdate: fc.constantFrom(...actions),
      valid: fc.boolean(),
      only: fc.boolean(),
    }),
    index: fc.record({
      keys: fc.integer({ min: 1, max: 2 }),
      expression: fc.boolean(),
      descending: fc.boolean(),
      nullsFirst: fc.boolean(),
      included: fc.boolean(),
      unique: fc.boolean(),
      partial: fc.boolean(),
    }),
    trigger: fc.record({
      before: fc.boolean(),
      each: fc.boolean(),
      events: fc.subarray([...events], { minLength: 1 }),
      of: fc.boolean(),
      argument: fc.option(name, { nil: undefined }),
    }),
  })
  .map(({ names, columns, unique, foreign, index, trigger }) => {
    const [schema, table, primary, uniqueName, foreignName, indexName, triggerName] = names.map(quoteIdentifier);
    const quoted = columns.map(quoteIdentifier);
    const [first = '', second = '', third = ''] = quoted;
    const id = `${schema}.${table}`;
    const set = foreign.only && foreign.onDelete.startsWith('set') ? ` (${second})` : '';
    const key = index.expression ? `lower(${second})` : second;
    const order = `${index.descending ? ' desc' : ''} nulls ${index.nullsFirst ? 'first' : 'last'}`;
    const fires = trigger.events.map((event) =>
      event === 'update' && trigger.of ? `update of ${third}, ${first}` : event,
    );
    return `
      create schema ${schema};
      create table ${id} (${quoted.map((column) => `${column} text`).join(', ')},
        constraint ${primary} primary key (${second}, ${first}),
        constraint ${uniqueName} unique ${unique.nullsNotDistinct ? 'nulls not distinct' : ''} (${quoted.slice(0, unique.columns).join(', ')})
          ${unique.deferrable ? 'deferrable' : ''});
      alter table ${id} add constraint ${foreignName} foreign key (${third}, ${second}) references ${id} (${second}, ${first})
        on delete ${foreign.onDelete}${set} on update ${foreign.onUpdate} ${foreign.valid ? '' : 'not valid'};
      create ${index.unique ? 'unique' : ''} index ${indexName} on ${id} (${[third, key].slice(-index.keys).join(', ')}${order})
        ${index.included ? `include (${first})` : ''} ${index.partial ? `where ${first} is not null` : ''};
      create trigger ${triggerName} ${trigger.before ? 'before' : 'after'} ${fires.join(' or ')} on ${id}
        for each ${trigger.each ? 'row' : 'statement'} execute function public.nothing(${trigger.argument === undefined ? '' : `'${trigger.argument.replaceAll("'", "''")}'`});`;
  });

/** Reads the one table that the statements make. */
const read = (sql: string): Promise<Catalog> =>
  rolledBack(database.client, async () => {
    await database.client.query(sql);
    return readCatalog(database.client, { schemas: [], rest: true });
  });

test('what the reader says of a table’s constraints, indexes and triggers, put together, is what pg_get_…def() says', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async (sql) => {
      const [table] = tablesOf(await read(sql));
      if (!table) throw new Error('There is no table.');
      expect(table.keys.map((key) => keyText(key, table))).toEqual(table.keys.map(({ definition }) => definition));
      expect(table.foreignKeys.map((key) => foreignKeyText(key, table))).toEqual(
        table.foreignKeys.map(({ definition }) => definition),
      );
      expect(table.indexes.map((index) => indexText(index, table))).toEqual(
        table.indexes.map(({ definition }) => definition),
      );
      expect(table.triggers.map((trigger) => triggerText(trigger, table))).toEqual(
        table.triggers.map(({ definition }) => definition),
      );
      expect([table.keys.length, table.foreignKeys.length, table.indexes.length, table.triggers.length]).toEqual([
        2, 1, 3, 1,
      ]);
    }),
    { numRuns: 25 },
  );
}, 120_000);

const list = (columns: readonly string[], table: Table): string =>
  columns.map((column) => table.columns.find(({ name: own }) => own === column)?.sql).join(', ');

function keyText({ kind, columns, deferrable, name: own }: Key, table: Table): string {
  const index = table.indexes.find((candidate) => candidate.name === own);
  const nulls = index?.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
  return `${kind.toUpperCase()}${nulls} (${list(columns, table)})${deferrable ? ' DEFERRABLE' : ''}`;
}

function foreignKeyText(key: ForeignKey, table: Table): string {
  const set = key.onDeleteColumns.length > 0 ? ` (${list(key.onDeleteColumns, table)})` : '';
  return [
    `FOREIGN KEY (${list(key.columns, table)}) REFERENCES ${key.referencedSql}(${list(key.referencedColumns, table)})`,
    ...(key.onUpdate === 'no action' ? [] : [`ON UPDATE ${key.onUpdate.toUpperCase()}`]),
    ...(key.onDelete === 'no action' ? [] : [`ON DELETE ${key.onDelete.toUpperCase()}${set}`]),
    ...(key.validated ? [] : ['NOT VALID']),
  ].join(' ');
}

function indexText(index: Index, table: Table): string {
  return [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${index.nameSql} ON ${index.tableSql}`,
    `USING ${index.method} (${index.keys.map(keyOrder).join(', ')})`,
    ...(index.included.length > 0 ? [`INCLUDE (${list(index.included, table)})`] : []),
    ...(index.nullsNotDistinct ? ['NULLS NOT DISTINCT'] : []),
    ...(index.predicate === null ? [] : [`WHERE ${index.predicate}`]),
  ].join(' ');
}

function keyOrder({ definition, descending, nullsFirst }: IndexKey): string {
  if (descending) return `${definition} DESC${nullsFirst ? '' : ' NULLS LAST'}`;
  return `${definition}${nullsFirst ? ' NULLS FIRST' : ''}`;
}

function triggerText(trigger: Trigger, table: Table): string {
  const columns = trigger.columns.length > 0 ? ` OF ${list(trigger.columns, table)}` : '';
  const fires = trigger.events.map((event) => event.toUpperCase() + (event === 'update' ? columns : ''));
  const given = trigger.arguments.map((argument) => `'${argument.replaceAll("'", "''")}'`);
  return [
    `CREATE TRIGGER ${trigger.sql} ${trigger.timing.toUpperCase()} ${fires.join(' OR ')} ON ${trigger.tableSql}`,
    `FOR EACH ${trigger.forEach.toUpperCase()} EXECUTE FUNCTION public.nothing(${given.join(', ')})`,
  ].join(' ');
}
