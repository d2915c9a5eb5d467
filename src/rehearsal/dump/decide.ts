import type { HostSettings } from '../settings.ts';
import { callIn, type DumpStatement, type StatementFields, type StatementSubject, textOf } from './statement.ts';

/**
 * How a copy treats a statement of a dump.
 *
 * needed: it holds rows, or creates objects that rows depend on, so it must run. wanted: if the server refuses it, it is left out and
 * listed. minor: the same, and not listed. columns: the hooks created this table of the host, which gets the columns that it
 * lacks. left out: for the reason given; null is not listed.
 */
export type DumpDecision =
  | { readonly kind: 'needed' | 'wanted' | 'minor' }
  | { readonly kind: 'columns'; readonly table: string }
  | { readonly kind: 'left out'; readonly why: string | null };

/** Statements without which rows cannot be there, by the type of their parse tree. */
const NEEDED = new Set([
  'AlterEnumStmt',
  'AlterSeqStmt',
  'CompositeTypeStmt',
  'CopyStmt',
  'CreateDomainStmt',
  'CreateEnumStmt',
  'CreateRangeStmt',
  'CreateSchemaStmt',
  'CreateSeqStmt',
  'CreateStmt',
  'InsertStmt',
]);

/** The changes of a table without which its rows cannot be there, by PostgreSQL's name for them. */
const NEEDED_CHANGES = new Set([
  'AT_AddColumn',
  'AT_AddIdentity',
  'AT_AddInherit',
  'AT_AlterColumnType',
  'AT_AttachPartition',
  'AT_ColumnDefault',
  'AT_DropInherit',
  'AT_DropNotNull',
  'AT_ResetOptions',
  'AT_SetCompression',
  'AT_SetIdentity',
  'AT_SetNotNull',
  'AT_SetOptions',
  'AT_SetStatistics',
  'AT_SetStorage',
]);

/** Settings that would change the copy's tablespaces or owners. */
const USELESS_SETTINGS = new Set([
  'default_tablespace',
  'default_table_access_method',
  'session_authorization',
  'role',
]);

const DATABASE = 'a database’s own settings';
const ROLES = 'roles belong to a server';
const REPLICATION = 'replication';
const OTHER_SERVER = 'another server’s data';
const EVENT_TRIGGER = 'an event trigger';

/** Statements that affect more than one database, each with the reason for which it is left out. */
const REACHING: Readonly<Record<string, string>> = {
  CreatedbStmt: DATABASE,
  DropdbStmt: DATABASE,
  AlterDatabaseStmt: DATABASE,
  AlterDatabaseSetStmt: DATABASE,
  CreateRoleStmt: ROLES,
  AlterRoleStmt: ROLES,
  AlterRoleSetStmt: ROLES,
  DropRoleStmt: ROLES,
  CreateEventTrigStmt: EVENT_TRIGGER,
  AlterEventTrigStmt: EVENT_TRIGGER,
  CreatePublicationStmt: REPLICATION,
  AlterPublicationStmt: REPLICATION,
  CreateSubscriptionStmt: REPLICATION,
  AlterSubscriptionStmt: REPLICATION,
  CreateForeignServerStmt: OTHER_SERVER,
  AlterForeignServerStmt: OTHER_SERVER,
  CreateFdwStmt: OTHER_SERVER,
  AlterFdwStmt: OTHER_SERVER,
  CreateForeignTableStmt: OTHER_SERVER,
  CreateUserMappingStmt: OTHER_SERVER,
  AlterUserMappingStmt: OTHER_SERVER,
  SecLabelStmt: 'a security label',
};

/** The same for statements about an object of any type. */
const REACHING_OBJECTS: Readonly<Record<string, string>> = {
  OBJECT_DATABASE: DATABASE,
  OBJECT_ROLE: ROLES,
  OBJECT_EVENT_TRIGGER: EVENT_TRIGGER,
  OBJECT_PUBLICATION: REPLICATION,
  OBJECT_SUBSCRIPTION: REPLICATION,
  OBJECT_FOREIGN_SERVER: OTHER_SERVER,
  OBJECT_FDW: OTHER_SERVER,
  OBJECT_FOREIGN_TABLE: OTHER_SERVER,
};

/** Decides what a copy does with a statement. */
export function decide(statement: DumpStatement, host: HostSettings): DumpDecision {
  const { type, fields, subject } = statement;
  if (isUseless(type, fields)) return { kind: 'left out', why: null };
  const why = REACHING[type] ?? reachingObject(type, fields);
  if (why) return { kind: 'left out', why };
  if (subject && host.schemas.includes(subject.schema)) return aboutHost(statement, subject, host);
  if (isMinor(type, fields)) return { kind: 'minor' };
  return { kind: isNeeded(type, fields) ? 'needed' : 'wanted' };
}

/** Owners need not exist on the copy's server. */
function isUseless(type: string, fields: StatementFields): boolean {
  if (type === 'AlterOwnerStmt') return true;
  if (type === 'AlterTableStmt')
    return changesOf(fields).length > 0 && changesOf(fields).every((change) => change === 'AT_ChangeOwner');
  return type === 'VariableSetStmt' && USELESS_SETTINGS.has(fields.name ?? '');
}

function reachingObject(type: string, { objtype }: StatementFields): string | undefined {
  if (type === 'GrantStmt') return objtype === 'OBJECT_DATABASE' ? 'rights on a database' : undefined;
  const concerned = type === 'CommentStmt' || type === 'AlterTableStmt';
  return concerned && objtype ? REACHING_OBJECTS[objtype] : undefined;
}

function isMinor(type: string, fields: StatementFields): boolean {
  if (type === 'SelectStmt') return callIn(fields)?.name === 'set_config';
  return type === 'VariableSetStmt' || type === 'CommentStmt';
}

function isNeeded(type: string, fields: StatementFields): boolean {
  switch (type) {
    case 'AlterTableStmt':
      return (
        ['OBJECT_TABLE', 'OBJECT_SEQUENCE', 'OBJECT_TYPE'].includes(fields.objtype ?? '') &&
        changesOf(fields).some((change) => NEEDED_CHANGES.has(change))
      );
    case 'AlterDomainStmt':
      return fields.subtype === SET_DEFAULT;
    case 'CreateTableAsStmt':
      return fields.objtype === 'OBJECT_TABLE';
    case 'DefineStmt':
      return fields.kind === 'OBJECT_TYPE';
    case 'SelectStmt':
      return callIn(fields)?.name === 'setval';
    default:
      return NEEDED.has(type);
  }
}

/** AlterDomainStmt's letter for SET DEFAULT and DROP DEFAULT. */
const SET_DEFAULT = 'T';

const changesOf = ({ cmds = [] }: StatementFields): string[] =>
  cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? (cmd.AlterTableCmd.subtype ?? []) : []));

function aboutHost(
  { type, fields }: DumpStatement,
  { schema, name }: StatementSubject,
  host: HostSettings,
): DumpDecision {
  const leftOut: DumpDecision = { kind: 'left out', why: `its host’s schema ${schema}` };
  const table = `${schema}.${name}`;
  if (!host.tables.includes(table)) return leftOut;
  if (type === 'CopyStmt' || type === 'InsertStmt') return { kind: 'needed' };
  if (type === 'CreateStmt') return { kind: 'columns', table };
  // Of the triggers on the host's tables, those that call a function of ours are ours.
  const [called] = type === 'CreateTrigStmt' && fields.funcname?.length === 2 ? fields.funcname : [];
  return called && !host.schemas.includes(textOf(called)) ? { kind: 'wanted' } : leftOut;
}
