import type { List, Node, ObjectType, ObjectWithArgs, RangeVar, TypeName } from 'libpg-query';
import { parseStatements } from '../../sql/statements.ts';
import { heading } from '../../sql/tokens.ts';

/** A name with its schema. The name of a schema itself is empty. */
export interface StatementSubject {
  readonly schema: string;
  readonly name: string;
}

/** A statement of a dump, as far as a copy needs to know it. */
export interface DumpStatement {
  /** The type of its parse tree, such as CreateStmt. */
  readonly type: string;
  /** Its parse tree; empty for a statement with rows, and for one that the parser does not take. */
  readonly fields: StatementFields;
  /** The object that it is about; null where it names nothing with a schema. */
  readonly subject: StatementSubject | null;
}

/** Fields of the parse trees of statements, under the names that PostgreSQL's parser gives them. */
export interface StatementFields {
  readonly relation?: RangeVar;
  readonly sequence?: RangeVar;
  readonly view?: RangeVar;
  readonly table?: RangeVar;
  readonly typevar?: RangeVar;
  readonly into?: { readonly rel?: RangeVar };
  readonly funcname?: Node[];
  readonly defnames?: Node[];
  readonly domainname?: Node[];
  readonly typeName?: Node[];
  readonly opclassname?: Node[];
  readonly opfamilyname?: Node[];
  readonly cfgname?: Node[];
  readonly sourcetype?: TypeName;
  readonly object?: Node;
  readonly objects?: Node[];
  readonly objtype?: ObjectType;
  readonly removeType?: ObjectType;
  readonly kind?: string;
  readonly name?: string;
  readonly schemaname?: string;
  readonly subtype?: string;
  readonly options?: Node[];
  readonly cmds?: Node[];
  readonly tableElts?: Node[];
  readonly targetList?: Node[];
  readonly is_from?: boolean;
  readonly is_program?: boolean;
  readonly filename?: string;
}

/**
 * Reads one statement of a dump. An INSERT or COPY is known by its first words: parsing would build a tree of all its rows.
 * Statements that PostgreSQL's parser rejects, such as a server's own extension of SQL, are known by their first words too.
 */
export async function readStatement(sql: string): Promise<DumpStatement> {
  const [first] = heading(sql, 1);
  if (first?.text === 'insert') return { type: 'InsertStmt', fields: {}, subject: nameAfter(sql, 2) };
  if (first?.text === 'copy') return { type: 'CopyStmt', fields: {}, subject: nameAfter(sql, 1) };
  const [statement] = await parseStatements(sql).catch(() => []);
  const [type, fields] = (Object.entries(statement?.tree ?? {})[0] ?? []) as [string?, StatementFields?];
  if (!type || !fields) return { type: typeByWords(sql), fields: {}, subject: null };
  return { type, fields, subject: subjectOf(type, fields) };
}

/** Whether a statement is COPY … FROM stdin, after which rows follow. */
export async function isCopyFromStdin(sql: string): Promise<boolean> {
  if (heading(sql, 1)[0]?.text !== 'copy') return false;
  const [statement] = await parseStatements(sql).catch(() => []);
  if (statement) {
    if (!('CopyStmt' in statement.tree)) return false;
    const { is_from, is_program, filename } = statement.tree.CopyStmt;
    return is_from === true && !is_program && !filename;
  }
  const words = heading(sql, Number.POSITIVE_INFINITY);
  return words.some(({ kind, text }, n) => kind === 'word' && text === 'from' && words[n + 1]?.text === 'stdin');
}

/** The schema-qualified name after so many words. */
function nameAfter(sql: string, words: number): StatementSubject | null {
  const [schema, dot, name] = heading(sql, words + 3).slice(words);
  return schema && dot?.text === '.' && name ? { schema: schema.text, name: name.text } : null;
}

/** For a statement that cannot be parsed: whether it creates objects that rows depend on. */
function typeByWords(sql: string): string {
  const [first, second, third] = heading(sql, 3).map(({ text }) => text);
  const created = second === 'unlogged' ? third : second;
  return first === 'create' && created && ['table', 'type', 'domain', 'sequence', 'schema'].includes(created)
    ? 'CreateStmt'
    : 'unknown';
}

function subjectOf(type: string, fields: StatementFields): StatementSubject | null {
  if (type === 'CreateSchemaStmt') return { schema: fields.schemaname ?? '', name: '' };
  if (type === 'SelectStmt') return sequenceIn(fields);
  if (type === 'AlterDefaultPrivilegesStmt') return schemaIn(fields);
  const relation =
    fields.relation ?? fields.view ?? fields.sequence ?? fields.table ?? fields.typevar ?? fields.into?.rel;
  if (relation) return ofRelation(relation);
  const names =
    fields.funcname ??
    fields.defnames ??
    fields.domainname ??
    fields.typeName ??
    fields.opclassname ??
    fields.opfamilyname ??
    fields.cfgname ??
    fields.sourcetype?.names;
  if (names) return ofNames(names);
  const object = fields.object ?? fields.objects?.[0];
  return object ? ofObject(object, fields.objtype ?? fields.removeType) : null;
}

const ofRelation = ({ schemaname, relname }: RangeVar): StatementSubject | null =>
  schemaname ? { schema: schemaname, name: relname ?? '' } : null;

function ofNames(names: readonly Node[]): StatementSubject | null {
  const [schema, name] = names.map(textOf).slice(-2);
  return schema !== undefined && name !== undefined ? { schema, name } : null;
}

/** Types of objects that belong to a table and are named after it: the table's name comes first. */
const PARTS_OF_TABLES: ReadonlySet<ObjectType | undefined> = new Set<ObjectType>([
  'OBJECT_COLUMN',
  'OBJECT_POLICY',
  'OBJECT_RULE',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
]);

/** The object of a COMMENT, GRANT, DROP and the like. */
function ofObject(object: Node, type: ObjectType | undefined): StatementSubject | null {
  if ('RangeVar' in object) return ofRelation(object.RangeVar);
  if ('ObjectWithArgs' in object) return ofNames((object.ObjectWithArgs as ObjectWithArgs).objname ?? []);
  if ('TypeName' in object) return ofNames(object.TypeName.names ?? []);
  if ('String' in object && type === 'OBJECT_SCHEMA') return { schema: object.String.sval ?? '', name: '' };
  if (!('List' in object)) return null;
  const { items = [] } = object.List as List;
  const [first] = items;
  // The types of a cast, and the domain of a constraint.
  if (first && 'TypeName' in first) return ofNames(first.TypeName.names ?? []);
  return ofNames(PARTS_OF_TABLES.has(type) ? items.slice(0, -1) : items);
}

/** The function that a SELECT calls, and its first argument where that is a string. */
export function callIn({ targetList = [] }: StatementFields): { name: string; argument: string } | null {
  const [target] = targetList;
  const call = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (!call || !('FuncCall' in call)) return null;
  const { funcname = [], args = [] } = call.FuncCall;
  const [first] = args;
  const argument = first && 'A_Const' in first ? (first.A_Const.sval?.sval ?? '') : '';
  return { name: textOf(funcname.at(-1)), argument };
}

/** The sequence whose position a dump restores: setval names it in a string. */
function sequenceIn(fields: StatementFields): StatementSubject | null {
  const call = callIn(fields);
  return call?.name === 'setval' ? nameAfter(call.argument, 0) : null;
}

function schemaIn({ options = [] }: StatementFields): StatementSubject | null {
  for (const option of options) {
    const { defname, arg } = 'DefElem' in option ? option.DefElem : {};
    if (defname === 'schemas' && arg && 'List' in arg) return { schema: textOf(arg.List.items?.[0]), name: '' };
  }
  return null;
}

/** The text of a name, which the parser gives as a string. */
export const textOf = (node: Node | undefined): string => (node && 'String' in node ? (node.String.sval ?? '') : '');
