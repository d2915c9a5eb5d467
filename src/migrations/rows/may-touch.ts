import { parseStatements } from '../../sql/statements.ts';
import { nodesOfType, stringOf } from '../../sql/tree.ts';

/** Statements of definitions only: they neither write rows nor call what could. */
const DEFINING = new Set([
  'AlterDefaultPrivilegesStmt',
  'AlterFunctionStmt',
  'AlterOwnerStmt',
  'AlterPolicyStmt',
  'AlterRoleSetStmt',
  'AlterRoleStmt',
  'CommentStmt',
  'CompositeTypeStmt',
  'CreateEnumStmt',
  'CreateFunctionStmt',
  'CreatePolicyStmt',
  'CreateRoleStmt',
  'CreateSchemaStmt',
  'CreateSeqStmt',
  'CreateStmt',
  'CreateTrigStmt',
  'GrantRoleStmt',
  'GrantStmt',
  'RenameStmt',
  'RuleStmt',
  'VariableSetStmt',
  'ViewStmt',
]);

/** The commands of ALTER TABLE that can be done to a table without changing a value that is there. */
const HARMLESS = new Set([
  'AT_AddColumn',
  'AT_AddConstraint',
  'AT_AlterConstraint',
  'AT_ChangeOwner',
  'AT_ColumnDefault',
  'AT_DisableRowSecurity',
  'AT_DropConstraint',
  'AT_DropNotNull',
  'AT_EnableRowSecurity',
  'AT_ForceRowSecurity',
  'AT_NoForceRowSecurity',
  'AT_ResetOptions',
  'AT_ResetRelOptions',
  'AT_SetNotNull',
  'AT_SetOptions',
  'AT_SetRelOptions',
  'AT_SetStatistics',
  'AT_SetStorage',
  'AT_ValidateConstraint',
]);

/** Kinds of objects without rows of their own. */
const WITHOUT_ROWS = new Set([
  'OBJECT_AGGREGATE',
  'OBJECT_FUNCTION',
  'OBJECT_INDEX',
  'OBJECT_MATVIEW',
  'OBJECT_POLICY',
  'OBJECT_PROCEDURE',
  'OBJECT_ROLE',
  'OBJECT_ROUTINE',
  'OBJECT_RULE',
  'OBJECT_TRIGGER',
  'OBJECT_VIEW',
]);

/** Functions that a column gets a default from, or a constraint or an index a value, and that write nothing. */
const PURE = new Set([
  'now',
  'gen_random_uuid',
  'clock_timestamp',
  'nextval',
  'length',
  'char_length',
  'lower',
  'upper',
]);

type CommandNode = Readonly<Record<string, unknown>>;

/**
 * Whether a migration may do something to rows. False only when every statement defines things, and none of them can
 * take a row or a value away.
 */
export async function mayTouchRows(sql: string): Promise<boolean> {
  return (await parseStatements(sql)).some(({ tree }) => {
    const [type = '', node = {}] = (Object.entries(tree) as [string, CommandNode][])[0] ?? [];
    if (type === 'AlterTableStmt') return !altersHarmlessly(node) || callsUnknown(node);
    if (type === 'IndexStmt' || type === 'CreateDomainStmt') return callsUnknown(node);
    if (type === 'AlterEnumStmt') return node.oldVal !== undefined;
    if (type === 'DropStmt') return !WITHOUT_ROWS.has(String(node.removeType)) || node.behavior === 'DROP_CASCADE';
    return !DEFINING.has(type);
  });
}

const altersHarmlessly = ({ cmds }: CommandNode): boolean =>
  [...nodesOfType(cmds, 'AlterTableCmd')].every(
    ({ subtype, behavior }) => HARMLESS.has(String(subtype)) && behavior !== 'DROP_CASCADE',
  );

/** Whether a default, a constraint or an index calls what may write: it runs for each row that is there. */
const callsUnknown = (node: CommandNode): boolean =>
  [...nodesOfType(node, 'FuncCall')].some(
    ({ funcname }) => !PURE.has(stringOf((funcname as readonly unknown[]).at(-1)) ?? ''),
  );
