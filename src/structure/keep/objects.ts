import type { Property, StructureObject } from '../model.ts';
import { DROPPED } from '../undo.ts';
import { grantSql, grantTarget } from './grants.ts';
import { commentSql, has, type KeepingStatement, type Live, valueIn } from './statement.ts';
import { relationProperties, tableSql } from './tables.ts';

/** A new object as it is, with the privileges on it; undefined of a kind that is left to people. */
export function objectSql(object: StructureObject, live: Live): KeepingStatement[] | undefined {
  const made = bare(object, live);
  if (!made || has(object, 'owner')) return undefined;
  const target = grantTarget(object);
  const granted = object.parts.filter(({ kind }) => kind === 'grant to').map((part) => grantSql(object, part));
  if (granted.some((one) => one === undefined)) return undefined;
  const cleared: KeepingStatement[] = target
    ? [{ phase: 'grants', sql: `revoke all on ${target} from ${['public', ...live.roles].join(', ')};` }]
    : [];
  // What types give to everybody by themselves is said by no line.
  const isType = target?.startsWith('type ') && !object.parts.some(({ name }) => name === 'public');
  return [...made, ...(isType ? [] : cleared), ...granted.flatMap((one) => one ?? [])];
}

function bare(object: StructureObject, live: Live): KeepingStatement[] | undefined {
  const { kind, name } = object;
  const comment = (on: string, phase: KeepingStatement['phase']): KeepingStatement[] =>
    object.properties.filter((one) => one.name === 'comment').map((one) => commentSql(`${on} ${name}`, one, phase));
  switch (kind) {
    case 'schema':
      return [{ phase: 'schemas', sql: `create schema if not exists ${name};` }, ...comment('schema', 'schemas')];
    case 'extension':
      return [
        { phase: 'schemas', sql: `create extension if not exists ${name} with schema ${valueIn(object, 'in')};` },
      ];
    case 'enum':
      return [
        created(`create type ${name} as enum (${valueIn(object, 'labels') ?? ''});`),
        ...comment('type', 'types'),
      ];
    case 'domain':
      return [created(`create domain ${domainText(object)};`), ...comment('domain', 'types')];
    case 'composite type': {
      const fields = object.parts
        .filter((part) => part.kind === 'field')
        .map((part) => `${part.name} ${valueIn(part, '')}`);
      return [created(`create type ${name} as (${fields.join(', ')});`), ...comment('type', 'types')];
    }
    case 'sequence':
      return sequenceSql(object, comment('sequence', 'tables'));
    case 'table':
    case 'partitioned table':
      return tableSql(object, live);
    case 'view':
    case 'materialized view':
      return viewSql(object, live);
    case 'function':
    case 'procedure':
    case 'window function':
      return functionSql(object, live);
    default:
      return undefined;
  }
}

/** There is no IF NOT EXISTS for types: one that is there already is left as it is. */
const created = (sql: string): KeepingStatement => ({
  phase: 'types',
  sql: `do $do$ begin\n  ${sql}\nexception when duplicate_object then null;\nend $do$;`,
});

function domainText(domain: StructureObject): string {
  const checks = domain.parts
    .filter(({ kind }) => kind === 'constraint')
    .map((part) => `constraint ${part.name} ${valueIn(part, '')}`);
  const [base, collation, fallback] = ['base', 'collation', 'default'].map((name) => valueIn(domain, name));
  return [
    `${domain.name} as ${base}`,
    collation && `collate ${collation}`,
    fallback && `default ${fallback}`,
    has(domain, 'not null') && 'not null',
    ...checks,
  ]
    .filter(Boolean)
    .join(' ');
}

/** The sequence of an identity column comes with the column. */
function sequenceSql(sequence: StructureObject, comment: readonly KeepingStatement[]): KeepingStatement[] | undefined {
  if (has(sequence, 'identity') || has(sequence, 'owned by') || has(sequence, 'unlogged'))
    return has(sequence, 'identity') ? [] : undefined;
  const clauses = [
    ['type', 'as'],
    ['start', 'start'],
    ['increment', 'increment'],
    ['minimum', 'minvalue'],
    ['maximum', 'maxvalue'],
    ['cache', 'cache'],
  ].flatMap(([name = '', word]) =>
    valueIn(sequence, name) === undefined ? [] : [`${word} ${valueIn(sequence, name)}`],
  );
  const cycle = has(sequence, 'cycle') ? ['cycle'] : [];
  return [
    { phase: 'tables', sql: `create sequence if not exists ${sequence.name} ${[...clauses, ...cycle].join(' ')};` },
    ...comment,
  ];
}

/** A view as it is now, new or in place of the one before. */
export function viewSql(view: StructureObject, { definitions }: Live): KeepingStatement[] | undefined {
  const query = definitions.views.get(view.name);
  if (query === undefined || view.parts.some(({ kind, properties }) => kind === 'column' && properties.some(isOdd)))
    return undefined;
  const options = valueIn(view, 'options');
  const create = view.kind === 'view' ? 'create or replace view' : 'create materialized view if not exists';
  return [
    { phase: 'views', sql: `${create} ${view.name}${options ? ` with (${options})` : ''} as\n${query}` },
    ...relationProperties(view),
    ...view.parts
      .filter(({ kind }) => kind === 'column')
      .flatMap((part) =>
        part.properties
          .filter(({ name }) => name === 'comment')
          .map((one) => commentSql(`column ${view.name}.${part.name}`, one, 'guards')),
      ),
  ];
}

const isOdd = ({ name }: Property): boolean => name === 'default' || name === 'options';

export function functionSql(routine: StructureObject, { definitions }: Live): KeepingStatement[] | undefined {
  const definition = definitions.functions.get(routine.name);
  const comment = routine.properties.filter(({ name }) => name === 'comment');
  const word = routine.kind === 'procedure' ? 'procedure' : 'function';
  return definition === undefined
    ? undefined
    : [
        { phase: 'functions', sql: `${definition};` },
        ...comment.map((one) => commentSql(`${word} ${routine.name}`, one, 'functions')),
      ];
}

/** The statement that drops an object; nothing that depends on it goes with it. */
export function dropSql({ kind, name, properties }: StructureObject): KeepingStatement[] | undefined {
  const word = DROPPED.get(kind);
  if (kind === 'sequence' && properties.some((one) => one.name === 'identity' || one.name === 'owned by')) return [];
  const phase = PHASE_OF_DROP[kind];
  return word === undefined || phase === undefined ? undefined : [{ phase, sql: `drop ${word} if exists ${name};` }];
}

const PHASE_OF_DROP: Readonly<Record<string, KeepingStatement['phase']>> = {
  schema: 'dropSchemas',
  extension: 'dropSchemas',
  enum: 'dropTypes',
  domain: 'dropTypes',
  'composite type': 'dropTypes',
  'range type': 'dropTypes',
  table: 'dropTables',
  'partitioned table': 'dropTables',
  'foreign table': 'dropTables',
  sequence: 'dropTables',
  view: 'dropViews',
  'materialized view': 'dropViews',
  function: 'dropFunctions',
  procedure: 'dropFunctions',
  aggregate: 'dropFunctions',
  'window function': 'dropFunctions',
};
