/** Something that is said of an object: a flag such as `not null`, or a name with a value. */
export interface Property {
  /** One of PROPERTY_NAMES, or a privilege; empty for the definition, which needs no name. */
  readonly name: string;
  /** Its text, without blanks at both ends; null of a flag. */
  readonly value: string | null;
}

/** Something that belongs to an object: a column, a constraint, a policy, a grant. */
export interface StructurePart {
  /** One of PART_KINDS. */
  readonly kind: string;
  /** Its name, quoted where SQL needs it. */
  readonly name: string;
  readonly properties: readonly Property[];
}

/** An object of the database, and what belongs to it. */
export interface StructureObject {
  /** One of OBJECT_KINDS. */
  readonly kind: string;
  /** Its name with its schema, quoted where SQL needs it. */
  readonly name: string;
  readonly properties: readonly Property[];
  readonly parts: readonly StructurePart[];
}

/** Stands for the role that ran the migrations: its name differs from server to server. No role's quoted name is like it. */
export const MIGRATOR = '<migrator>';

/** The kinds of objects; `other` ones carry PostgreSQL's own word for their kind in their name. */
export const OBJECT_KINDS = [
  'role',
  'database',
  'extension',
  'schema',
  'enum',
  'domain',
  'composite type',
  'range type',
  'table',
  'partitioned table',
  'foreign table',
  'view',
  'materialized view',
  'sequence',
  'function',
  'procedure',
  'aggregate',
  'window function',
  'host schema',
  'host relation',
  'host function',
  'default privileges for',
  'event trigger',
  'publication',
  'foreign-data wrapper',
  'foreign server',
  'user mapping',
  'language',
  'parameter',
  'other',
] as const;

export const PART_KINDS = [
  'member of',
  'column',
  'field',
  'constraint',
  'index',
  'policy',
  'trigger',
  'rule',
  'published table',
  'grant to',
] as const;

/** The names that begin a property; one with a space comes before what it begins with. */
export const PROPERTY_NAMES = [
  'absent',
  'access method',
  'aggregate',
  'all tables',
  'always enabled',
  'arguments',
  'as',
  'base',
  'body',
  'bypassrls',
  'cache',
  'check',
  'clauses',
  'clustered',
  'collation',
  'columns',
  'comment',
  'compression',
  'connection limit',
  'cost',
  'createdb',
  'createrole',
  'cycle',
  'database settings',
  'default',
  'disabled',
  'event',
  'for values',
  'for',
  'forced',
  'function',
  'generated',
  'identity',
  'immutable',
  'in',
  'increment',
  'inherit',
  'inherited',
  'inherits',
  'internal triggers',
  'labels',
  'language',
  'leakproof',
  'login',
  'maximum',
  'minimum',
  'no inherit',
  'no set',
  'not enforced',
  'not null',
  'not validated',
  'not valid',
  'of type',
  'only for replicas',
  'operations',
  'option names',
  'options',
  'owned by',
  'owner',
  'parallel',
  'partition by',
  'partition of',
  'range',
  'replica identity',
  'replication',
  'restrictive',
  'returns',
  'row level security',
  'rows',
  'schemas',
  'secret options',
  'security definer',
  'security invoker',
  'server options',
  'server settings',
  'server',
  'settings',
  'stable',
  'start',
  'statistics',
  'storage',
  'strict',
  'superuser',
  'support',
  'tablespace',
  'tags',
  'to',
  'toast options',
  'type',
  'unique',
  'unlogged',
  'using',
  'valid until',
  'via partition root',
  'where',
  'with admin',
  'wrapper',
] as const;

export type PropertyName = (typeof PROPERTY_NAMES)[number];

/** A property with a value; none where there is no value. */
export const valued = (name: PropertyName | '', value: string | number | null | undefined): Property[] =>
  value === null || value === undefined || `${value}`.trim() === '' ? [] : [{ name, value: `${value}`.trim() }];

/** A property that is a flag; none where it is not so. */
export const flag = (name: PropertyName, is: boolean): Property[] => (is ? [{ name, value: null }] : []);

/** Texts as one value. */
export const listed = (name: PropertyName, values: readonly string[]): Property[] => valued(name, values.join(', '));
