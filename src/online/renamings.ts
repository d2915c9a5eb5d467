import type { Renaming } from '../sql/rename.ts';
import { asideSchema, FULL, preparedSchema, SCOPED, STATE_SCHEMA, splitName } from './names.ts';
import type { OnlinePlan } from './settings.ts';

type Schemas = Pick<OnlinePlan, 'schemas' | 'legacy' | 'extensions'>;

/** SQL with names as they are after the switch, for what waits for it. */
export function toPrepared({ schemas, legacy, extensions }: Schemas): Renaming {
  const waiting = schemas.filter((schema) => schema !== legacy && schema !== extensions.schema);
  return { name: (schema, name) => (waiting.includes(schema) ? [preparedSchema(schema), name] : undefined) };
}

/**
 * The same for SQL that reads the old tables and uses the extensions, as the account of the legacy rows does.
 * @param home the schema in which the extensions are before the switch
 */
export function toPreparedWithOld(plan: Schemas, home: string): Renaming {
  const prepared = toPrepared(plan);
  return {
    name: (schema, name) => {
      if (schema === plan.legacy) return [FULL, name];
      return schema === plan.extensions.schema ? [home, name] : prepared.name(schema, name);
    },
  };
}

/**
 * The carrying sections and their tools, for a session that carries a batch: they read the old rows of the batch, and fill
 * tables of the session. A missing time becomes one moment for all batches.
 * @param home the schema in which the extensions are before the switch
 */
export function toCarrySession(plan: OnlinePlan, home: string): Renaming {
  const filled = new Set([...plan.targets.map(({ table }) => table), plan.moves, plan.quarantine]);
  const prepared = toPreparedWithOld(plan, home);
  return {
    name: (schema, name) => {
      const qualified = `${schema}.${name}`;
      if (filled.has(qualified)) return ['pg_temp', name];
      if (qualified in plan.read) return [SCOPED, scopedName(qualified)];
      return schema === plan.legacy ? [SCOPED, name] : prepared.name(schema, name);
    },
    now: `${STATE_SCHEMA}.moment()`,
  };
}

/** SQL over the old tables, while their schema is renamed out of the way. */
export function toAside(home: string): Renaming {
  return { name: (schema, name) => (schema === home ? [asideSchema(home), name] : undefined) };
}

/** The view of the rows of the batch, of a table of others. */
export const scopedName = (table: string): string => splitName(table).join('_');
