import { z } from 'zod';
import { accessMistakes } from '../access/mistakes.ts';
import { accessSettings } from '../access/settings.ts';
import { checksSettings } from '../checks/settings.ts';
import { plansSettings } from '../plans/settings.ts';
import { layoutSettings } from '../report/settings.ts';
import { scaleSettings } from '../scale/settings.ts';

const name = z.string().min(1);
const qualified = z.string().regex(/^[^.]+\.[^.]+$/, 'must be written schema.table');
const file = z.string().min(1);
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
  ruled: checksSettings,
  proven: accessSettings.shape.proven,
  roles: z.array(name).min(1),
  personas: accessSettings.shape.personas,
  access: accessSettings.shape.access,
  functions: accessSettings.shape.functions,
  privileges: accessSettings.shape.privileges,
  known: accessSettings.shape.known,
  calls: accessSettings.shape.calls,
  world: accessSettings.shape.world,
  queries: plansSettings.optional(),
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
      restoring: z
        .strictObject({
          from: name,
          through: name,
          definitions: z.string(),
          before: file,
          sections: z.array(file).min(1),
          after: file,
        })
        .optional(),
      made: z.record(name, z.array(z.strictObject({ rule: name, sql: z.string() }))).optional(),
      errors: z.record(name, z.string()).optional(),
      found: name,
      optional: z.array(name).optional(),
      host: z.strictObject({ schemas: z.array(name), tables: z.array(qualified) }).optional(),
      workload: z.strictObject({ reads: z.array(appStatement), writes: z.array(appStatement) }).optional(),
    })
    .optional(),
  // Its parts are SQL, which only a database can judge.
  online: z.custom<unknown>((value) => typeof value === 'object', 'must be an object').optional(),
  distribution: scaleSettings.optional(),
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
  return [...accessMistakes(parsed.data), ...legacyMistakes(parsed.data)];
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
