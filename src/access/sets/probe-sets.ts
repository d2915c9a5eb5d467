import type pg from 'pg';
import type { SchemaCatalog } from '../../catalog/catalog.ts';
import type { Policy } from '../../catalog/policies.ts';
import type { Relation } from '../../catalog/relations.ts';
import { type Table, tableOf } from '../../catalog/table.ts';
import type { AccessSpec, Persona } from '../model.ts';
import { bypassing } from '../reach/roles.ts';
import type { RelationPrivileges } from '../relation-privileges.ts';
import type { Rights } from '../rights.ts';
import type { ProbedRow } from '../seed.ts';
import { ALL_COLUMNS, intents } from '../spec.ts';
import type { Subject } from '../subject.ts';
import { type Caller, callersOf } from './callers.ts';
import { conditionsOf, type RowTruth } from './conditions.ts';
import { type CopyRules, dropRigidKeys } from './copies.ts';
import { compositesOf, type NodeCoverage, nodeCoverage } from './coverage.ts';
import { expectationsOf } from './expected.ts';
import { findGiveaways, findHoles, type Hole } from './holes.ts';
import { idsOf } from './ids.ts';
import { findForeignInserts } from './inserts.ts';
import { type Asked, type FailedQuestion, observe } from './observe.ts';
import { type AskedRow, changeInPlace, placeVariants, storedRows, tryAll, type Unplaced } from './rows.ts';
import { makeScratch } from './scratch.ts';
import { findTelling, type Telling } from './telling.ts';
import { checkedVariants, type Variant, variantsOf } from './variants.ts';

/** The findings from asking every caller about every row and its variants. */
export interface SetProbes {
  readonly holes: readonly TableHole[];
  /** Keys that tell callers of rows that they may not see. */
  readonly tellings: readonly Telling[];
  /** The nodes of policies' conditions, each with what it was for some row and caller. */
  readonly coverage: readonly NodeCoverage[];
  /** Of which callers and tables nobody knows what they see or reach, since the statement that asks failed. */
  readonly failed: readonly FailedSet[];
  /** How many answers the holes were looked for in: a caller, a row and a command each. */
  readonly asked: number;
}

export interface TableHole extends Hole {
  readonly table: string;
}

export interface FailedSet extends FailedQuestion {
  readonly table: string;
}

interface World {
  readonly catalog: SchemaCatalog;
  readonly personas: readonly Persona[];
  readonly callers: readonly Caller[];
  readonly ids: ReadonlyMap<string, readonly string[]>;
  readonly spec: AccessSpec;
}

/**
 * Asks every caller about sets of rows instead of one: for each table the world's rows and their variants, and for each
 * partition the rows in it. In the open transaction, in which the world is; what it does is undone.
 * @param personas all of them, whose rows these are, and those who are asked, with the automatic callers of their roles
 */
export async function probeSets(
  client: pg.Client,
  { catalog, relations: declared }: Pick<Subject, 'catalog' | 'relations'>,
  rows: readonly ProbedRow[],
  { personas, asked: asking }: { readonly personas: readonly Persona[]; readonly asked: readonly Persona[] },
  spec: AccessSpec,
  rights: Rights,
): Promise<SetProbes> {
  const relations = [...declared, ...partitionsOf(declared, catalog.relations)];
  const names = new Set(asking.map(({ name }) => name));
  const roles = new Set(asking.map(({ role }) => role));
  const callers = callersOf(personas, bypassing(catalog.roles)).filter(({ kind, name, role }) =>
    kind === 'persona' ? names.has(name) : roles.has(role),
  );
  const world: World = { catalog, personas, callers, ids: idsOf(personas), spec };
  const tables = relations.filter(({ kind }) => kind === 'table' || kind === 'partitioned table');
  await client.query('savepoint sets');
  await makeScratch(client);
  const holes: TableHole[] = [];
  const coverage: NodeCoverage[] = [];
  const tellings: Telling[] = [];
  const failed: FailedSet[] = [];
  let asked = 0;
  for (const relation of tables) {
    const home = homeOf(relation, relations);
    if (!(home.id in spec)) continue;
    const table = tableOf(catalog, relation);
    const own = rows.filter((row) => row.relation.id === home.id);
    const seen = await probeTable(client, world, table, own, (role) => rights(role).privileges(relation));
    holes.push(...seen.holes.map((hole) => ({ ...hole, table: relation.id })));
    coverage.push(...seen.coverage);
    failed.push(...seen.failed);
    tellings.push(...seen.tellings);
    asked += seen.asked;
  }
  await client.query('rollback to savepoint sets; release savepoint sets');
  return { holes, tellings, coverage, failed, asked };
}

/** The partitions of relations, and those of partitions, in whatever schema they are. */
function partitionsOf(relations: readonly Relation[], all: readonly Relation[]): Relation[] {
  const ids = new Set(relations.map(({ id }) => id));
  const own = all.filter(({ id, partitionOf }) => partitionOf !== null && ids.has(partitionOf) && !ids.has(id));
  return own.length === 0 ? [] : [...own, ...partitionsOf(own, all)];
}

/** The table that declares what may be done with the rows of a relation: of a partition, the one that is partitioned. */
function homeOf(relation: Relation, relations: readonly Relation[]): Relation {
  const parent = relations.find(({ id }) => id === relation.partitionOf);
  return parent ? homeOf(parent, relations) : relation;
}

async function probeTable(
  client: pg.Client,
  world: World,
  table: Table,
  own: readonly ProbedRow[],
  privileges: Asked['privileges'],
): Promise<Omit<SetProbes, 'holes'> & { readonly holes: readonly Hole[] }> {
  const { callers, personas, ids, spec } = world;
  const home = own[0]?.relation.id ?? table.id;
  // A policy of a table on which no caller has a privilege decides nothing.
  const open = callers.flatMap(({ role }, place) => (isOpen(privileges(role)) ? [place] : []));
  if (open.length === 0) return { holes: [], tellings: [], coverage: [], failed: [], asked: 0 };
  const conditions = conditionsOf(table, (policy) => placesFor(policy, world));
  const asked: Asked = { table, callers, privileges, conditions };
  const itself = await storedRows(client, table, own);
  const expected = expectationsOf(intents({ [home]: spec[home] ?? {} }), itself, personas, ids);
  const owners = new Set(itself.flatMap(({ row }) => [...expected.ownersIn(row).keys()]));
  const variants = variantsOf({ table, ids: [...new Set([...ids.values()].flat())], owners });
  let number = 0;
  const next = (): number => ++number;

  const holes: Hole[] = [];
  const failed: FailedSet[] = [];
  const truths: RowTruth[][] = conditions.map(() => []);
  let answers = 0;
  const look = async (rows: readonly AskedRow[]): Promise<void> => {
    const seen = await observe(client, asked, rows);
    holes.push(...(await findHoles(client, asked, rows, seen, expected)));
    failed.push(...seen.failed.map((one) => ({ ...one, table: table.id })));
    answers += seen.asked;
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const [index, found] of seen.truths.entries())
      for (const { row: id, ...truth } of found) {
        const row = byId.get(id);
        if (row) truths[index]?.push({ ...truth, row });
      }
  };
  const undone = async <T>(use: () => Promise<T>): Promise<T> => {
    await client.query('savepoint rows');
    const result = await use();
    await client.query('rollback to savepoint rows; release savepoint rows');
    return result;
  };
  /** Looks at the copies that can be there together, and gives the variants whose copies cannot. */
  const lookAtCopies = async (
    wanted: (row: AskedRow) => readonly Variant[],
    base: readonly AskedRow[],
    rules: CopyRules,
  ): Promise<Unplaced[]> => {
    await tryAll(client, dropRigidKeys(table, rules));
    const rows = [...base];
    const unplaced: Unplaced[] = [];
    for (const row of itself) {
      const copies = await placeVariants(client, table, row, wanted(row), rules, next);
      rows.push(...copies.placed);
      unplaced.push(...copies.unplaced);
    }
    if (rows.length > 0) await look(rows);
    return unplaced;
  };
  const lookAt = async (wanted: (row: AskedRow) => readonly Variant[], base: readonly AskedRow[]): Promise<void> => {
    let unplaced = await undone(async () => {
      const left = await lookAtCopies(wanted, base, { owners, ownValues: true });
      const made = checkedVariants(table, itself.flatMap(wanted), owners);
      holes.push(
        ...(await findGiveaways(client, asked, itself, made, expected, ids, namesColumn(home, spec))),
        ...(await findForeignInserts(client, asked, own, itself, made, expected, ids)),
      );
      return left;
    });
    // What was in the way may have been the copy of another variant, or a value of the copy's own.
    for (let before = Number.POSITIVE_INFINITY; unplaced.length > 0 && unplaced.length < before; ) {
      before = unplaced.length;
      const left = Map.groupBy(unplaced, ({ of }) => of.id);
      const wantedOf = ({ id }: AskedRow) => left.get(id)?.map(({ variant }) => variant) ?? [];
      unplaced = await undone(() => lookAtCopies(wantedOf, [], { owners, ownValues: false }));
    }
    for (const one of unplaced)
      await undone(async () => {
        const changed = await changeInPlace(client, table, one);
        if (changed) await look([changed]);
      });
  };

  // While the keys of the table are still there.
  const tellings = await undone(() => findTelling(client, asked, own, itself, expected, ids));
  await lookAt(() => variants, itself);
  const composites = compositesOf(conditions, truths);
  if (composites.size > 0) await lookAt((row) => composites.get(row.row) ?? [], []);
  return { holes: withoutTwins(holes), tellings, coverage: nodeCoverage(conditions, truths), failed, asked: answers };
}

const isOpen = ({ usage, select, insert, update, delete: removes }: RelationPrivileges): boolean =>
  usage && (select.length > 0 || removes || insert.length > 0 || update.length > 0);

/** The places of the callers whom a policy concerns: those whose role it names, or who are members of one that it names. */
function placesFor({ roles }: Policy, { callers, catalog }: World): number[] {
  const names = new Set(roles.map(({ name }) => name));
  const isFor = (role: string, visited = new Set<string>()): boolean => {
    if (names.has('public') || names.has(role)) return true;
    visited.add(role);
    return catalog.memberships.some(
      ({ member, role: group, inherit }) => member === role && inherit && !visited.has(group) && isFor(group, visited),
    );
  };
  return callers.flatMap(({ role }, place) => (isFor(role) ? [place] : []));
}

/** Whether the spec names a column among those that a persona may update: then giving the row away is meant. */
function namesColumn(table: string, spec: AccessSpec): (caller: Caller, row: AskedRow, column: string) => boolean {
  const lines = intents({ [table]: spec[table] ?? {} });
  return (caller, { row }, column) => {
    const columns = lines.find((line) => line.row === row && line.persona === caller.name)?.commands.get('update');
    return columns === undefined || (columns !== ALL_COLUMNS && columns.includes(column));
  };
}

/**
 * A hole is not told again for rows that differ in more than it needs: what the world's row has, each of its variants has, and
 * what one change opens, that change opens together with others.
 */
function withoutTwins(holes: readonly Hole[]): Hole[] {
  const groups = Map.groupBy(holes, ({ caller, command, row }) => [caller.name, command, row.row].join('\n'));
  const changesOf = ({ row }: Hole): [string, string][] => Object.entries(row.variant?.changes ?? {});
  return [...groups.values()].flatMap((own) =>
    own.filter((hole) => {
      const changes = new Map(changesOf(hole));
      return !own.some((other) => {
        const fewer = changesOf(other);
        return fewer.length < changes.size && fewer.every(([column, value]) => changes.get(column) === value);
      });
    }),
  );
}
