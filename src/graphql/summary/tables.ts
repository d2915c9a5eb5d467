import type { GraphQLObjectType } from 'graphql';
import type { Derivation } from '../derived/derive.ts';
import { keysOf, type RowKey } from '../derived/keys.ts';
import { nullable } from '../derived/view.ts';
import { isByRule, memberLines } from './lines.ts';

/** Notes about the rows of a type: the keys that they are looked up by, and the columns that mutations take. */
export function tableNotes(derivation: Derivation, table: GraphQLObjectType): string[] {
  const { view } = derivation;
  const query = view.schema.getQueryType()?.name;
  const keys = keysOf(view, table).filter(({ field }) => isByRule(derivation, `${query}.${field.name}`));
  const does = (what: string): boolean =>
    derivation.has(view.schema.getMutationType()?.name ?? '').some((name) => isOf(derivation, table, what, name));
  return [
    ...(keys.length > 0 ? [`by ${keys.map(keyText).join(', ')}`] : []),
    ...inputNote(derivation, table, 'Input', does('create') ? 'create' : undefined),
    ...inputNote(derivation, table, 'Patch', does('update') ? 'update' : undefined),
    ...(does('delete') ? ['delete'] : []),
  ];
}

/** Whether a mutation is one that a rule derives from the table. */
function isOf({ derived, view }: Derivation, { name: table }: GraphQLObjectType, does: string, name: string): boolean {
  const origin = derived.get(`${view.schema.getMutationType()?.name}.${name}`);
  return origin?.type === table && origin.mutation?.startsWith(does) === true;
}

function keyText({ suffix, columns }: RowKey): string {
  if (columns.length === 0) return 'id';
  return `${columns.join(' + ')}${suffix === '' ? ' (primary key)' : ''}`;
}

/** Which columns an input takes, and which it requires. */
function inputNote(
  derivation: Derivation,
  table: GraphQLObjectType,
  suffix: 'Input' | 'Patch',
  does: string | undefined,
): string[] {
  const { view } = derivation;
  const input = `${table.name}${suffix}`;
  // An input of this name that is not derived is listed with the inputs.
  if (!derivation.derived.has(input)) return does ? [does] : [];
  const columns = view.columnsOf(table);
  const taken = columns.filter(({ name }) => view.elements.has(`${input}.${name}`)).map(({ name }) => name);
  const left = columns.map(({ name }) => name).filter((name) => !taken.includes(name));
  const others = memberLines(derivation, input);
  const required = others.filter(({ name, text }) => {
    const column = columns.find((one) => one.name === name);
    return column && text === `${name}: ${nullable(column.type)}!`;
  });
  const rest = others.filter((one) => !required.includes(one));
  return [
    [
      `${does ?? input}: ${columnsText(taken, left)}`,
      ...(required.length > 0 ? [`required: ${required.map(({ name }) => name).join(', ')}`] : []),
      ...(rest.length > 0 ? [`and ${rest.map(({ text }) => text).join(', ')}`] : []),
    ].join('; '),
  ];
}

/** Which columns it is, in the shorter of two ways. */
function columnsText(taken: readonly string[], left: readonly string[]): string {
  if (left.length === 0) return 'every column';
  if (taken.length === 0) return 'no column';
  return taken.length <= left.length ? `only ${taken.join(', ')}` : `every column but ${left.join(', ')}`;
}
