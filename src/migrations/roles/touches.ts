import { parseStatements } from '../../sql/statements.ts';
import { nodesOfType } from '../../sql/tree.ts';

const OF_ROLES = ['CreateRoleStmt', 'AlterRoleStmt', 'AlterRoleSetStmt', 'DropRoleStmt', 'GrantRoleStmt'];
const OF_DATABASES = ['AlterDatabaseSetStmt'];
/** Statements that run code which can't be read in full. */
const OPAQUE = ['DoStmt', 'CallStmt', 'FuncCall'];

/**
 * Whether a migration may change roles, their settings or memberships: by a statement of its own, or by code that it
 * runs. Where it can't, other people's changes on the same server in the meantime are none of its business.
 */
export async function mayChangeRoles(sql: string): Promise<boolean> {
  // graphile-migrate reports a text that is not SQL, and none of it runs.
  const statements = await parseStatements(sql).catch(() => []);
  return statements.some(({ tree }) => {
    if (OF_ROLES.concat(OF_DATABASES, OPAQUE).some((type) => [...nodesOfType(tree, type)].length > 0)) return true;
    const { RenameStmt: renamed, CommentStmt: commented } = tree as {
      RenameStmt?: { renameType?: string };
      CommentStmt?: { objtype?: string };
    };
    return renamed?.renameType === 'OBJECT_ROLE' || commented?.objtype === 'OBJECT_ROLE';
  });
}
