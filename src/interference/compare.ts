import type { WorldAnswer } from './questions.ts';

/** The leaves of an answer that differ from run to run in one world: paths with `*` for a place in a list. */
export type Volatile = ReadonlySet<string>;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Two answers that one world gave to one question. */
export interface Repeated {
  readonly volatile: Volatile;
  /** Whether they differ in more than leaves: how many rows, which keys, or the kind of error. Then nothing can be compared. */
  readonly unsteady: boolean;
}

const MESSAGE = 'message';

/** Finds what differs between answers that should be alike: time, sequences and random values. */
export function repeated(one: WorldAnswer, other: WorldAnswer): Repeated {
  const volatile = new Set<string>();
  if (textOf(one) === textOf(other)) return { volatile, unsteady: false };
  if (one.state !== other.state || one.count !== other.count || one.rows.length !== other.rows.length)
    return { volatile, unsteady: true };
  if (one.message !== other.message) volatile.add(MESSAGE);
  const alike = one.rows.every((row, at) => mark(parse(row), parse(other.rows[at] ?? 'null'), '', volatile));
  return { volatile, unsteady: !alike };
}

/** Marks the leaves in which two values differ; false when more than leaves differ. */
function mark(one: Json, other: Json, path: string, volatile: Set<string>): boolean {
  if (isList(one) && isList(other))
    return one.length === other.length && one.every((each, at) => mark(each, other[at] ?? null, `${path}.*`, volatile));
  if (isObject(one) && isObject(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => key in other && mark(one[key] ?? null, other[key] ?? null, `${path}.${key}`, volatile))
    );
  }
  if (one === other) return true;
  if (typeof one !== typeof other || isList(one) || isList(other) || one === null || other === null) return false;
  volatile.add(path);
  return true;
}

/** An answer as text to compare: volatile leaves by type alone, rows in the order of their texts. */
export function textOf(answer: WorldAnswer, volatile: Volatile = new Set()): string {
  const rows =
    volatile.size === 0 ? answer.rows : answer.rows.map((row) => JSON.stringify(masked(parse(row), '', volatile)));
  const message = volatile.has(MESSAGE) ? '*' : (answer.message ?? '');
  return [answer.state ?? '', message, answer.count, ...[...rows].sort()].join('\n');
}

function masked(value: Json, path: string, volatile: Volatile): Json {
  if (volatile.has(path) && value !== null && typeof value !== 'object') return `<${typeof value}>`;
  if (isList(value)) return value.map((each) => masked(each, `${path}.*`, volatile));
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, masked(each, `${path}.${key}`, volatile)]),
    );
  return value;
}

const parse = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Two answers as people read them, each shortened to where they differ. */
export function shortened(one: WorldAnswer, other: WorldAnswer, volatile: Volatile): readonly [string, string] {
  const [own, theirs] = [lines(one, volatile), lines(other, volatile)];
  const left = own.filter((line) => !theirs.includes(line));
  const right = theirs.filter((line) => !own.includes(line));
  const [first = '', second = ''] = [left[0], right[0]];
  const at = first === '' || second === '' ? 0 : Math.max(0, commonStart(first, second) - BEFORE);
  const show = (list: readonly string[], answer: WorldAnswer): string => {
    const [line] = list;
    const count = `${answer.rows.length} ${answer.rows.length === 1 ? 'row' : 'rows'}`;
    if (line === undefined) return answer.state ? (lines(answer, volatile)[0] ?? '') : count;
    const text = `${at > 0 ? '…' : ''}${line.slice(at, at + MOST)}${line.length > at + MOST ? '…' : ''}`;
    return answer.state ? text : `${count}: ${text}`;
  };
  return [show(left, one), show(right, other)];
}

const [BEFORE, MOST] = [30, 120];

const lines = (answer: WorldAnswer, volatile: Volatile): string[] => [
  ...(answer.state ? [`error ${answer.state}: ${answer.message}`] : []),
  ...(answer.count > 0 ? [`${answer.count} written`] : []),
  ...answer.rows.map((row) => JSON.stringify(masked(parse(row), '', volatile))).sort(),
];

function commonStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}
