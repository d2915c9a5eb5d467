import { quoteLiteral } from '../../../sql/quote.ts';
import { stringOf } from '../../../sql/tree.ts';
import { type ParsedCode, toBytes } from './code.ts';
import type { SqlEdit } from './edit.ts';
import { type Visited, visit } from './walk.ts';

/** For the labels of the database's enums: another label of the same enum. */
export type OtherLabels = ReadonlyMap<string, string>;

/** Types whose values are names of objects, or have a form that no other text is sure to have. */
const FORMED = new Set(
  `json jsonb xml regclass regproc regprocedure regtype regrole regnamespace bytea date timestamp timestamptz time timetz inet cidr bit
   varbit tsvector tsquery path point box numrange int4range int8range tstzrange daterange oid`.split(/\s+/),
);
const NUMBERS = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8']);

/** Each constant moved: a number to the next, a text to another, true and false exchanged. */
export function constantEdits(code: ParsedCode, labels: OtherLabels): SqlEdit[] {
  const visited = [...visit(code.tree)];
  const casts = new Map(
    visited.filter(({ type }) => type === 'TypeCast').map(({ fields }) => [fields.arg, typeOf(fields)]),
  );
  return visited
    .filter(({ type, isCondition }) => type === 'A_Const' && !isCondition)
    .flatMap((constant) => movedConstant(code, constant, casts.get(constant.node), labels));
}

const typeOf = ({ typeName }: Readonly<Record<string, unknown>>): CastType => {
  const { names, arrayBounds } = (typeName ?? {}) as { names?: unknown[]; arrayBounds?: unknown };
  return { name: stringOf(names?.at(-1)) ?? '', isArray: arrayBounds !== undefined };
};

interface CastType {
  readonly name: string;
  readonly isArray: boolean;
}

function movedConstant(
  code: ParsedCode,
  { fields, inCondition }: Visited,
  cast: CastType | undefined,
  labels: OtherLabels,
): SqlEdit[] {
  const from = Number(fields.location) - code.prefix.length;
  const token = code.tokens.find(({ start }) => start === from);
  if (!token) return [];
  const by = movedText(fields, code.text.slice(from, token.end), cast, labels);
  if (by === null) return [];
  const shown = code.text.slice(from, token.end);
  return [{ operator: 'constant', from, to: token.end, by, what: `${shown} to ${by}`, condition: inCondition }];
}

function movedText(
  fields: Visited['fields'],
  written: string,
  cast: CastType | undefined,
  labels: OtherLabels,
): string | null {
  if ('boolval' in fields) return (fields.boolval as { boolval?: boolean }).boolval ? 'false' : 'true';
  if ('ival' in fields) return String(((fields.ival as { ival?: number }).ival ?? 0) + 1);
  if ('fval' in fields) return `(${written} + 1)`;
  if (!('sval' in fields) || cast?.isArray) return null;
  const { sval = '' } = fields.sval as { sval?: string };
  const other = movedString(sval, cast?.name, labels);
  return other === null ? null : toBytes(quoteLiteral(other));
}

/** @returns another value of the same type; null when that is not to be had from the text alone */
function movedString(text: string, type: string | undefined, labels: OtherLabels): string | null {
  if (type === 'bool') return /^[tyo1]/i.test(text) ? 'false' : 'true';
  if (type === 'interval') return text.includes(':') ? otherEnd(text) : `${text} 1 second`;
  if (type === 'uuid' || UUID.test(text)) return otherEnd(text);
  if (type !== undefined && FORMED.has(type)) return null;
  if ((type !== undefined && NUMBERS.has(type)) || /^\d+$/.test(text)) return String(Number(text) + 1);
  // A text of JSON or an array, whose type the place decides.
  if (text === '[]') return '[0]';
  if (text === '{}') return null;
  return MOMENTS[text] ?? labels.get(text) ?? `${text}_`;
}

/** Dates leave punctuation at the end of such a word aside. */
const MOMENTS: Readonly<Record<string, string>> = { infinity: '-infinity', '-infinity': 'infinity', epoch: 'infinity' };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const otherEnd = (text: string): string => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
