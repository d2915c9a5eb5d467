import type pg from 'pg';
import { readCatalog } from '../catalog/catalog.ts';
import { sortedBy } from '../catalog/order.ts';
import { tablesOf } from '../catalog/table.ts';
import type { Deviation } from '../report/deviation.ts';
import { loadParser } from '../sql/references.ts';
import { columnRule } from './columns.ts';
import { placedTwice, placesOf } from './distribution.ts';
import type { CheckInput, Finding, TableRule } from './finding.ts';
import { foreignKeyRule } from './foreign-keys.ts';
import { functionRule } from './functions.ts';
import { keyRule } from './keys.ts';
import { policyRule } from './policies.ts';
import { functionReferences } from './references.ts';
import type { Distribution } from './settings.ts';
import { triggerRule } from './triggers.ts';

const TABLE_RULES: readonly TableRule[] = [columnRule, keyRule, foreignKeyRule, policyRule, triggerRule];

/** A finding, with what the project says is done where it is broken. */
export interface Judged extends Finding {
  readonly instead?: string;
}

export interface CitusCheck {
  readonly input: CheckInput;
  readonly findings: readonly Judged[];
  /** Broken findings that are not settled, and settled names for which nothing is broken. */
  readonly deviations: readonly Deviation[];
}

/**
 * Checks the catalogs against the rules of Citus for distributed tables. Rules: docs/scaling.md, with their sources.
 */
export async function checkCitus(client: pg.Client, distribution: Distribution): Promise<CitusCheck> {
  const input = await readInput(client, distribution);
  const settled = new Map(distribution.settled.map(({ object, instead }) => [object, instead]));
  const found = [...placeFindings(input), ...tableFindings(input), ...functionRule(input)];
  const findings = found.map((finding): Judged => {
    const instead = finding.status === 'broken' ? settled.get(finding.object) : undefined;
    return instead === undefined ? finding : { ...finding, instead };
  });
  const broken = findings.filter(({ status, instead }) => status === 'broken' && instead === undefined);
  const used = new Set(findings.filter(({ instead }) => instead !== undefined).map(({ object }) => object));
  const idle = distribution.settled.filter(({ object }) => !used.has(object));
  return {
    input,
    findings,
    deviations: [...broken.map(deviationOf), ...idle.map(({ object }) => idleDeviation(object))],
  };
}

async function readInput(client: pg.Client, distribution: Distribution): Promise<CheckInput> {
  await loadParser();
  const places = placesOf(distribution);
  // A parent may be in any schema.
  const catalog = await readCatalog(client, { schemas: distribution.schemas, rest: true });
  const isOwn = ({ schema }: { readonly schema: string }): boolean => distribution.schemas.includes(schema);
  const tables = tablesOf(catalog).filter((table) => isOwn(table) || places.has(table.id));
  const functions = catalog.functions.filter(
    (routine) => isOwn(routine) && (routine.kind === 'function' || routine.kind === 'procedure'),
  );
  return {
    distribution,
    places,
    tables: sortedBy(tables, ({ schema, name }) => [schema, name]),
    byId: new Map(tables.map((table) => [table.id, table])),
    functions: sortedBy(functions, ({ identity }) => [identity]),
    references: functionReferences(functions),
  };
}

function* tableFindings(input: CheckInput): Iterable<Finding> {
  for (const table of input.tables) {
    const place = input.places.get(table.id);
    if (place) for (const rule of TABLE_RULES) yield* rule(table, place, input);
  }
}

function* placeFindings({ tables, places, byId, distribution }: CheckInput): Iterable<Finding> {
  const broken = (where: string, says: string, fix: string): Finding => ({
    rule: 'place',
    where,
    object: where,
    status: 'broken',
    says,
    fix,
  });
  for (const { id } of tables.filter((table) => !places.has(table.id)))
    yield broken(
      id,
      'has no place in the distribution',
      'Add it to a group, to the reference tables or to the local tables.',
    );
  for (const id of [...places.keys()].filter((name) => !byId.has(name)))
    yield broken(id, 'there is no such table', 'Remove it from the distribution, or correct its name.');
  for (const id of placedTwice(distribution)) yield broken(id, 'is placed twice', 'Remove one of the two places.');
}

const deviationOf = ({ rule, where, object, says, fix = '' }: Finding): Deviation => ({
  check: 'catalog',
  where: where === object ? where : `${where} · ${object}`,
  expected: `a ${rule} that Citus can distribute, or an entry in \`distribution.settled\``,
  seen: says,
  fix,
});

const idleDeviation = (object: string): Deviation => ({
  check: 'catalog',
  where: object,
  expected: 'a broken rule that it settles',
  seen: 'none: the rule holds, or the object does not exist',
  fix: 'Remove it from `distribution.settled`.',
});
