import { z } from 'zod';
import { name, relationName, type Settings } from '../settings.ts';

/** SQL; that it is, is seen when a command reads the plan. */
const sql = z.string().min(1);
const fixture = z.string().regex(/\.sql$/, 'must be a file below the fixtures, such as carry/tools.sql');

const trackedColumn = z.strictObject({
  unit: name,
  /** The column with the key of the unit. */
  column: name,
  /** Only when the column itself changes: for a key that rows elsewhere use. */
  keyOnly: z.literal(true).optional(),
});

const readTable = z.strictObject({
  /** Which of its rows belong to the units of the batch: a condition over `o`. */
  scope: sql,
  /** Which units a change of a row changes. */
  tracked: z.array(trackedColumn),
});

const movedTable = readTable.extend({
  /** Which of its rows in quarantine belong to the units of the batch: a condition over `q`, a row there, and its `q.row_data`. */
  quarantineScope: sql,
  /** Only some databases have it. */
  optional: z.literal(true).optional(),
});

const unit = z.strictObject({
  /** A query of the keys beyond $1 in order, $2 of them at most, as (key), to carry all units. Without it, only changed units are carried. */
  keys: sql.optional(),
  /** A query of the units that units of this kind, the keys $1 (text[]), reach, as (unit, key). */
  reaches: sql.optional(),
});

const target = z.strictObject({
  /** As it is called after the switch. */
  table: relationName,
  /** Which of its rows come from the units of the batch: a condition over `t`. */
  scope: sql,
  /**
   * The columns that identify its rows without a legacy row, whose ids are generated: by them a row keeps its id when its
   * unit is carried again.
   */
  naturalKey: z.array(name).optional(),
  /** Columns that `recount` fills. */
  filledByRecount: z.array(name).optional(),
});

const sections = z.strictObject({
  /** They define functions in pg_temp that the carrying sections call. */
  tools: z.array(fixture),
  /** They carry the rows of the old tables to the new ones. They run in the order of the migrations. */
  carry: z.array(fixture).min(1),
  /** It moves the old tables out of the way: what is prepared comes into place after it. */
  move: fixture,
  /** The function of the tools, in pg_temp, that gives the schema of the old tables as a text. Texts that are executed take it from there. */
  sourceSchema: name.optional(),
});

/** How a database is moved while it is used: what the rules of the migrations depend on, and no rule itself. */
export const onlineSettings = z.strictObject({
  /** Every schema that the migrations create or fill. The first is where the legacy tables are. */
  schemas: z.tuple([name], name),
  /** Where the migrations move the extensions that old and new tables use. */
  extensions: z.strictObject({ schema: name, names: z.array(name) }),
  /** Where the migrations move the legacy tables. */
  legacy: name,
  /** The included sections of the migrations, by their purpose. */
  sections,
  /** Where the migrations note what was moved: a table with table_name, moved_at, rows_in, rows_carried, rows_quarantined. */
  moves: relationName,
  /** Where they quarantine rows: a table with source_table, source_id, row_data and reason. */
  quarantine: relationName,
  /** The legacy tables that are moved. */
  tables: z.record(name, movedTable),
  /** Tables of others that the carrying sections read. */
  read: z.record(relationName, readTable),
  /**
   * The units: sets of rows that can each be carried independently of the rest of the database, such as a video with its
   * chunks or a user with their chats.
   */
  units: z.record(name, unit),
  /** The tables that the carrying sections fill, parents first. */
  targets: z.array(target).min(1),
  /** Statements that count over all rows, once, before the switch. Names are those after the switch. */
  recount: z.array(sql),
  /**
   * Indexes whose parameters depend on the rows that are there, by their name after the switch: a query of one text, such as
   * `lists = 250`. The migrations create them on empty tables here.
   */
  indexParameters: z.record(relationName, sql).optional(),
  /** Data that is lost when the old tables are dropped, as the end of a sentence: "the passwords in plain text". */
  lostWithOldTables: name.optional(),
});

export type OnlinePlan = Settings<typeof onlineSettings>;
export type Target = OnlinePlan['targets'][number];
export type TrackedColumn = Settings<typeof trackedColumn>;

/** Every mistake in how the settings fit together, each with its path; a single setting's shape is checked by zod. */
export function* onlineMistakes(plan: OnlinePlan): Iterable<string> {
  const { schemas, legacy, extensions, moves, quarantine, targets, units, recount } = plan;
  const schemaOf = (table: string): string => table.slice(0, table.indexOf('.'));
  const placed: [string, string][] = [
    ['legacy', legacy],
    ['extensions.schema', extensions.schema],
    ['moves', schemaOf(moves)],
    ['quarantine', schemaOf(quarantine)],
    ...targets.map(({ table }, at): [string, string] => [`targets.${at}`, schemaOf(table)]),
    ...Object.keys(plan.indexParameters ?? {}).map((index): [string, string] => [
      `indexParameters.${index}`,
      schemaOf(index),
    ]),
  ];
  for (const [where, schema] of placed)
    if (!schemas.includes(schema))
      yield `online.${where}: schema ${schema} is not among \`schemas\` (${schemas.join(', ')})`;
  const filled = [...targets.map(({ table }) => table), moves, quarantine];
  for (const table of repeated(filled)) yield `online.targets: ${table} is named twice`;
  const [tools, carry] = [plan.sections.tools, plan.sections.carry];
  for (const file of repeated([...tools, ...carry, plan.sections.move]))
    yield `online.sections: ${file} is named twice`;
  for (const [where, { tracked }] of [
    ...Object.entries(plan.tables).map(([table, settings]) => [`tables.${table}`, settings] as const),
    ...Object.entries(plan.read).map(([table, settings]) => [`read.${table}`, settings] as const),
  ])
    for (const { unit } of tracked)
      if (!(unit in units))
        yield `online.${where}.tracked: ${unit} is not among \`units\` (${Object.keys(units).join(', ')})`;
  for (const { table, filledByRecount = [] } of targets)
    if (filledByRecount.length > 0 && recount.length === 0)
      yield `online.targets: ${table} has columns that \`recount\` fills, and \`recount\` is empty`;
}

const repeated = (names: readonly string[]): Set<string> =>
  new Set(names.filter((one, at) => names.indexOf(one) !== at));
