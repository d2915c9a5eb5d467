import type { Relation } from '../catalog/relations.ts';
import type { StatementError } from './attempt.ts';
import type { Outcome } from './model.ts';

export interface ClassifiedError {
  readonly outcome: Exclude<Outcome, 'allowed' | 'filtered'>;
  readonly detail: string;
}

/**
 * Tells denials from accidents. A missing privilege and a failed WITH CHECK are both SQLSTATE 42501; the C function that
 * raised it (`routine`) tells them apart: aclcheck_error in src/backend/catalog/aclchk.c, ExecWithCheckOptions in
 * src/backend/executor/execMain.c. Either counts as a denial only when it speaks of the relation that was probed (or of
 * its schema): a policy that calls a function which the role may not execute is a broken policy, not a closed door.
 */
export function classify(error: unknown, relation: Relation): ClassifiedError {
  const { code, routine, message = String(error) } = error as StatementError;
  const detail = code ? `${code}: ${message}` : message;
  if (code === '57014') return { outcome: 'not evaluated', detail };
  if (code !== '42501') return { outcome: 'error', detail };
  if (routine?.startsWith('aclcheck_error') && !/ (function|procedure|sequence|type|language) /.test(message)) {
    return namesRelation(message, relation) ? { outcome: 'no grant', detail } : { outcome: 'error', detail };
  }
  if (routine === 'ExecWithCheckOptions' && namesRelation(message, relation))
    return { outcome: 'policy violation', detail };
  return { outcome: 'error', detail };
}

/** Both messages end with the relation (or schema) that they speak of, quoted or not. */
function namesRelation(message: string, relation: Relation): boolean {
  return message.replaceAll('"', '').endsWith(` ${relation.name}`) || namesSchema(message, relation.schema);
}

/** Whether a denial is about a whole schema. */
export function namesSchema(message: string, schema: string): boolean {
  return message.replaceAll('"', '').endsWith(` schema ${schema}`);
}
