import { stringOf } from '../../sql/tree.ts';
import type { HostedStatement } from './rule.ts';

/** Schemas that belong to Supabase's own services: `postgres` owns nothing in them. */
export const PLATFORM: readonly string[] = [
  '_analytics',
  '_realtime',
  'auth',
  'cron',
  'graphql',
  'graphql_public',
  'information_schema',
  'net',
  'pg_catalog',
  'pgbouncer',
  'pgsodium',
  'pgsodium_masks',
  'pgtle',
  'realtime',
  'storage',
  'supabase_functions',
  'supabase_migrations',
  'vault',
];

/** Where the name of what a statement creates, alters or drops stands in its tree. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  AlterDomainStmt: ['typeName'],
  AlterEnumStmt: ['typeName'],
  AlterFunctionStmt: ['func'],
  AlterObjectSchemaStmt: ['relation', 'object', 'newschema'],
  AlterOwnerStmt: ['relation', 'object'],
  AlterSeqStmt: ['sequence'],
  AlterTableStmt: ['relation'],
  CompositeTypeStmt: ['typevar'],
  CreateDomainStmt: ['domainname'],
  CreateEnumStmt: ['typeName'],
  CreateForeignTableStmt: ['base'],
  CreateFunctionStmt: ['funcname'],
  CreateRangeStmt: ['typeName'],
  CreateSchemaStmt: ['schemaname'],
  CreateSeqStmt: ['sequence'],
  CreateStatsStmt: ['defnames', 'relations'],
  CreateStmt: ['relation'],
  CreateTableAsStmt: ['into'],
  DefineStmt: ['defnames'],
  DropStmt: ['objects'],
  GrantStmt: ['objects'],
  IndexStmt: ['relation'],
  RenameStmt: ['relation', 'object'],
  RuleStmt: ['relation'],
  ViewStmt: ['view'],
};

/** Statements about these may name tables of Supabase's: `postgres` may have triggers and policies on them. */
const ALLOWED = ['OBJECT_TRIGGER', 'OBJECT_POLICY'];

/** The schemas of what a statement creates, alters, drops or grants; not of what it refers to. */
export function targetSchemas(tree: HostedStatement['tree']): string[] {
  return Object.entries(NAMES).flatMap(([type, fields]) => {
    const node = tree[type] as Record<string, unknown> | undefined;
    if (!node) return [];
    const kind = node.removeType ?? node.renameType ?? node.objectType ?? node.objtype;
    if (ALLOWED.includes(String(kind))) return [];
    return fields.flatMap((field) => schemasIn(node[field], kind === 'OBJECT_SCHEMA'));
  });
}

/** The schema in a name, in any of the forms that the parser gives one. @param whole whether a name by itself is a schema's */
export function schemasIn(name: unknown, whole: boolean): string[] {
  if (typeof name === 'string') return [name];
  if (typeof name !== 'object' || name === null) return [];
  const own = stringOf(name);
  if (own !== undefined) return whole ? [own] : [];
  if (Array.isArray(name)) return inList(name, whole);
  const node = name as Record<string, unknown>;
  const inner = [node.RangeVar, node.List, node.ObjectWithArgs, node.TypeName, node.rel, node.relation].find(Boolean);
  if (inner !== undefined) return schemasIn(inner, whole);
  if (typeof node.schemaname === 'string') return [node.schemaname];
  return schemasIn(node.objname ?? node.names ?? node.items ?? null, whole);
}

/** The words of one name, of which the first is the schema; or several names. */
function inList(list: readonly unknown[], whole: boolean): string[] {
  const words = list.map(stringOf);
  if (words.some((word) => word === undefined)) return list.flatMap((name) => schemasIn(name, whole));
  if (whole) return words.filter((word) => word !== undefined);
  return words.length > 1 && words[0] !== undefined ? [words[0]] : [];
}
