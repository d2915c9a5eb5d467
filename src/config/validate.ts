import { z } from 'zod';
import { PRIVILEGES } from '../access/model.ts';
import { parseLetters, parseNames, parsePrivileges } from '../access/spec.ts';
import { checksSettings } from '../checks/settings.ts';
import { onlineContradictions, onlineSettings } from '../online/settings.ts';
import { restoreContradictions, restoreSettings } from '../quarantine/settings.ts';
import { layoutSettings } from '../report/settings.ts';

const name = z.string().min(1);
const qualified = z.string().regex(/^[^.]+\.[^.]+$/, 'must be written schema.table');
const callable = z
  .string()
  .regex(/^[^.(]+\.[^(]+(\(.*\))?$/, 'must be written schema.function or schema.function(type, type)');
const values = z.record(z.string(), z.unknown());
const file = z.string().min(1);
const share = z.number().min(0).max(1);
const pair = z.tuple([z.number(), z.number()]);
const spread = z.strictObject({
  distinct: z.number().positive().optional(),
  nulls: share.optional(),
  common: z.union([z.record(name, share), z.array(share).min(1)]).optional(),
  range: z.union([z.strictObject({ numbers: pair }), z.strictObject({ days: pair })]).optional(),
  correlation: z.number().min(-1).max(1).optional(),
});
const size = z.strictObject({
  rows: z.int().positive(),
  fixed: z.literal(true).optional(),
  columns: z.record(name, spread).optional(),
});

const appStatement = z.strictObject({
  name,
  role: name,
  settings: z.record(name, z.string()).optional(),
  given: name,
  sql: name,
});

const shape = z.strictObject({
  name,
  database: z.strictObject({ name, folder: file, extensions: z.array(name) }),
  api: z.array(name).min(1),
  ruled: checksSettings.shape.ruled,
  proven: z.array(name).min(1),
  roles: z.array(name).min(1),
  personas: z.record(name, z.strictObject({ role: name, settings: z.record(name, z.string()).optional() })),
  access: z.record(qualified, z.record(name, z.record(name, z.string()))),
  functions: z.record(callable, z.string()),
  privileges: z.record(name, z.record(name, z.string())).optional(),
  calls: z.record(callable, z.array(z.unknown())).optional(),
  world: z.array(
    z.strictObject({
      table: qualified,
      values,
      row: name.optional(),
      existing: z.union([z.literal(true), z.literal('removed')]).optional(),
      insert: values.optional(),
      update: values.optional(),
    }),
  ),
  queries: z
    .strictObject({
      folder: file,
      sizes: z.record(qualified, size),
      planner: z.int().min(15),
      schemas: z.array(name).min(1),
      exempt: z.array(z.strictObject({ object: qualified, reason: name })),
      caller: z.custom<unknown>((value) => typeof value === 'function', 'must be a function').optional(),
    })
    .optional(),
  legacy: z
    .strictObject({
      schema: z.array(file),
      load: z.custom<unknown>((value) => typeof value === 'function', 'must be a function'),
      mapping: z.record(
        name,
        z.strictObject({
          source: qualified,
          target: qualified,
          columns: z.record(
            name,
            z.strictObject({
              target: z.string(),
              original: z.string().optional(),
              rule: z.strictObject({ name, sql: z.string() }).optional(),
            }),
          ),
        }),
      ),
      quarantine: z.strictObject({ relation: qualified, waiting: z.string().optional() }),
      notes: qualified.optional(),
      restore: restoreSettings.optional(),
      made: z.record(name, z.array(z.strictObject({ rule: name, sql: z.string() }))).optional(),
      errors: z.record(name, z.string()).optional(),
      found: name,
      optional: z.array(name).optional(),
      host: z.strictObject({ schemas: z.array(name), tables: z.array(qualified) }).optional(),
      workload: z.strictObject({ reads: z.array(appStatement), writes: z.array(appStatement) }).optional(),
    })
    .optional(),
  online: onlineSettings.optional(),
  distribution: z
    .strictObject({
      schemas: z.array(name).min(1),
      groups: z.record(name, z.record(qualified, name)),
      reference: z.array(qualified),
      local: z.record(qualified, name),
      settled: z.array(z.strictObject({ object: name, instead: name })),
    })
    .optional(),
  layout: layoutSettings.optional(),
  snapshots: file,
  types: file,
});

type Shape = z.infer<typeof shape>;

/** Every mistake in a configuration, each with the path at which it stands and what is expected there. */
export function mistakesIn(config: unknown): string[] {
  const parsed = shape.safeParse(config);
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'default export'}: ${message}`);
  return [...contradictions(parsed.data)];
}

/** What each part allows by itself and the parts together do not. */
function* contradictions(shape: Shape): Iterable<string> {
  const { access, personas, world, proven } = shape;
  const known = Object.keys(personas);
  for (const [table, rows] of Object.entries(access)) {
    if (!proven.includes(table.split('.')[0] ?? ''))
      yield `access.${table}: its schema is not among \`proven\` (${proven.join(', ')})`;
    for (const [row, line] of Object.entries(rows)) {
      const where = `access.${table}.${row}`;
      for (const persona of known.filter((candidate) => !(candidate in line)))
        yield `${where}: says nothing of ${persona}`;
      for (const [persona, letters] of Object.entries(line)) {
        if (!known.includes(persona)) yield `${where}: ${persona} is not a persona (${known.join(', ')})`;
        if (!parseLetters(letters))
          yield `${where}.${persona}: ${JSON.stringify(letters)} is not S, I, U, D in any number, such as "S U(title, note)", or — for nothing`;
      }
    }
  }
  yield* legacyMistakes(shape);
  yield* below('online', shape.online ? onlineContradictions(shape.online) : []);
  yield* below('legacy.restore', shape.legacy?.restore ? restoreContradictions(shape.legacy.restore) : []);
  yield* functionMistakes(shape);
  yield* privilegeMistakes(shape);
  for (const [index, { table, row, existing, insert, update }] of world.entries()) {
    if (row === undefined) continue;
    if (existing === 'removed') yield `world.${index} (${table}, ${row}): a row that is removed cannot be probed`;
    if (!insert)
      yield `world.${index} (${table}, ${row}): a row that is probed needs \`insert\`, what a persona tries to add`;
    if (!update)
      yield `world.${index} (${table}, ${row}): a row that is probed needs \`update\`, what a persona tries to change`;
  }
}

function* below(path: string, mistakes: Iterable<string>): Iterable<string> {
  for (const mistake of mistakes) yield `${path}.${mistake}`;
}

function* legacyMistakes({ legacy }: Shape): Iterable<string> {
  if (!legacy) return;
  const known = new Set(
    Object.entries(legacy.mapping).flatMap(([table, { columns }]) => [
      table,
      ...Object.keys(columns).map((column) => `${table}.${column}`),
    ]),
  );
  for (const absent of legacy.optional?.filter((name) => !known.has(name)) ?? [])
    yield `legacy.optional: ${absent} is neither a table nor a table.column of \`mapping\``;
  for (const table of Object.keys(legacy.made ?? {}).filter((name) => !(name in legacy.mapping)))
    yield `legacy.made.${table}: is not a table of \`mapping\``;
  const rules = Object.values(legacy.mapping).flatMap(({ columns }) =>
    Object.values(columns).map(({ rule }) => rule?.name),
  );
  for (const rule of Object.keys(legacy.errors ?? {}).filter((name) => !rules.includes(name)))
    yield `legacy.errors.${rule}: no column has that rule`;
  for (const table of legacy.host?.tables.filter((id) => !legacy.host?.schemas.includes(id.split('.')[0] ?? '')) ?? [])
    yield `legacy.host.tables: the schema of ${table} is not among \`legacy.host.schemas\``;
}

function* functionMistakes({ functions, calls, personas, proven }: Shape): Iterable<string> {
  const known = Object.keys(personas);
  for (const [section, keys] of Object.entries({
    functions: Object.keys(functions),
    calls: Object.keys(calls ?? {}),
  })) {
    for (const key of keys.filter((candidate) => !proven.includes(candidate.split('.')[0] ?? '')))
      yield `${section}.${key}: its schema is not among \`proven\` (${proven.join(', ')})`;
  }
  for (const [key, text] of Object.entries(functions)) {
    const names = parseNames(text);
    if (!names) yield `functions.${key}: ${JSON.stringify(text)} is not a list of personas, or — for nobody`;
    for (const persona of names?.filter((candidate) => !known.includes(candidate)) ?? [])
      yield `functions.${key}: ${persona} is not a persona (${known.join(', ')})`;
  }
}

function* privilegeMistakes({ privileges = {}, personas }: Shape): Iterable<string> {
  const roles = [...new Set(Object.values(personas).map(({ role }) => role))];
  for (const [object, line] of Object.entries(privileges)) {
    for (const [role, text] of Object.entries(line)) {
      if (!roles.includes(role))
        yield `privileges.${object}: ${role} is not the role of a persona (${roles.join(', ')})`;
      if (!parsePrivileges(text))
        yield `privileges.${object}.${role}: ${JSON.stringify(text)} is not a list of ${PRIVILEGES.join(', ')}`;
    }
  }
}
