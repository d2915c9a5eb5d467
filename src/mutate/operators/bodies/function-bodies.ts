import type { DatabaseFunction } from '../../../catalog/functions.ts';
import { quoteLiteral } from '../../../sql/quote.ts';
import { editsOf } from '../edits/all.ts';
import { fromBytes, parsedCode, STATEMENT, toBytes } from '../edits/code.ts';
import type { OtherLabels } from '../edits/constants.ts';
import { described } from '../edits/described.ts';
import { applied, type SqlEdit } from '../edits/edit.ts';
import type { Draft, MutationSubject } from '../subject.ts';
import { type BodyPiece, plpgsqlPieces } from './plpgsql-pieces.ts';

/** Each small change of the body of each function in SQL or PL/pgSQL that a client can come to; all of its properties stay. */
export function functionBodies({ catalog, concernsOf, labels, unreachable }: MutationSubject): Draft[] {
  return catalog.functions.flatMap((routine) => {
    if (unreachable.object(routine.schema, concernsOf(routine.signature))) return [];
    const definition = catalog.functionDefinitions[routine.identity];
    const code = definition === undefined ? null : codeOf(routine, toBytes(definition));
    if (!code) return [];
    return editsIn(routine, code.body, labels).map((edit): Draft => {
      const place = described(code.body, edit);
      return {
        operator: `body-${edit.operator}`,
        object: routine.signature,
        place,
        what: `Body of ${routine.signature}: ${place}`,
        sql: fromBytes(code.before + applied(code.body, edit) + code.after),
        concerns: concernsOf(routine.signature),
        kind: edit.condition ? 'access' : 'other',
      };
    });
  });
}

interface FunctionCode {
  readonly before: string;
  readonly body: string;
  readonly after: string;
}

/**
 * The body within the statement that creates the function, in bytes. A body that the server keeps parsed (RETURN, BEGIN
 * ATOMIC) can only be read with all of the statement, and is then the statement itself.
 */
function codeOf({ language, source }: DatabaseFunction, definition: string): FunctionCode | null {
  if (language !== 'sql' && language !== 'plpgsql') return null;
  const written = definition.trimEnd();
  const end = written.lastIndexOf('$', written.length - 2);
  const start = end - toBytes(source).length;
  if (written.endsWith('$') && end > 0 && written.slice(start, end) === toBytes(source))
    return { before: written.slice(0, start), body: toBytes(source), after: written.slice(end) };
  return language === 'sql' ? { before: '', body: written, after: '' } : null;
}

function editsIn(routine: DatabaseFunction, body: string, labels: OtherLabels): SqlEdit[] {
  if (routine.language === 'sql') return editsOf(parsedCode(body, STATEMENT), labels);
  return plpgsqlPieces(routine).flatMap((piece) => editsOfPiece(body, piece, labels));
}

function editsOfPiece(
  body: string,
  { kind, from, to, text, prefix, onlyOne }: BodyPiece,
  labels: OtherLabels,
): SqlEdit[] {
  const removed = { from, to, by: 'null', what: `without ${kind}`, condition: true };
  // The IF of a lone guard to false is the same.
  if (kind === 'raise') return onlyOne ? [] : [{ ...removed, operator: 'raise-removed' }];
  if (kind === 'perform') return [{ ...removed, operator: 'perform-removed' }];
  if (kind === 'errcode') return errcodeEdits(body, from, to);
  return editsOf(parsedCode(text, prefix), labels).map((edit) => ({
    ...edit,
    from: edit.from + from,
    to: edit.to + from,
  }));
}

/** Another code that PostgreSQL takes; one that is computed is left as it is. */
function errcodeEdits(body: string, from: number, to: number): SqlEdit[] {
  const written = body.slice(from, to);
  if (!written.startsWith("'")) return [];
  const by = quoteLiteral(written === "'P0001'" ? 'P0002' : 'P0001');
  return [{ operator: 'errcode', from, to, by, what: `${written} to ${by}`, condition: false }];
}
