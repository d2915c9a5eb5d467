import { quoteIdentifier } from '../../sql/quote.ts';
import type { SqlStatement } from '../../sql/statements.ts';

/** The claim of a GRANT or REVOKE: afterwards a role has a privilege, or does not have it. */
export interface Claim {
  readonly statement: SqlStatement;
  readonly grants: boolean;
  readonly kind: 'table' | 'sequence' | 'schema' | 'function' | 'type' | 'database' | 'language' | 'role' | 'default';
  /** The object as SQL; of `all … in schema` the schema, of default privileges the kind of objects. */
  readonly object: string;
  readonly allIn: boolean;
  /** Of default privileges: the schema, if one is named, and whose; null for whoever runs the migration. */
  readonly schema: string | null;
  readonly owner: string | null;
  readonly column: string | null;
  /** In capitals; null for all that there are. */
  readonly privilege: string | null;
  /** A role’s name, or `public`. */
  readonly grantee: string;
}

const KINDS: Readonly<Record<string, Claim['kind']>> = {
  OBJECT_TABLE: 'table',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_SCHEMA: 'schema',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_DATABASE: 'database',
  OBJECT_LANGUAGE: 'language',
};

/** A RangeVar, the name of a table, an index or a view. */
export interface RelationName {
  readonly schemaname?: string;
  readonly relname?: string;
}

// Only what is read of the trees; libpg-query's own types have every field optional.
type StatementTree = Readonly<Record<string, unknown>>;

const textOf = (node: unknown): string => (node as { String?: { sval?: string } }).String?.sval ?? '';
const listOf = (node: unknown): readonly StatementTree[] => (node ?? []) as readonly StatementTree[];
const nameOf = (parts: readonly string[]): string => parts.map(quoteIdentifier).join('.');

/** The claims of a migration's statements about privileges and memberships, in their order. */
export function claimsOf(statements: readonly SqlStatement[]): Claim[] {
  return statements.flatMap((statement) => {
    const tree = statement.tree as StatementTree;
    if (tree.GrantStmt) return ofGrant(statement, tree.GrantStmt as StatementTree, null);
    if (tree.GrantRoleStmt) return ofMembership(statement, tree.GrantRoleStmt as StatementTree);
    const defaults = tree.AlterDefaultPrivilegesStmt as StatementTree | undefined;
    return defaults ? ofGrant(statement, defaults.action as StatementTree, defaults) : [];
  });
}

function ofGrant(statement: SqlStatement, grant: StatementTree, defaults: StatementTree | null): Claim[] {
  const kind = KINDS[grant.objtype as string];
  // To take the right to grant on leaves the privilege itself.
  if (!kind || (grant.grant_option && !grant.is_grant)) return [];
  const scopes = defaults ? scopesOf(defaults) : [{ schema: null, owner: null }];
  const objects = defaults ? [kind] : listOf(grant.objects).map(objectName);
  const grantees = listOf(grant.grantees).flatMap(granteeName);
  return scopes.flatMap(({ schema, owner }) =>
    objects.flatMap((object) =>
      grantees.flatMap((grantee) =>
        privilegesOf(grant).map(({ privilege, column }) => ({
          statement,
          grants: grant.is_grant === true,
          kind: defaults ? 'default' : kind,
          object,
          allIn: grant.targtype === 'ACL_TARGET_ALL_IN_SCHEMA',
          schema,
          owner,
          column,
          privilege,
          grantee,
        })),
      ),
    ),
  );
}

function ofMembership(statement: SqlStatement, grant: StatementTree): Claim[] {
  return listOf(grant.granted_roles).flatMap((role) =>
    listOf(grant.grantee_roles)
      .flatMap(granteeName)
      .map((grantee) => ({
        statement,
        grants: grant.is_grant === true,
        kind: 'role' as const,
        object: (role.AccessPriv as { priv_name?: string }).priv_name ?? '',
        allIn: false,
        schema: null,
        owner: null,
        column: null,
        privilege: 'MEMBER',
        grantee,
      })),
  );
}

function scopesOf({ options }: StatementTree): { schema: string | null; owner: string | null }[] {
  const itemsOf = (name: string): readonly StatementTree[] =>
    listOf(options)
      .map(({ DefElem }) => DefElem as { defname?: string; arg?: { List?: { items?: readonly StatementTree[] } } })
      .filter(({ defname }) => defname === name)
      .flatMap(({ arg }) => arg?.List?.items ?? []);
  const schemas = itemsOf('schemas').map(textOf);
  const owners = itemsOf('roles').flatMap(granteeName);
  const orNone = (names: readonly string[]): readonly (string | null)[] => (names.length > 0 ? names : [null]);
  return orNone(schemas).flatMap((schema) => orNone(owners).map((owner) => ({ schema, owner })));
}

/** CURRENT_USER and its like are whoever migrates: an owner, who is nobody’s client. */
function granteeName({ RoleSpec }: StatementTree): string[] {
  const { roletype, rolename } = (RoleSpec ?? {}) as { roletype?: string; rolename?: string };
  if (roletype === 'ROLESPEC_PUBLIC') return ['public'];
  return roletype === 'ROLESPEC_CSTRING' && rolename ? [rolename] : [];
}

function privilegesOf({ privileges }: StatementTree): { privilege: string | null; column: string | null }[] {
  if (!privileges) return [{ privilege: null, column: null }];
  return listOf(privileges).flatMap(({ AccessPriv }): { privilege: string | null; column: string | null }[] => {
    const { priv_name: name, cols } = AccessPriv as { priv_name?: string; cols?: unknown };
    const privilege = name?.toUpperCase() ?? null;
    const columns = listOf(cols).map(textOf);
    return columns.length > 0 ? columns.map((column) => ({ privilege, column })) : [{ privilege, column: null }];
  });
}

function objectName(node: StatementTree): string {
  if (node.RangeVar) return relationName(node.RangeVar);
  const list = node.List as { items?: readonly StatementTree[] } | undefined;
  if (list) return nameOf((list.items ?? []).map(textOf));
  const called = node.ObjectWithArgs as
    | { objname?: readonly StatementTree[]; objargs?: readonly StatementTree[]; args_unspecified?: boolean }
    | undefined;
  if (!called) return nameOf([textOf(node)]);
  const name = nameOf((called.objname ?? []).map(textOf));
  return called.args_unspecified ? name : `${name}(${(called.objargs ?? []).map(typeName).join(', ')})`;
}

/** The name of a RangeVar as SQL, with its schema where that is written. */
export function relationName(relation: RelationName): string {
  return nameOf([relation.schemaname ?? '', relation.relname ?? ''].filter(Boolean));
}

export function typeName(node: unknown): string {
  const { TypeName, ...bare } = node as StatementTree;
  const { names, arrayBounds } = (TypeName ?? bare) as {
    names?: readonly StatementTree[];
    arrayBounds?: readonly unknown[];
  };
  return `${nameOf((names ?? []).map(textOf))}${arrayBounds ? '[]' : ''}`;
}
