import { parseStatements } from '../sql/statements.ts';

/** Statements whose effect is not in one database: two of them at once wait for each other, or fail. */
const OF_SERVER = [
  'CreateRoleStmt',
  'AlterRoleStmt',
  'AlterRoleSetStmt',
  'DropRoleStmt',
  'GrantRoleStmt',
  'AlterDatabaseSetStmt',
];

/** Whether SQL changes roles, memberships or settings of a role or database. */
export async function changesServer(sql: string): Promise<boolean> {
  // The server says itself what is wrong with a text that can't be read.
  const statements = await parseStatements(sql).catch(() => []);
  return statements.some(({ tree }) => OF_SERVER.some((type) => type in tree));
}
