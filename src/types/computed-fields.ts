import type { Node, ObjectProperty, TSPropertySignature, TSTypeAliasDeclaration } from 'oxc-parser';

/** The columns of a relation, without the functions that PostgREST offers as columns. */
export type ColumnsOf = (schema: string, relation: string) => ReadonlySet<string>;

interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Adds to generated types what Supabase's command line writes and its library does not: ComputedFields, the names in Row
 * that are functions of the row. An argument that is a row lacks them, and a function whose one argument is a row without
 * a name, which is only selected as a column, says so in place of its result.
 * @param text types that have a type Database, formatted or not
 */
export async function withComputedFields(text: string, columnsOf: ColumnsOf): Promise<string> {
  const { parseSync } = await import('oxc-parser');
  const edits: TextEdit[] = [];
  for (const [schema, kinds] of membersOf(databaseIn(parseSync('database.ts', text).program.body))) {
    for (const kind of ['Tables', 'Views']) {
      for (const [relation, members] of membersOf(typeOf(membersOf(typeOf(kinds)).get(kind)))) {
        const row = membersOf(typeOf(members)).get('Row');
        if (row) edits.push(computedFields(text, row, columnsOf(schema, relation)));
      }
    }
    for (const [name, signatures] of membersOf(typeOf(membersOf(typeOf(kinds)).get('Functions')))) {
      edits.push(...overloads(typeOf(signatures)).flatMap((one) => rowArguments(text, `${schema}.${name}`, one)));
    }
  }
  return edits
    .sort((a, b) => b.from - a.from)
    .reduce((edited, { from, to, text: by }) => edited.slice(0, from) + by + edited.slice(to), text);
}

function computedFields(text: string, row: TSPropertySignature, columns: ReadonlySet<string>): TextEdit {
  const computed = [...membersOf(typeOf(row)).keys()].filter((name) => !columns.has(name));
  const indent = text.slice(text.lastIndexOf('\n', row.start), row.start);
  const names = computed.map((name) => JSON.stringify(name)).join(' | ') || 'never';
  return { from: row.end, to: row.end, text: `${indent}ComputedFields: ${names}` };
}

function rowArguments(text: string, name: string, signature: Node): TextEdit[] {
  const [args, returns] = [membersOf(signature).get('Args'), typeOf(membersOf(signature).get('Returns'))];
  const given = [...membersOf(typeOf(args))];
  return given.flatMap(([argument, declared]) => {
    const type = typeOf(declared);
    if (!type || !isRow(type)) return [];
    if (argument !== '') {
      const row = text.slice(type.start, type.end);
      const computed = `${text.slice(type.start, type.objectType.end)}["ComputedFields"]`;
      return [{ from: type.start, to: type.end, text: `Omit<${row}, ${computed}>` }];
    }
    if (given.length > 1 || !returns) return [];
    const why = `the function ${name} with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache`;
    return [{ from: returns.start, to: returns.end, text: `{ error: true } & ${JSON.stringify(why)}` }];
  });
}

type RowType = Extract<Node, { type: 'TSIndexedAccessType' }>;

/** Whether a type is Database["…"]["Tables"]["…"]["Row"], of a table or a view. */
function isRow(node: Node): node is RowType {
  if (node.type !== 'TSIndexedAccessType') return false;
  const { indexType } = node;
  return (
    indexType.type === 'TSLiteralType' && indexType.literal.type === 'Literal' && indexType.literal.value === 'Row'
  );
}

function databaseIn(body: readonly Node[]): Node | undefined {
  const declarations = body.flatMap((node) => (node.type === 'ExportNamedDeclaration' ? (node.declaration ?? []) : []));
  const isDatabase = (node: Node): node is TSTypeAliasDeclaration =>
    node.type === 'TSTypeAliasDeclaration' && node.id.name === 'Database';
  return declarations.find(isDatabase)?.typeAnnotation;
}

const typeOf = (member: TSPropertySignature | undefined): Node | undefined => member?.typeAnnotation?.typeAnnotation;

const overloads = (node: Node | undefined): Node[] => {
  if (node?.type === 'TSParenthesizedType') return overloads(node.typeAnnotation);
  return node?.type === 'TSUnionType' ? node.types.flatMap(overloads) : node ? [node] : [];
};

/** The properties of an object type, by name; none where it is another type. */
function membersOf(node: Node | undefined): Map<string, TSPropertySignature> {
  const members = node?.type === 'TSTypeLiteral' ? node.members : [];
  return new Map(
    members.flatMap((member) => (member.type === 'TSPropertySignature' ? [[nameOf(member.key), member] as const] : [])),
  );
}

const nameOf = (key: ObjectProperty['key']): string =>
  key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
