import { RELATION_NAME } from '../settings.ts';
import { unquoteIdentifier } from '../sql/quote.ts';
import type { AccessSettings } from './settings.ts';

/** The two parts of `schema.name`, either of them bare or in double quotes; undefined when it is no such name. */
export function partsOf(name: string): readonly [schema: string, name: string] | undefined {
  const [, schema, relation] = RELATION_NAME.exec(name) ?? [];
  return schema === undefined || relation === undefined ? undefined : [unquoted(schema), unquoted(relation)];
}

/** The schema that a name stands in. */
export const schemaOf = (name: string): string => partsOf(name)?.[0] ?? name.split('.')[0] ?? '';

const unquoted = (name: string): string => (name.startsWith('"') ? unquoteIdentifier(name) : name);

/** The id that the catalogs give the relation of that name: both parts bare. */
const idOf = (name: string): string => partsOf(name)?.join('.') ?? name;

/**
 * The settings with every relation by its id: people quote a name that has a dot or a quote in it, as SQL does, and
 * catalogs do not.
 */
export function withPlainNames<T extends Pick<AccessSettings, 'access' | 'world'>>(settings: T): T {
  return {
    ...settings,
    access: Object.fromEntries(Object.entries(settings.access).map(([name, rows]) => [idOf(name), rows])),
    world: settings.world.map((row) => ({ ...row, table: idOf(row.table) })),
  };
}
