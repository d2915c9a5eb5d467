import { type Allowance, type Query, SETS, type SetName } from './model.ts';

const KEYS = [
  'persona',
  'parameters',
  ...SETS,
  'index',
  'order',
  'scan',
  'per row',
  'approximate',
  'grows',
  'pages',
] as const;
type HeaderKey = (typeof KEYS)[number];

/** The keys that may come several times: each line allows one thing. */
const ALLOWANCES = ['scan', 'per row', 'approximate'] as const satisfies readonly Allowance['kind'][];
const isAllowance = (key: HeaderKey): boolean => ALLOWANCES.some((kind) => kind === key);

/** Where the statement that bypasses row security begins. */
const BYPASS = /^-- without row security:\s*$/m;

/** The query that a file declares, or every mistake in it. */
export type Parsed = { readonly query: Query } | { readonly mistakes: readonly string[] };

interface Context {
  readonly personas: readonly string[];
  readonly tables: readonly string[];
}

/**
 * Reads a query file: a comment with a title and `key: value` lines, the statement, and possibly the same statement
 * after `-- without row security:`. A line that is indented goes on with the value before it.
 * @param context what personas and tables there are to be named
 */
export function parseQuery(file: string, text: string, context: Context): Parsed {
  const mistakes: string[] = [];
  const { title, values } = readHeader(text, (mistake) => mistakes.push(mistake));
  const [statement = '', bypass] = bodyOf(text).split(BYPASS).map(withoutEnd);
  const one = (key: HeaderKey): string | undefined => values.get(key)?.[0];
  for (const [key, given] of values) {
    if (given.length > 1 && !isAllowance(key)) mistakes.push(`\`${key}\` is given ${given.length} times`);
  }

  if (!title) mistakes.push('the first line of the comment must be a title of the query');
  const persona = one('persona') ?? '';
  if (!context.personas.includes(persona))
    mistakes.push(
      persona
        ? `${persona} is not a persona (${context.personas.join(', ')})`
        : `\`persona\` is missing (${context.personas.join(', ')})`,
    );
  const parameters = parametersOf(one('parameters') ?? '', (mistake) => mistakes.push(mistake));
  const order = one('order');
  if (order !== undefined && order !== 'index')
    mistakes.push(`\`order: ${order}\` must be \`index\`, or left out where a sort is meant`);
  const pages = Number(one('pages'));
  if (!Number.isInteger(pages) || pages <= 0)
    mistakes.push(`\`pages\` must be the most pages that it may touch, a whole number`);
  const allowed = ALLOWANCES.flatMap((kind) =>
    (values.get(kind) ?? []).map((value) => allowanceOf(kind, value, context, (mistake) => mistakes.push(mistake))),
  );
  const grows = one('grows');
  const growth = grows && reasonOf('grows', grows, context, (mistake) => mistakes.push(mistake));
  const sets = Object.fromEntries(SETS.flatMap((name) => (one(name) ? [[name, withoutEnd(one(name) ?? '')]] : [])));
  if (parameters.length > 0 && !sets.typical)
    mistakes.push('it has parameters, and `typical`, the query that draws them, is missing');
  if (!statement) mistakes.push('there is no statement after the comment');
  if (statement.includes(';')) mistakes.push('there must be one statement');
  if (bypass === '') mistakes.push('there is no statement after `-- without row security:`');
  mistakes.push(
    ...placeholderMistakes(statement, parameters.length),
    ...placeholderMistakes(bypass ?? '', parameters.length, false),
  );
  if (mistakes.length > 0) return { mistakes };
  return {
    query: {
      name: nameOf(file),
      file,
      title,
      persona,
      parameters,
      sets: sets as Partial<Record<SetName, string>>,
      indexes: listOf(one('index')),
      ordered: order === 'index',
      allowed,
      growth: growth || undefined,
      pages,
      sql: statement,
      bypass,
    },
  };
}

function readHeader(
  text: string,
  mistaken: (mistake: string) => void,
): { title: string; values: Map<HeaderKey, string[]> } {
  const values = new Map<HeaderKey, string[]>();
  const title: string[] = [];
  let open: string[] = title;
  for (const line of headerOf(text)) {
    const [, key, value = ''] = /^([a-z][a-z ]*): ?(.*)$/.exec(line) ?? [];
    if (key !== undefined && !KEYS.includes(key as HeaderKey)) {
      mistaken(`\`${key}\` is not a key of a query file (${KEYS.join(', ')})`);
      open = [];
    } else if (key !== undefined) {
      open = values.get(key as HeaderKey) ?? [];
      open.push(value);
      values.set(key as HeaderKey, open);
    } else if (open === title || /^\s/.test(line)) open.push(`${open.pop() ?? ''} ${line.trim()}`.trim());
    else if (line) mistaken(`${JSON.stringify(line)} continues no key: indent it, or begin it with a key`);
  }
  return { title: title.join(' '), values };
}

const headerOf = (text: string): string[] => leading(text).map((line) => line.replace(/^-- ?/, ''));
const bodyOf = (text: string): string => text.split('\n').slice(leading(text).length).join('\n');
const withoutEnd = (sql: string): string => sql.trim().replace(/;$/, '').trim();
const nameOf = (file: string): string => (file.split(/[/\\]/).at(-1) ?? file).replace(/\.sql$/, '');
const listOf = (value = ''): string[] => value.split(/\s*,\s*/).filter(Boolean);

/** The lines of the comment that the file begins with. */
function leading(text: string): string[] {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  return end < 0 ? lines : lines.slice(0, end);
}

function parametersOf(value: string, mistaken: (mistake: string) => void): Query['parameters'] {
  // A type may have a comma of its own.
  const texts = value ? value.split(/,\s*(?=[a-z_][a-z0-9_]* )/) : [];
  return texts.map((text) => {
    const [, name = '', type = ''] = /^([a-z_][a-z0-9_]*) (.+)$/.exec(text) ?? [];
    if (!type) mistaken(`the parameter ${JSON.stringify(text)} must be a name and a type, such as channel_id uuid`);
    return { name, type };
  });
}

function allowanceOf(
  kind: Allowance['kind'],
  value: string,
  context: Context,
  mistaken: (mistake: string) => void,
): Allowance {
  return { kind, ...reasonOf(kind, value, context, mistaken) };
}

/** The object that a line names (a table; a function for `per row`, an index for `approximate`) and the reason. */
function reasonOf(
  key: HeaderKey,
  value: string,
  { tables }: Context,
  mistaken: (mistake: string) => void,
): { object: string; reason: string } {
  const [, object = '', reason = ''] = /^(.+?), because (.+)$/.exec(value) ?? [];
  const others: Partial<Record<HeaderKey, string>> = { 'per row': 'schema.function()', approximate: 'index' };
  const example = others[key] ?? 'schema.table';
  if (!reason) mistaken(`\`${key}: ${value}\` must name an object and a reason: ${example}, because …`);
  else if (!(key in others) && !tables.includes(object)) mistaken(`\`${key}\`: ${object} has no size`);
  return { object, reason };
}

function placeholderMistakes(sql: string, parameters: number, all = true): string[] {
  const used = new Set([...sql.matchAll(/\$(\d+)\b/g)].map(([, number]) => Number(number)));
  const unknown = [...used].filter((number) => number < 1 || number > parameters);
  const unused = all ? Array.from({ length: parameters }, (_, at) => at + 1).filter((number) => !used.has(number)) : [];
  return [
    ...unknown.map((number) => `$${number} is used, and there are ${parameters} parameters`),
    ...unused.map((number) => `parameter ${number} is not used: there is no $${number} in the statement`),
  ];
}
