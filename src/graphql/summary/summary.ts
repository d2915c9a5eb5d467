import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { toRun } from '../../report/layout.ts';
import { type Derivation, derive } from '../derived/derive.ts';
import { exceptionOf, lacking } from './exceptions.ts';
import { memberLines } from './lines.ts';
import { calledTypes, rootLines } from './roots.ts';
import { tableNotes } from './tables.ts';

/**
 * Writes the page to review of what a role can do in GraphQL: queries, mutations, types and enums, without what PostGraphile
 * derives by rule. Two schemas that have the same page differ in nothing but descriptions, their order, and by which
 * columns one can order and filter; where a rule does not hold, the page says so.
 * @returns Markdown
 */
export function apiSummary(role: string, schema: GraphQLSchema): string {
  const derivation = derive(schema);
  const { view, derived } = derivation;
  const roots: readonly unknown[] = [schema.getQueryType(), schema.getMutationType()];
  const types = Object.values(schema.getTypeMap())
    .filter((type) => view.elements.has(type.name) && !roots.includes(type))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const listed = types.filter(({ name }) => !derived.has(name));
  const byRule = types.filter(({ name }) => derived.has(name)).map(({ name }) => name);
  const called = calledTypes(derivation);
  const exceptions = Map.groupBy(
    byRule.filter((name) => !called.has(name) && !isMirrored(derivation, name)),
    (name) => derived.get(name)?.type ?? '',
  );
  const exceptionsOf = (type: string): string[] =>
    (exceptions.get(type) ?? []).flatMap((name) => exceptionOf(derivation, name));
  const ofTypes = new Set(listed.filter(isWithNotes).map(({ name }) => name));
  return [
    legend(role),
    section('Queries', rootLines(derivation, schema.getQueryType() ?? undefined)),
    section('Mutations', rootLines(derivation, schema.getMutationType() ?? undefined)),
    section(
      'Types',
      listed.filter(isWithNotes).flatMap((type) => block(derivation, type, exceptionsOf(type.name))),
    ),
    section(
      'Inputs',
      listed.filter(isInputObjectType).flatMap((type) => block(derivation, type, [])),
    ),
    section(
      'Enums',
      listed.filter(isEnumType).flatMap(({ name }) => enumLines(derivation, name)),
    ),
    section('Scalars', textsOf(derivation, listed.filter(isScalarType))),
    section(
      'Directives',
      textsOf(
        derivation,
        schema.getDirectives().map(({ name }) => ({ name: `@${name}` })),
      ),
    ),
    section(
      'Where a rule does not hold',
      [...exceptions.keys()].filter((type) => !ofTypes.has(type)).flatMap(exceptionsOf),
    ),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

const legend = (role: string): string => `# What ${role} can do in GraphQL

The page to review; schema.${role}.graphql has all of the schema, with its descriptions, for machines. What PostGraphile derives
by rule is left out here:

- **by** names the keys of a table. Each has a query that reads a row and, where rows can be updated or deleted, a mutation.
- **create** and **update** name the columns that these mutations take, and those that they require. Every field with a plain value
  and without arguments counts as a column.
- **…** stands for the arguments of a list: after, before, condition, first, last, offset, orderBy. **→** stands for those of a list
  that is read from its start: after, first, offset.
- A column can be ordered and filtered by where an index has it; one of an enum can be filtered by.
- Connections, edges, inputs, payloads and global ids have the fields that all have.

Where a rule does not hold, the page says **with** or **without** what. Written by ${toRun('snapshot')}.
`;

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `## ${title}\n\n\`\`\`graphql\n${lines.join('\n').trimEnd()}\n\`\`\`\n`;

const isWithNotes = (type: GraphQLNamedType): boolean =>
  !isInputObjectType(type) && !isEnumType(type) && !isScalarType(type);

/** Whether the notes of the type of rows say what the input has. */
function isMirrored({ derived, view }: Derivation, name: string): boolean {
  const row = derived.get(name)?.type ?? '';
  return view.object(row) !== undefined && (name === `${row}Input` || name === `${row}Patch`);
}

function block(derivation: Derivation, type: GraphQLNamedType, exceptions: readonly string[]): string[] {
  const notes = isObjectType(type) ? tableNotes(derivation, type) : [];
  const comments = [...notes, ...exceptions, ...lacking(derivation, type.name)].map((note) => `  # ${note}`);
  const members = memberLines(derivation, type.name).map(({ text }) => `  ${text}`);
  const head = derivation.view.elements.get(type.name) ?? '';
  return [...(comments.length + members.length > 0 ? [`${head} {`, ...comments, ...members, '}'] : [head]), ''];
}

function enumLines(derivation: Derivation, name: string): string[] {
  const values = memberLines(derivation, name).map(({ text }) => text);
  return [
    `${derivation.view.elements.get(name)} { ${values.join(' ')} }`,
    ...lacking(derivation, name).map((text) => `# ${text}`),
  ];
}

function textsOf({ view }: Derivation, named: readonly { readonly name: string }[]): string[] {
  return named.flatMap(({ name }) => view.elements.get(name) ?? []);
}
