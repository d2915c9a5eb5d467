import type { Declaration } from './model.ts';

/** The longest line that is written; a longer object is written on several. */
const WIDTH = 120;

/**
 * A value as TypeScript: objects on one line where they fit, strings in single quotes.
 * @param indent the columns before it on its first line; lines below it start there, two columns further in
 * @param before the columns that its first line has besides, such as those of a name
 */
export function sourceOf(value: unknown, indent: number, before = 0): string {
  const short = onOneLine(value);
  if (indent + before + short.length < WIDTH || value === null || typeof value !== 'object') return short;
  const inner = indent + 2;
  const pad = ' '.repeat(inner);
  const lines = Array.isArray(value)
    ? value.map((element) => `${pad}${sourceOf(element, inner)},`)
    : Object.entries(value).map(([name, each]) => {
        const key = `${nameOf(name)}: `;
        return `${pad}${key}${sourceOf(each, inner, key.length)},`;
      });
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${lines.join('\n')}\n${' '.repeat(indent)}${close}`;
}

/** A declaration as a line of its object or list, without the comma. */
export function lineOf({ name, value }: Declaration, indent: number): string {
  if (name === undefined) return sourceOf(value, indent);
  const key = `${nameOf(name)}: `;
  return `${key}${sourceOf(value, indent, key.length)}`;
}

function onOneLine(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (typeof value === 'number') return numberOf(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, each]) => `${nameOf(name)}: ${onOneLine(each)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** Digits in groups of three from five digits on, as the numbers of rows are written. */
const numberOf = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) >= 10_000
    ? value.toLocaleString('en').replaceAll(',', '_')
    : String(value);

const nameOf = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name));

/** A string in single quotes, or in double quotes where that saves a backslash. */
function quoted(text: string): string {
  const double = JSON.stringify(text);
  if (text.includes("'") && !text.includes('"')) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
