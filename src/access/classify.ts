import type { Relation } from '../catalog/relations.ts';
import type { ServerError } from './attempt.ts';
import type { Cell, Command } from './model.ts';

export interface Refusal extends Pick<Cell, 'afterAccess' | 'state' | 'refusedBy'> {
  readonly outcome: 'no grant' | 'policy violation' | 'refused' | 'not possible' | 'error' | 'not evaluated';
  readonly detail: string;
}

/** The privileges of a role, by which a denial is told from an unrelated error with the same message. */
export interface RoleRights {
  /** Whether the role lacks what a command on the relation needs: on some column, or USAGE of the schema. */
  lacks(relation: Relation, command: Command): boolean;
  lacksUsage(relation: Relation): boolean;
  /** Whether the role holds the command's own privilege, on the relation or on some of its columns. */
  holds(relation: Relation, command: Command): boolean;
  /** The relations that a view with its caller's rights reads, and those that these read. */
  basesOf(relation: Relation): readonly Relation[];
}

/**
 * Tells denials from unrelated errors. A missing privilege and a failed WITH CHECK are both SQLSTATE 42501; the C function that
 * raised it (`routine`) tells them apart: aclcheck_error in src/backend/catalog/aclchk.c, ExecWithCheckOptions in
 * src/backend/executor/execMain.c. The message names a relation without its schema, so a denial counts only when the
 * role lacks a privilege on the relation that was probed, or on one that the probed view reads: a policy that reads a
 * table of the same name which the role may not read is a broken policy, not a denial.
 */
export function classify(error: unknown, relation: Relation, command: Command, rights: RoleRights): Refusal {
  const { code, routine, where, message = String(error) } = error as ServerError;
  const detail = code ? `${code}: ${message}` : message;
  const refusal = (outcome: Refusal['outcome']): Refusal => ({ outcome, detail, ...(code ? { state: code } : {}) });
  if (code === '57014') return refusal('not evaluated');
  // What a table's trigger or a function ran is not what was probed; a view's trigger stands for the view.
  const nested = where !== undefined && isPlain(relation);
  if (routine?.startsWith('aclcheck_error') && !nested)
    return refusal(isDenial(message, relation, command, rights) ? 'no grant' : 'error');
  if (routine === 'ExecWithCheckOptions' && !nested)
    return refusal(code === '42501' && isOf(message, relation, rights) ? 'policy violation' : 'error');
  if (routine === 'exec_stmt_raise') {
    const [refusedBy] = /function \S+(?= line \d+ at RAISE)/.exec(where ?? '') ?? [];
    return { ...refusal('refused'), ...(refusedBy ? { refusedBy } : {}) };
  }
  if (!isPlain(relation) && code !== undefined && NOT_WRITABLE.has(code)) return refusal('not possible');
  // Constraints are checked after privileges and policies (src/backend/executor/nodeModifyTable.c).
  if (code?.startsWith('23') && where === undefined) return { ...refusal('error'), afterAccess: true };
  return refusal('error');
}

/** object_not_in_prerequisite_state, wrong_object_type and feature_not_supported: a view that can't be written. */
const NOT_WRITABLE = new Set(['55000', '42809', '0A000']);

const isPlain = ({ kind }: Relation): boolean => kind === 'table' || kind === 'partitioned table';

const isOf = (message: string, relation: Relation, rights: RoleRights): boolean =>
  [relation, ...rights.basesOf(relation)].some(({ name }) => namesObject(message, name));

function isDenial(message: string, relation: Relation, command: Command, rights: RoleRights): boolean {
  const candidates = [relation, ...rights.basesOf(relation)];
  return candidates.some(
    (one) =>
      (namesObject(message, one.name) && rights.lacks(one, command)) ||
      (namesSchema(message, one.schema) && rights.lacksUsage(one)),
  );
}

/** Whether a denial is about an object: the messages end with its name, quoted or not, without its schema. */
export function namesObject(message: string, name: string): boolean {
  return unquoted(message).endsWith(` ${unquoted(name)}`);
}

/** Whether a denial is about a schema. */
export function namesSchema(message: string, schema: string): boolean {
  return unquoted(message).endsWith(` schema ${unquoted(schema)}`);
}

const unquoted = (text: string): string => text.replaceAll('"', '');
