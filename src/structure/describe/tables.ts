import type { Column } from '../../catalog/columns.ts';
import type { Constraint } from '../../catalog/constraints.ts';
import type { Index } from '../../catalog/indexes.ts';
import type { Policy } from '../../catalog/policies.ts';
import type { Relation } from '../../catalog/relations.ts';
import type { RewriteRule } from '../../catalog/rules.ts';
import type { Trigger } from '../../catalog/triggers.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { flag, listed, type Property, type StructureObject, type StructurePart, valued } from '../model.ts';
import { viewText } from '../view-text.ts';
import { grantKey, grantParts, grantsByObject } from './grants.ts';
import { type Described, ownerOf, quoted } from './subject.ts';

export const commentOf = (comment: string | null): Property[] => valued('comment', comment && quoteLiteral(comment));

/** Tables and views with everything that is defined on them, in the catalog's order. */
export async function describeRelations(
  subject: Described,
  relations: readonly Relation[],
): Promise<StructureObject[]> {
  const { catalog } = subject;
  const by = <T extends { readonly table: string }>(items: readonly T[]) => Map.groupBy(items, ({ table }) => table);
  const [constraints, indexes, policies, triggers, rules] = [
    by(catalog.constraints),
    by(catalog.indexes),
    by(catalog.policies),
    by(catalog.triggers.filter(({ internal }) => !internal)),
    by(catalog.rules),
  ];
  const grants = grantsByObject(subject);
  return Promise.all(
    relations.map(async (relation) => ({
      kind: relation.kind,
      name: relation.sql,
      properties: await propertiesOf(subject, relation),
      parts: [
        ...relation.columns.map(columnPart),
        ...(constraints.get(relation.id) ?? []).map((constraint) => constraintPart(constraint, catalog.triggers)),
        ...(indexes.get(relation.id) ?? []).flatMap((index) => indexPart(index, relation)),
        ...(policies.get(relation.id) ?? []).map((policy) => policyPart(subject, policy)),
        ...(triggers.get(relation.id) ?? []).map(triggerPart),
        ...(rules.get(relation.id) ?? []).map(rulePart),
        ...grantParts(subject, 'table', grants.get(grantKey('table', relation.id))),
      ],
    })),
  );
}

async function propertiesOf(subject: Described, relation: Relation): Promise<Property[]> {
  const options = Object.entries(relation.options).map(([name, value]) => `${name}=${value}`);
  return [
    ...flag('unlogged', relation.persistence === 'unlogged'),
    ...flag('row level security', relation.rowSecurity),
    ...flag('forced', relation.forceRowSecurity),
    ...valued('owner', ownerOf(subject, relation.owner)),
    ...valued('partition by', relation.partitionKey),
    ...valued('partition of', relation.partitionOf),
    ...valued('for values', relation.partitionBound?.replace(/^FOR VALUES /, '')),
    ...listed('inherits', relation.partitionOf ? [] : relation.inherits),
    ...valued('of type', relation.ofType),
    ...valued('server', relation.server),
    ...listed('server options', relation.serverOptions),
    ...valued('access method', relation.accessMethod),
    ...valued('tablespace', relation.tablespace),
    ...listed('options', options),
    ...listed('toast options', relation.toastOptions),
    ...valued('replica identity', hasUsualIdentity(relation) ? null : relation.replicaIdentity),
    ...commentOf(relation.comment),
    ...valued('as', relation.definition && (await viewText(relation.definition))),
  ];
}

function columnPart(column: Column): StructurePart {
  const generated = column.generation === null ? null : `${column.generation} as ${column.default}`;
  return {
    kind: 'column',
    name: column.sql,
    properties: [
      ...valued('', column.type),
      ...flag('not null', column.notNull),
      ...flag('not validated', !column.notNullValidated),
      ...valued('default', column.generation === null ? column.default : null),
      ...valued('generated', generated),
      ...valued('identity', column.identity),
      ...valued('collation', column.defaultCollation ? null : column.collation),
      ...flag('inherited', column.inherited),
      ...valued('storage', column.storage),
      ...valued('compression', column.compression),
      ...valued('statistics', column.statisticsTarget),
      ...listed('options', column.options),
      ...commentOf(column.comment),
    ],
  };
}

/** The definition without what a property of its own says. */
const SUFFIXES = [' NOT VALID', ' NOT ENFORCED'];

export function withoutSuffix(definition: string): string {
  const suffix = SUFFIXES.find((one) => definition.endsWith(one));
  return suffix ? withoutSuffix(definition.slice(0, -suffix.length)) : definition;
}

function constraintPart(constraint: Constraint, triggers: readonly Trigger[]): StructurePart {
  const silenced = triggers
    .filter(({ internal, enabled }) => internal && enabled !== 'origin')
    .filter((one) => one.constraint === constraint.name && one.constraintTable === constraint.table)
    .map(({ table, enabled, timing, events }) => `${timing} ${events.join(' or ')} on ${table} ${enabled}`);
  return {
    kind: 'constraint',
    name: constraint.sql,
    properties: [
      ...valued('', withoutSuffix(constraint.definition)),
      ...flag('not valid', !constraint.validated && constraint.enforced),
      ...flag('not enforced', !constraint.enforced),
      ...flag('inherited', constraint.inherited),
      ...listed('internal triggers', [...new Set(silenced)].sort()),
      ...commentOf(constraint.comment),
    ],
  };
}

/** An index that a constraint made is said by it, unless something is to be said of the index itself. */
function indexPart(index: Index, relation: Relation): StructurePart[] {
  const properties = [
    ...flag('not valid', !index.valid),
    ...flag('clustered', index.clustered),
    ...flag('replica identity', index.replicaIdentity),
    ...commentOf(index.comment),
  ];
  if (index.constraint !== null && properties.length === 0) return [];
  const heads = ['', 'ONLY '].map(
    (only) => `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoted(index.name)} ON ${only}${relation.sql} USING `,
  );
  const head = heads.find((one) => index.definition.startsWith(one)) ?? '';
  return [
    {
      kind: 'index',
      name: quoted(index.name),
      properties: [...flag('unique', index.unique), ...valued('', index.definition.slice(head.length)), ...properties],
    },
  ];
}

function policyPart({ roleName }: Described, policy: Policy): StructurePart {
  return {
    kind: 'policy',
    name: policy.sql,
    properties: [
      ...flag('restrictive', !policy.permissive),
      ...valued('for', policy.command),
      ...listed(
        'to',
        policy.roles.map(({ name }) => (name === 'public' ? 'public' : roleName(name))),
      ),
      ...valued('using', policy.using && inParentheses(policy.using)),
      ...valued('check', policy.check && inParentheses(policy.check)),
      ...commentOf(policy.comment),
    ],
  };
}

/** PostgreSQL writes most expressions in parentheses, but not a call or a constant. */
const inParentheses = (expression: string): string => (expression.startsWith('(') ? expression : `(${expression})`);

export const enabledFlags = (enabled: Trigger['enabled']): Property[] => [
  ...flag('disabled', enabled === 'disabled'),
  ...flag('only for replicas', enabled === 'replica'),
  ...flag('always enabled', enabled === 'always'),
];

function triggerPart(trigger: Trigger): StructurePart {
  const head = [`CREATE TRIGGER ${trigger.sql} `, `CREATE CONSTRAINT TRIGGER ${trigger.sql} `].find((one) =>
    trigger.definition.startsWith(one),
  );
  const rest = trigger.definition.slice(head?.length ?? 0);
  return {
    kind: 'trigger',
    name: trigger.sql,
    properties: [
      ...valued('', head?.startsWith('CREATE CONSTRAINT') ? `CONSTRAINT ${rest}` : rest),
      ...enabledFlags(trigger.enabled),
      ...flag('inherited', trigger.inherited),
      ...commentOf(trigger.comment),
    ],
  };
}

const rulePart = (rule: RewriteRule): StructurePart => ({
  kind: 'rule',
  name: rule.sql,
  properties: [
    ...valued('', rule.definition.replace(/;$/, '')),
    ...enabledFlags(rule.enabled),
    ...commentOf(rule.comment),
  ],
});

/** A view has no rows of its own. */
const hasUsualIdentity = ({ kind, replicaIdentity }: Relation): boolean =>
  replicaIdentity === (kind === 'view' ? 'nothing' : 'default');
