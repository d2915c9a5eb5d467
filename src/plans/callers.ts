import { nameAt, solidTokens } from '../sql/qualified-names.ts';
import type { CallingFunction } from './model.ts';

/** The lines that PostgreSQL adds to a message for each function that is running; others show statements. */
const PLPGSQL = /^PL\/pgSQL function (.+) line (\d+) at /;
const SQL = /^SQL function "(.+)" statement (\d+)$/;

/** The functions in the context of a message of the server, the innermost first. */
export function callersIn(context: string): CallingFunction[] {
  return context.split('\n').flatMap((line): CallingFunction[] => {
    const [, signature, plpgsqlLine] = PLPGSQL.exec(line) ?? [];
    if (signature !== undefined) return [{ ...nameOf(signature), at: Number(plpgsqlLine) }];
    const [, name, statement] = SQL.exec(line) ?? [];
    return name === undefined ? [] : [{ schema: undefined, name, at: Number(statement) }];
  });
}

/** The name before the arguments, which has its schema where the function's search path does not lead to it. */
function nameOf(signature: string): Pick<CallingFunction, 'schema' | 'name'> {
  const [first, second, third] = solidTokens(signature) ?? [];
  if (!first) return { schema: undefined, name: signature };
  const dotted = second && third && signature.slice(second.start, second.end) === '.';
  return dotted
    ? { schema: nameAt(signature, first), name: nameAt(signature, third) }
    : { schema: undefined, name: nameAt(signature, first) };
}
