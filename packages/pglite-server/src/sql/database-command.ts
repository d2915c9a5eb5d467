import type { DefElem, Node } from 'libpg-query';
import { readSingle } from './statements.ts';

/** A statement about entire databases, which no backend of the engine can run itself. */
export type DatabaseCommand =
  | { kind: 'create'; name: string; template: string | null; owner: string | null }
  | { kind: 'drop'; name: string; ifExists: boolean; force: boolean }
  | { kind: 'rename'; name: string; to: string }
  /** A statement that has to run in each of the databases that it names. */
  | { kind: 'alter'; names: string[] };

/** The database command that a text is, if it is one and nothing else. */
export function databaseCommand(text: string): DatabaseCommand | null {
  // The keyword is in each of them, and reading every statement of every client would cost more than running it.
  if (!/database/i.test(text)) return null;
  const statement = readSingle(text);
  return statement && commandOf(statement);
}

function commandOf(statement: Node): DatabaseCommand | null {
  if ('CreatedbStmt' in statement) {
    const { dbname = '', options = [] } = statement.CreatedbStmt;
    return { kind: 'create', name: dbname, template: option(options, 'template'), owner: option(options, 'owner') };
  }
  if ('DropdbStmt' in statement) {
    const { dbname = '', missing_ok = false, options = [] } = statement.DropdbStmt;
    const force = options.some((each) => 'DefElem' in each && each.DefElem.defname === 'force');
    return { kind: 'drop', name: dbname, ifExists: missing_ok, force };
  }
  if ('RenameStmt' in statement) {
    const { renameType, subname = '', newname = '' } = statement.RenameStmt;
    return renameType === 'OBJECT_DATABASE' ? { kind: 'rename', name: subname, to: newname } : null;
  }
  const names = alteredDatabases(statement);
  return names.length > 0 ? { kind: 'alter', names } : null;
}

function alteredDatabases(statement: Node): string[] {
  if ('AlterDatabaseStmt' in statement) return [statement.AlterDatabaseStmt.dbname ?? ''];
  if ('AlterDatabaseSetStmt' in statement) return [statement.AlterDatabaseSetStmt.dbname ?? ''];
  if ('AlterDatabaseRefreshCollStmt' in statement) return [statement.AlterDatabaseRefreshCollStmt.dbname ?? ''];
  if ('AlterRoleSetStmt' in statement) {
    const { database } = statement.AlterRoleSetStmt;
    return database === undefined ? [] : [database];
  }
  if ('AlterOwnerStmt' in statement) {
    const { objectType, object } = statement.AlterOwnerStmt;
    return objectType === 'OBJECT_DATABASE' ? texts(object) : [];
  }
  if ('CommentStmt' in statement) {
    const { objtype, object } = statement.CommentStmt;
    return objtype === 'OBJECT_DATABASE' ? texts(object) : [];
  }
  if ('SecLabelStmt' in statement) {
    const { objtype, object } = statement.SecLabelStmt;
    return objtype === 'OBJECT_DATABASE' ? texts(object) : [];
  }
  if ('GrantStmt' in statement) {
    const { objtype, objects = [] } = statement.GrantStmt;
    return objtype === 'OBJECT_DATABASE' ? objects.flatMap(texts) : [];
  }
  return [];
}

/** The value of an option of CREATE DATABASE; null for DEFAULT. */
function option(options: Node[], name: string): string | null {
  const found = options.map((each) => ('DefElem' in each ? each.DefElem : ({} as DefElem)));
  return texts(found.find(({ defname }) => defname === name)?.arg)[0] ?? null;
}

function texts(node: Node | undefined): string[] {
  return node && 'String' in node ? [node.String.sval ?? ''] : [];
}
