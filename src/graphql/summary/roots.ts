import type { GraphQLObjectType } from 'graphql';
import type { Derivation } from '../derived/derive.ts';
import { upperFirst } from '../derived/view.ts';
import { lacking } from './exceptions.ts';
import { type MemberLine, memberLines } from './lines.ts';

/** The fields of a root type that do not follow from a table, one a line. */
export function rootLines(derivation: Derivation, root: GraphQLObjectType | undefined): string[] {
  if (!root) return [];
  const head = derivation.derived.has(root.name) ? [] : [`# ${derivation.view.elements.get(root.name)}`];
  const lines = memberLines(derivation, root.name).map((line) =>
    isCall(derivation, root, line) ? callText(derivation, line.name) : line.text,
  );
  return [...head, ...lacking(derivation, root.name).map((text) => `# ${text}`), ...lines];
}

/** The input and payload of each mutation that is written as one line, with what they have. */
export function calledTypes(derivation: Derivation): ReadonlySet<string> {
  const root = derivation.view.schema.getMutationType();
  if (!root) return new Set();
  const calls = memberLines(derivation, root.name).filter((line) => isCall(derivation, root, line));
  return new Set(calls.flatMap(({ name }) => [inputOf(name), payloadOf(name)]));
}

/** Whether a mutation takes one input and gives one payload, each of its own, so that both can stand in its line. */
function isCall({ derived, view, lacks }: Derivation, root: GraphQLObjectType, { name, text }: MemberLine): boolean {
  const { elements, schema } = view;
  const [input, payload] = [inputOf(name), payloadOf(name)];
  return (
    root === schema.getMutationType() &&
    text === `${name}(input: ${input}!): ${payload}` &&
    elements.has(input) &&
    [input, payload].every((type) => derived.get(type)?.by === 'mutation' && lacks(type).length === 0) &&
    derived.get(input)?.type === ''
  );
}

function callText(derivation: Derivation, name: string): string {
  const takes = memberLines(derivation, inputOf(name)).map(({ text }) => text);
  const gives = memberLines(derivation, payloadOf(name)).map(({ text }) => text);
  return `${name}(${takes.join(', ')})${gives.length > 0 ? `: { ${gives.join(', ')} }` : ''}`;
}

const inputOf = (mutation: string): string => `${upperFirst(mutation)}Input`;
const payloadOf = (mutation: string): string => `${upperFirst(mutation)}Payload`;
