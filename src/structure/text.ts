import { tokenAt } from '../sql/tokens.ts';
import { headingsOf } from './headings.ts';
import {
  OBJECT_KINDS,
  PART_KINDS,
  PROPERTY_NAMES,
  type Property,
  type StructureObject,
  type StructurePart,
} from './model.ts';

/** Where a line is full: what does not fit on it has a line of its own. */
const WIDTH = 120;
const ROOM = WIDTH - 6;

const PRIVILEGES =
  'ALTER SYSTEM|CONNECT|CREATE|DELETE|EXECUTE|INSERT|MAINTAIN|REFERENCES|SELECT|SET|TEMPORARY|TRIGGER|TRUNCATE|UPDATE|USAGE|ALL'.split(
    '|',
  );

/** The names that a property of a kind may begin with. Definitions of other objects may begin with any word but these. */
function namesFor(kind: string): readonly string[] {
  if (kind === 'grant to') return PRIVILEGES;
  return kind === 'other' ? ['owner', 'comment'] : LONGEST_FIRST;
}

const LONGEST_FIRST: readonly string[] = [...PROPERTY_NAMES].sort((a, b) => b.length - a.length);

/** The objects as Markdown: headings for readers, and code that parse() reads back. */
export function render(objects: readonly StructureObject[], introduction: string): string {
  const lines = [introduction.trim(), ''];
  let [section, block]: (string | undefined)[] = [];
  for (const object of objects) {
    const headings = headingsOf(object);
    if (headings.section !== section || headings.block !== block) {
      if (section !== undefined) lines.push('```', '');
      if (headings.section !== section) lines.push(`## ${headings.section}`, '');
      if (headings.block) lines.push(`### ${headings.block}`, '');
      lines.push('```');
    }
    ({ section, block } = headings);
    lines.push(...objectLines(object));
  }
  if (section !== undefined) lines.push('```', '');
  return lines.join('\n');
}

function objectLines(object: StructureObject): string[] {
  let before: string | undefined;
  return [
    ...itemLines(object, ''),
    ...object.parts.flatMap((part) => {
      // Some air between the columns and the constraints of a table.
      const air = before !== undefined && before !== part.kind && object.parts.length > 8 ? [''] : [];
      before = part.kind;
      return [...air, ...itemLines(part, '  ')];
    }),
  ];
}

/** As many properties as fit on the line of the name, and then one a line. */
function itemLines({ kind, name, properties }: StructurePart, indent: string): string[] {
  const head = `${indent}${kind} ${name}`.trimEnd();
  const clauses = properties.map(clauseOf);
  let fitting = clauses.length;
  while (fitting > 0 && !fits(head, clauses.slice(0, fitting))) fitting--;
  const first =
    fitting > 0 ? `${head}: ${clauses.slice(0, fitting).join('; ')}` : `${head}${clauses.length > 0 ? ':' : ''}`;
  return [first, ...clauses.slice(fitting).flatMap(clauseLines)];
}

/**
 * A property on lines of its own. Its own line breaks are told from those that only keep the lines short by how deep the
 * next line begins.
 */
function clauseLines(clause: string): string[] {
  return clause.split('\n').flatMap((line, index) => {
    const [first = '', ...rest] = folded(line);
    return [`${index === 0 ? '    ' : '        '}${first}`, ...rest.map((piece) => `      ${piece}`)];
  });
}

/** A line in pieces that are short where its blanks allow it; joined by single blanks they are the line again. */
function folded(line: string): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > ROOM) {
    const before = rest.slice(0, ROOM + 1).search(/(?<=\S) (?=\S*$)/);
    const at = before > 0 ? before : rest.search(/(?<=\S) (?=\S)/);
    if (at < 0 || !/^ \S/.test(rest.slice(at))) break;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...pieces, rest];
}

/** Whether clauses can stand on the line of a name, and be told apart there. */
function fits(head: string, clauses: readonly string[]): boolean {
  const text = clauses.join('; ');
  if (text.includes('\n') || head.length + 2 + text.length > WIDTH) return false;
  return JSON.stringify(splitClauses(text)) === JSON.stringify(clauses);
}

const clauseOf = ({ name, value }: Property): string => [name, value].filter(Boolean).join(' ');

/**
 * Reads back what render() wrote; everything outside of code is for people.
 * @returns undefined when the text is not such a file
 */
export function parse(markdown: string): StructureObject[] | undefined {
  const objects: { -readonly [Key in keyof StructureObject]: StructureObject[Key] }[] = [];
  let clauses: string[] = [];
  let inside = false;
  for (const line of markdown.split('\n')) {
    if (line === '```') inside = !inside;
    else if (!inside || line === '') continue;
    else if (line.startsWith('        ')) clauses.push(`${clauses.pop() ?? ''}\n${line.slice(8)}`);
    else if (line.startsWith('      ')) clauses.push(`${clauses.pop() ?? ''} ${line.slice(6)}`);
    else if (/^ {6}\S/.test(line)) clauses.push(`${clauses.pop() ?? ''} ${line.slice(6)}`);
    else if (line.startsWith('    ')) clauses.push(line.slice(4));
    else {
      const part = line.startsWith('  ');
      const head = headOf(line.trim(), part ? PART_KINDS : OBJECT_KINDS);
      const object = objects.at(-1);
      if (!head || (part && !object)) return undefined;
      clauses = head.clauses;
      // Lines that follow add to the clauses; they become properties when all lines are read.
      const item = { kind: head.kind, name: head.name, properties: clauses as unknown as Property[] };
      if (part && object) object.parts = [...object.parts, item];
      else objects.push({ ...item, parts: [] });
    }
  }
  return objects.map((object) => ({ ...finished(object), parts: object.parts.map(finished) }));
}

const finished = <T extends StructurePart>(item: T): T => ({
  ...item,
  properties: (item.properties as unknown as string[]).map((clause) => propertyOf(item.kind, clause)),
});

function headOf(line: string, kinds: readonly string[]): { kind: string; name: string; clauses: string[] } | undefined {
  const kind = kinds
    .filter((one) => line === one || line.startsWith(`${one} `) || line.startsWith(`${one}:`))
    .sort((a, b) => b.length - a.length)[0];
  if (kind === undefined) return undefined;
  for (let at = kind.length; at < line.length; ) {
    const token = tokenAt(line, at);
    if (!token) return undefined;
    if (line[at] === ':' && token.kind === 'symbol')
      return { kind, name: line.slice(kind.length, at).trim(), clauses: splitClauses(line.slice(at + 1).trim()) };
    at = token.end;
  }
  return { kind, name: line.slice(kind.length).trim(), clauses: [] };
}

/** The text between semicolons that stand outside of parentheses, names and strings. */
function splitClauses(text: string): string[] {
  const clauses: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    if (!token) break;
    const written = text.slice(at, token.end);
    if (written === '(') depth++;
    if (written === ')') depth--;
    if (written === ';' && depth === 0) {
      clauses.push(text.slice(from, at));
      from = token.end;
    }
    at = token.end;
  }
  return [...clauses, text.slice(from)].map((clause) => clause.trim()).filter(Boolean);
}

function propertyOf(kind: string, clause: string): Property {
  const name = namesFor(kind).find((one) => clause === one || clause.startsWith(`${one} `)) ?? '';
  const value = clause.slice(name.length).trim();
  return { name, value: name && !value ? null : value };
}
