import type { StructureDifference } from '../compare.ts';
import type { StructureObject, StructurePart } from '../model.ts';
import { commentSql, has, type KeepingStatement, type Live, valueIn } from './statement.ts';

type PartChange = StructureDifference['change'];

/** The kinds of parts whose statements are the same whether something was added or changed. */
const REPLACED = ['constraint', 'index', 'policy', 'trigger', 'rule'];

/** A new table: its columns and keys in one statement, and the rest each in its own. */
export function tableSql(table: StructureObject, live: Live): KeepingStatement[] | undefined {
  const odd = [
    'inherits',
    'partition of',
    'of type',
    'server',
    'access method',
    'tablespace',
    'toast options',
    'replica identity',
  ];
  if (!['table', 'partitioned table'].includes(table.kind) || odd.some((name) => has(table, name))) return undefined;
  const columns = table.parts.filter(({ kind }) => kind === 'column');
  const within = table.parts.filter(
    (part) => part.kind === 'constraint' && !isForeignKey(part) && !has(part, 'not valid'),
  );
  const lines = [...columns.map(columnText), ...within.map((part) => `constraint ${part.name} ${valueIn(part, '')}`)];
  const partition = valueIn(table, 'partition by');
  const options = valueIn(table, 'options');
  const head = `create ${has(table, 'unlogged') ? 'unlogged ' : ''}table if not exists ${table.name}`;
  const body = lines.map((line) => `  ${line}`).join(',\n');
  const end = `${partition ? ` partition by ${partition}` : ''}${options ? ` with (${options})` : ''}`;
  const rest = table.parts.filter(
    (part) => part.kind !== 'column' && !within.includes(part) && part.kind !== 'grant to',
  );
  const others = rest.map((part) => partSql(table, part, 'added', live));
  if (others.some((one) => one === undefined)) return undefined;
  return [
    { phase: 'tables', sql: `${head} (\n${body}\n)${end};` },
    ...relationProperties(table),
    ...[...columns, ...within].flatMap((part) => partComment(table, part)),
    ...others.flatMap((one) => one ?? []),
  ];
}

const isForeignKey = (part: StructurePart): boolean => valueIn(part, '')?.startsWith('FOREIGN KEY') ?? false;

/** The statements about a new relation itself, apart from its columns. */
export function relationProperties(table: StructureObject): KeepingStatement[] {
  return [
    ...(has(table, 'row level security') ? [securitySql(table.name, true)] : []),
    ...(has(table, 'forced') ? [forcedSql(table.name, true)] : []),
    ...table.properties
      .filter(({ name }) => name === 'comment')
      .map((one) => commentSql(`${wordOf(table)} ${table.name}`, one, 'views')),
  ];
}

export const securitySql = (table: string, on: boolean): KeepingStatement => ({
  phase: 'guards',
  sql: `alter table ${table} ${on ? 'enable' : 'disable'} row level security;`,
});

export const forcedSql = (table: string, on: boolean): KeepingStatement => ({
  phase: 'guards',
  sql: `alter table ${table} ${on ? '' : 'no '}force row level security;`,
});

export const wordOf = ({ kind }: StructureObject): string =>
  kind === 'view' || kind === 'materialized view' || kind === 'foreign table' ? kind : 'table';

function columnText(column: StructurePart): string {
  const generated = valueIn(column, 'generated');
  const [, kept = '', expression = ''] = /^(stored|virtual) as ([\s\S]*)$/.exec(generated ?? '') ?? [];
  const [collation, identity, fallback] = ['collation', 'identity', 'default'].map((name) => valueIn(column, name));
  return [
    column.name,
    valueIn(column, '') ?? '',
    collation && `collate ${collation}`,
    has(column, 'not null') && 'not null',
    fallback && `default ${fallback}`,
    generated && `generated always as (${expression}) ${kept}`,
    identity && `generated ${identity} as identity`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** A part of a relation that was added or changed, as it is, or dropped. */
export function partSql(
  object: StructureObject,
  part: StructurePart,
  change: PartChange,
  live: Live,
): KeepingStatement[] | undefined {
  if (has(part, 'inherited')) return undefined;
  if (part.kind === 'column') return change === 'dropped' ? [dropColumn(object, part)] : addColumn(object, part);
  if (!REPLACED.includes(part.kind)) return undefined;
  const dropped = dropPart(object, part);
  if (change === 'dropped') return [{ phase: 'unhook', sql: dropped }];
  const made = makePart(object, part, live);
  // The key that it refers to may be one of those that are dropped and added.
  if (made && part.kind === 'constraint' && isForeignKey(part))
    return [
      { phase: 'unhook', sql: dropped.replace(/^alter table /, 'alter table if exists ') },
      { ...made, phase: 'foreignKeys' },
      ...partComment(object, part),
    ];
  // One that is there already is not built again.
  if (made && part.kind === 'index' && change === 'added')
    return [
      { ...made, sql: made.sql.replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX IF NOT EXISTS ') },
      ...partComment(object, part),
    ];
  return made && [{ ...made, sql: `${dropped}\n${made.sql}` }, ...partComment(object, part)];
}

const dropColumn = (table: StructureObject, { name }: StructurePart): KeepingStatement => ({
  phase: 'dropColumns',
  sql: `alter table ${table.name} drop column if exists ${name};`,
});

function addColumn(table: StructureObject, column: StructurePart): KeepingStatement[] {
  return [
    { phase: 'columns', sql: `alter table ${table.name} add column if not exists ${columnText(column)};` },
    ...partComment(table, column),
  ];
}

export function partComment(object: StructureObject, part: StructurePart): KeepingStatement[] {
  const comment = part.properties.find(({ name }) => name === 'comment');
  return comment ? [commentSql(commentTarget(object, part), comment, 'guards')] : [];
}

/** A part as COMMENT names it. */
export function commentTarget(object: StructureObject, { kind, name }: StructurePart): string {
  if (kind === 'column') return `column ${object.name}.${name}`;
  if (kind === 'index') return `index ${inSchemaOf(object, name)}`;
  return `${kind} ${name} on ${object.kind === 'domain' ? 'domain ' : ''}${object.name}`;
}

/** An index is in the schema of its table. */
const inSchemaOf = ({ name: object }: StructureObject, name: string): string =>
  object.slice(0, object.length - (/"(?:[^"]|"")*"$|[^."]+$/.exec(object)?.[0].length ?? 0)) + name;

const isDomain = ({ kind }: StructureObject): boolean => kind === 'domain';

function dropPart(object: StructureObject, { kind, name }: StructurePart): string {
  if (kind === 'constraint')
    return `alter ${isDomain(object) ? 'domain' : 'table'} ${object.name} drop constraint if exists ${name};`;
  if (kind === 'index') return `drop index if exists ${inSchemaOf(object, name)};`;
  return `drop ${kind} if exists ${name} on ${object.name};`;
}

function makePart(object: StructureObject, part: StructurePart, { catalog }: Live): KeepingStatement | undefined {
  const definition = valueIn(part, '');
  switch (part.kind) {
    case 'constraint': {
      if (has(part, 'not enforced') || has(part, 'internal triggers') || definition === undefined) return undefined;
      const on = `alter ${isDomain(object) ? 'domain' : 'table'} ${object.name}`;
      return {
        phase: 'constraints',
        sql: `${on} add constraint ${part.name} ${definition}${has(part, 'not valid') ? ' not valid' : ''};`,
      };
    }
    case 'index': {
      const index = catalog.indexes.find(({ tableSql, nameSql }) => tableSql === object.name && nameSql === part.name);
      const odd = ['not valid', 'clustered', 'replica identity'].some((name) => has(part, name));
      return !index || index.constraint !== null || odd ? undefined : { phase: 'indexes', sql: `${index.definition};` };
    }
    case 'policy': {
      const policy = catalog.policies.find(({ tableSql, sql }) => tableSql === object.name && sql === part.name);
      return policy && { phase: 'guards', sql: `${policy.definition.replace(/;$/, '')};` };
    }
    case 'trigger': {
      const trigger = catalog.triggers.find(
        ({ tableSql, sql, internal }) => tableSql === object.name && sql === part.name && !internal,
      );
      return trigger && { phase: 'guards', sql: `${trigger.definition};${enabling(object, 'trigger', part)}` };
    }
    default: {
      const rule = catalog.rules.find(({ tableSql, sql }) => tableSql === object.name && sql === part.name);
      return rule && { phase: 'guards', sql: `${rule.definition.replace(/;$/, '')};${enabling(object, 'rule', part)}` };
    }
  }
}

function enabling({ name: object }: StructureObject, kind: string, part: StructurePart): string {
  const state = (['disabled', 'only for replicas', 'always enabled'] as const).find((name) => has(part, name));
  if (!state) return '';
  const word = { disabled: 'disable', 'only for replicas': 'enable replica', 'always enabled': 'enable always' }[state];
  return `\nalter table ${object} ${word} ${kind} ${part.name};`;
}
