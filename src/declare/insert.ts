import type { ArrayExpression, Comment, Node, ObjectExpression, Program } from 'oxc-parser';
import type { Declaration, DeclaredKey } from './model.ts';
import { lineOf } from './source-text.ts';

type Container = ObjectExpression | ArrayExpression;

interface ParsedSource {
  readonly program: Program;
  readonly comments: readonly Comment[];
}

/**
 * Adds a declaration to a TypeScript file, and leaves every other byte as it is. It goes into the exported constant that
 * has the last name of the key (`sizes` for `queries.sizes`), or into that property of the default export: after the last
 * line of the same schema, or after the last object of a list.
 * @returns undefined where the file has no such object or list written out
 */
export async function withDeclaration(
  path: string,
  source: string,
  declaration: Declaration,
): Promise<string | undefined> {
  const parsed = await parse(path, source);
  const container = parsed && containerOf(parsed.program, declaration.key);
  if (!parsed || !container || (container.type === 'ArrayExpression') !== (declaration.name === undefined))
    return undefined;
  const written = insertInto(source, container, parsed.comments, declaration);
  // What the parser does not read again is not written.
  return (await parse(path, written)) ? written : undefined;
}

/** @returns undefined where the file has a syntax error */
async function parse(path: string, source: string): Promise<ParsedSource | undefined> {
  const { parseSync } = await import('oxc-parser');
  const { program, comments, errors } = parseSync(path, source);
  return errors.length > 0 ? undefined : { program, comments };
}

function containerOf(program: Program, key: DeclaredKey): Container | undefined {
  const constants = new Map<string, Node>();
  const exported = new Set<string>();
  let configuration: Node | undefined;
  for (const statement of program.body) {
    if (statement.type === 'ExportDefaultDeclaration') configuration = statement.declaration as Node;
    const isExport = statement.type === 'ExportNamedDeclaration';
    const declared = isExport ? statement.declaration : statement;
    if (declared?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declared.declarations) {
      if (id.type !== 'Identifier' || !init) continue;
      constants.set(id.name, init);
      if (isExport) exported.add(id.name);
    }
  }
  const path = key.split('.');
  const last = path.at(-1) as string;
  if (exported.has(last)) return written(constants.get(last), constants);
  const found = path.reduce<Node | undefined>(
    (node, name) => propertyOf(written(node, constants), name),
    argumentOf(configuration),
  );
  return written(found, constants);
}

/** The object that `defineConfig({ … })` is called with, or the expression itself. */
const argumentOf = (node: Node | undefined): Node | undefined =>
  node?.type === 'CallExpression' ? node.arguments[0] : node;

/** The object or list that an expression is, through `as const`, `satisfies`, and a constant of the same file. */
function written(node: Node | undefined, constants: ReadonlyMap<string, Node>): Container | undefined {
  if (!node) return undefined;
  switch (node.type) {
    case 'ObjectExpression':
    case 'ArrayExpression':
      return node;
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'ParenthesizedExpression':
      return written(node.expression, constants);
    case 'Identifier':
      return written(constants.get(node.name), new Map());
    default:
      return undefined;
  }
}

function propertyOf(container: Container | undefined, name: string): Node | undefined {
  if (container?.type !== 'ObjectExpression') return undefined;
  const found = container.properties.find((property) => property.type === 'Property' && keyOf(property) === name);
  return found?.type === 'Property' ? found.value : undefined;
}

function keyOf(property: ObjectExpression['properties'][number]): string | undefined {
  if (property.type !== 'Property' || property.computed) return undefined;
  if (property.key.type === 'Identifier') return property.key.name;
  return property.key.type === 'Literal' ? String(property.key.value) : undefined;
}

function insertInto(
  source: string,
  container: Container,
  comments: readonly Comment[],
  declaration: Declaration,
): string {
  const before = anchorOf(container, declaration);
  const indent = before ? indentOf(source, before.start) : indentOf(source, container.start) + 2;
  const line = `${' '.repeat(indent)}${lineOf(declaration, indent)},`;
  if (!before) {
    const at = container.start + 1;
    const follows = source[at] === '\n' ? '' : `\n${' '.repeat(indent - 2)}`;
    return `${source.slice(0, at)}\n${line}${follows}${source.slice(at)}`;
  }
  const comma = skipBlanks(source, before.end);
  const hasComma = source[comma] === ',';
  const at = endOfLine(source, hasComma ? comma + 1 : before.end, comments);
  const text = source.slice(before.end, at);
  const follows = source[at] === '\n' ? '' : '\n';
  return `${source.slice(0, before.end)}${hasComma ? text : `,${text}`}\n${line}${follows}${source.slice(at)}`;
}

const childrenOf = (container: Container): readonly (Node | null)[] =>
  container.type === 'ArrayExpression' ? container.elements : container.properties;

/** The child that the declaration comes after: the last line of its schema, or else the last one that is no spread; of a list, the last element. */
function anchorOf(container: Container, { name }: Declaration): Node | undefined {
  const children = childrenOf(container).filter((child) => child !== null);
  if (container.type === 'ArrayExpression' || name === undefined) return children.at(-1);
  const lines = container.properties.filter((property) => property.type === 'Property');
  const schema = name.slice(0, name.indexOf('.') + 1);
  return lines.findLast((property) => keyOf(property)?.startsWith(schema)) ?? lines.at(-1);
}

/** The columns before the first character of the line of an offset that is no blank. */
function indentOf(source: string, offset: number): number {
  const start = source.lastIndexOf('\n', offset - 1) + 1;
  return skipBlanks(source, start) - start;
}

function skipBlanks(source: string, offset: number): number {
  let at = offset;
  while (source[at] === ' ' || source[at] === '\t' || source[at] === '\n' || source[at] === '\r') at++;
  return at;
}

/** The offset behind a comment that ends the line, or the offset itself. */
function endOfLine(source: string, offset: number, comments: readonly Comment[]): number {
  const comment = comments.find(({ start }) => start >= offset);
  if (!comment || source.slice(offset, comment.start).includes('\n')) return offset;
  return source.slice(offset, comment.start).trim() === '' ? comment.end : offset;
}
