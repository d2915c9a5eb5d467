import type pg from 'pg';
import type { Deviation } from '../report/deviation.ts';
import { columnRule } from './columns.ts';
import { type Distribution, placedTwice, placesOf } from './distribution.ts';
import type { Finding, Ground, TableRule } from './finding.ts';
import { foreignKeyRule } from './foreign-keys.ts';
import { functionRule } from './functions.ts';
import { keyRule } from './keys.ts';
import { policyRule } from './policies.ts';
import { readCatalog } from './read.ts';
import { touchOf } from './touch.ts';
import { triggerRule } from './triggers.ts';

const TABLE_RULES: readonly TableRule[] = [columnRule, keyRule, foreignKeyRule, policyRule, triggerRule];

/** A finding, with what the project says is done where it is broken. */
export interface Judged extends Finding {
  readonly instead?: string;
}

export interface CitusCheck {
  readonly ground: Ground;
  readonly findings: readonly Judged[];
  /** What is broken and not settled, and what is settled and not broken. */
  readonly deviations: readonly Deviation[];
}

/**
 * Holds the catalogs against what Citus lets be distributed. Rules: docs/scaling.md, with their sources.
 * @param client in a transaction that the caller rolls back: a setting is changed in it, and nothing else
 */
export async function checkCitus(client: pg.Client, distribution: Distribution): Promise<CitusCheck> {
  const places = placesOf(distribution);
  const catalog = await readCatalog(client, distribution.schemas, [...places.keys()]);
  const byId = new Map(catalog.tables.map((table) => [table.id, table]));
  const ground: Ground = { ...catalog, distribution, places, byId, touch: touchOf(catalog) };
  const settled = new Map(distribution.settled.map(({ object, instead }) => [object, instead]));
  const found = [...placeFindings(ground), ...tableFindings(ground), ...functionRule(ground)];
  const findings = found.map((finding): Judged => {
    const instead = finding.status === 'broken' ? settled.get(finding.object) : undefined;
    return instead === undefined ? finding : { ...finding, instead };
  });
  const broken = findings.filter(({ status, instead }) => status === 'broken' && instead === undefined);
  const used = new Set(findings.filter(({ instead }) => instead !== undefined).map(({ object }) => object));
  const idle = distribution.settled.filter(({ object }) => !used.has(object));
  return {
    ground,
    findings,
    deviations: [...broken.map(deviationOf), ...idle.map(({ object }) => idleDeviation(object))],
  };
}

function* tableFindings(ground: Ground): Iterable<Finding> {
  for (const table of ground.tables) {
    const place = ground.places.get(table.id);
    if (place) for (const rule of TABLE_RULES) yield* rule(table, place, ground);
  }
}

function* placeFindings({ tables, places, byId, distribution }: Ground): Iterable<Finding> {
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
      'nothing says where its rows are',
      'Put it in a group, among the reference tables or the local ones.',
    );
  for (const id of [...places.keys()].filter((name) => !byId.has(name)))
    yield broken(id, 'there is no such table', 'Take it out of the distribution, or correct its name.');
  for (const id of placedTwice(distribution)) yield broken(id, 'is placed twice', 'Leave one.');
}

const deviationOf = ({ rule, where, object, says, fix = '' }: Finding): Deviation => ({
  check: 'catalog',
  where: where === object ? where : `${where} · ${object}`,
  expected: `a ${rule} that Citus distributes, or what is done instead`,
  seen: says,
  fix,
});

const idleDeviation = (object: string): Deviation => ({
  check: 'catalog',
  where: object,
  expected: 'something that it settles',
  seen: 'nothing: it holds, or is not there',
  fix: 'Take it out of `distribution.settled`.',
});
