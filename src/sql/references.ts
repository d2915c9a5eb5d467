import { loadModule, parseSync } from 'libpg-query';
import { namesIn } from './names.ts';
import { plpgsqlStatements, type RoutineText } from './plpgsql.ts';

/** Schema-qualified names in SQL. Names that a search path completes are not among them: they depend on who runs it. */
export interface References {
  /** The relations that it reads or writes, as `schema.name`. */
  readonly relations: ReadonlySet<string>;
  /** The functions that it calls, as `schema.name`, in the order in which they appear. */
  readonly functions: ReadonlySet<string>;
  /** Whether it locks rows that it reads, as in `for update`. */
  readonly locks: boolean;
}

/** Everything that a text of SQL may have, gathered while its parse tree is walked. */
interface Gathered {
  readonly relations: Set<string>;
  readonly functions: Set<string>;
  /** The string constants: SQL, perhaps, where a body runs text as SQL. */
  readonly literals: Set<string>;
  locks: boolean;
}

/** Loads PostgreSQL's parser, once: what is below takes no promises. */
export const loadParser = loadModule;

/**
 * The schema-qualified names in an expression, such as that of a policy.
 * @throws SqlError of libpg-query when it is no expression
 */
export function referencesOfExpression(expression: string): References {
  const gathered = nothing();
  gather(parseSync(`select ${expression}`), gathered);
  return gathered;
}

/**
 * The names in the body of a function or procedure. One in SQL or PL/pgSQL is parsed, so comments and string constants
 * name nothing. Where a body runs text as SQL (EXECUTE), every string constant in it may be part of that text, and the
 * qualified names in these are taken for relations, and for functions where a parenthesis follows. A body that the
 * parser does not understand is read like such a text completely.
 */
export function referencesOfRoutine(routine: RoutineText): References {
  const gathered = nothing();
  if (routine.language === 'c' || routine.language === 'internal') return gathered;
  try {
    if (routine.language === 'plpgsql') gatherBody(routine, gathered);
    else if (routine.language === 'sql') gather(parseSqlBody(routine.source), gathered);
    else gatherText(routine.source, gathered);
  } catch {
    gatherText(routine.source, gathered);
  }
  return gathered;
}

/**
 * Whether the body of a function in SQL is of the kind that the server keeps parsed (BEGIN ATOMIC, RETURN), so that its names
 * were resolved when it was made.
 */
export function isParsedBody(source: string): boolean {
  try {
    parseSync(source);
    return false;
  } catch {
    return true;
  }
}

/**
 * A body is statements, or what follows `language sql`, as pg_get_function_sqlbody() gives it: that is no statement.
 * @throws SqlError of libpg-query when it is neither
 */
export function parseSqlBody(source: string): unknown {
  return parseSync(isParsedBody(source) ? `create function body() returns void language sql ${source}` : source);
}

function gatherBody(routine: RoutineText, gathered: Gathered): void {
  const { statements, dynamic } = plpgsqlStatements(routine);
  for (const statement of statements) gather(parseSync(statement), gathered);
  if (dynamic) for (const literal of gathered.literals) gatherText(literal, gathered);
}

function gatherText(text: string, gathered: Gathered): void {
  const { relations, functions, locks } = namesIn(text);
  for (const name of relations) gathered.relations.add(name);
  for (const name of functions) gathered.functions.add(name);
  gathered.locks ||= locks;
}

/** Walks a parse tree: libpg-query gives nodes as objects, and a relation or a call is recognized by its fields. */
function gather(tree: unknown, gathered: Gathered): void {
  if (typeof tree !== 'object' || tree === null) return;
  const { schemaname, relname, funcname, lockingClause, A_Const, CreateFunctionStmt } = tree as Fields;
  if (schemaname !== undefined && relname !== undefined) gathered.relations.add(`${schemaname}.${relname}`);
  const [schema, name] = (funcname ?? []).map(({ String: own }) => own?.sval ?? '');
  if (schema !== undefined && name !== undefined) gathered.functions.add(`${schema}.${name}`);
  if (lockingClause) gathered.locks = true;
  if (A_Const?.sval?.sval !== undefined) gathered.literals.add(A_Const.sval.sval);
  const below = CreateFunctionStmt ? [CreateFunctionStmt.sql_body] : Object.values(tree);
  for (const value of below) gather(value, gathered);
}

/** The fields of all kinds of nodes that matter here. */
interface Fields {
  readonly schemaname?: string;
  readonly relname?: string;
  readonly funcname?: readonly { readonly String?: { readonly sval?: string } }[];
  readonly lockingClause?: unknown;
  readonly A_Const?: { readonly sval?: { readonly sval?: string } };
  readonly CreateFunctionStmt?: { readonly sql_body?: unknown };
}

const nothing = (): Gathered => ({ relations: new Set(), functions: new Set(), literals: new Set(), locks: false });
