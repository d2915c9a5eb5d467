import type pg from 'pg';
import type { SchemaCatalog } from '../catalog/catalog.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import { readRows } from '../catalog/scope.ts';
import { loadParser, referencesOfRoutine } from '../sql/references.ts';
import { unqualifiedNames } from './unqualified-names.ts';

/** A relation or function whose behaviour depends on something that a mutant concerns. */
export interface Affected {
  readonly kind: 'relation' | 'function';
  /** The id of a relation, the signature of a function. */
  readonly id: string;
  /** How many dependencies lie between; 0 for what the mutant itself names. */
  readonly distance: number;
}

/** Gives what a mutant affects, of what it concerns: the first of that is what is changed. The nearest come first. */
export type Dependents = (concerns: readonly string[]) => readonly Affected[];

type Dependent = Omit<Affected, 'distance'>;

/** An object and something that it depends on: relations as SQL writes them, functions as regprocedure does. */
interface DependencyEdge {
  readonly kind: 'relation' | 'function';
  readonly dependent: string;
  readonly onKind: 'relation' | 'function';
  readonly on: string;
}

// A table depends on what its policies, triggers, defaults and checks name; a view on what it reads. A foreign key
// makes no dependency: the server looks into the other table with its owner's rights.
const EDGES = `
  with named as (
    select case d.classid when 'pg_proc'::regclass then 'function' else 'relation' end as kind,
           case d.classid
             when 'pg_proc'::regclass then d.objid
             when 'pg_rewrite'::regclass then (select r.ev_class from pg_rewrite r where r.oid = d.objid)
             when 'pg_policy'::regclass then (select p.polrelid from pg_policy p where p.oid = d.objid)
             when 'pg_trigger'::regclass then (select t.tgrelid from pg_trigger t where t.oid = d.objid and not t.tgisinternal)
             when 'pg_attrdef'::regclass then (select a.adrelid from pg_attrdef a where a.oid = d.objid)
             when 'pg_constraint'::regclass then (select c.conrelid from pg_constraint c where c.oid = d.objid and c.contype = 'c')
           end as dependent,
           case d.refclassid when 'pg_proc'::regclass then 'function' else 'relation' end as on_kind, d.refobjid as referenced
      from pg_depend d
     where d.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass) and d.deptype in ('n', 'a')
       and d.refobjid >= 16384
  )
  select distinct kind, case kind when 'function' then dependent::regprocedure::text else dependent::regclass::text end as dependent,
         on_kind as "onKind", case on_kind when 'function' then referenced::regprocedure::text else referenced::regclass::text end as "on"
    from named where dependent > 0 and dependent <> referenced`;

/**
 * Reads which relations and functions depend on which: by pg_depend, and by the names in the bodies of functions, of
 * which pg_depend knows nothing.
 * @param catalog of every schema whose objects count
 */
export async function readDependents(
  client: pg.Client,
  { relations, functions }: Pick<SchemaCatalog, 'relations' | 'functions'>,
): Promise<Dependents> {
  const relationBySql = new Map(relations.map((relation) => [relation.sql, relation.id]));
  const functionByIdentity = new Map(functions.map(({ identity, signature }) => [identity, signature]));
  const idOf = (kind: Dependent['kind'], sql: string): string | undefined =>
    kind === 'relation' ? relationBySql.get(sql) : functionByIdentity.get(sql);
  const dependents = new Map<string, Dependent[]>();
  const add = (on: string, node: Dependent): void => {
    if (on === node.id) return;
    const known = dependents.get(on);
    if (known) known.push(node);
    else dependents.set(on, [node]);
  };
  for (const { kind, dependent, onKind, on } of await readRows<DependencyEdge>(client, EDGES)) {
    const [id, needed] = [idOf(kind, dependent), idOf(onKind, on)];
    if (id && needed) add(needed, { kind, id });
  }
  await loadParser();
  const named = byName([...relations.map(({ id }) => id)], functions);
  for (const routine of functions)
    for (const on of named(routine)) add(on, { kind: 'function', id: routine.signature });

  const all: readonly Dependent[] = [
    ...relations.map(({ id }): Dependent => ({ kind: 'relation', id })),
    ...functions.map(({ signature }): Dependent => ({ kind: 'function', id: signature })),
  ];
  return (concerns) => reached(concerns, all, dependents);
}

/** The ids of what the body of a function names. */
function byName(
  relations: readonly string[],
  functions: readonly DatabaseFunction[],
): (routine: DatabaseFunction) => readonly string[] {
  const signatures = Map.groupBy(functions, ({ schema, name }) => `${schema}.${name}`);
  const ids = new Set(relations);
  const schemas = [...new Set([...relations.map((id) => id.split('.')[0] ?? ''), ...functions.map((f) => f.schema)])];
  return (routine) => {
    const qualified = referencesOfRoutine(routine);
    const bare = unqualifiedNames(routine.source);
    const within = schemas.filter((schema) => mayBeSearched(routine, schema));
    const qualify = (names: ReadonlySet<string>): string[] =>
      [...names].flatMap((name) => within.map((schema) => `${schema}.${name}`));
    return [
      ...[...qualified.relations, ...qualify(bare)].filter((id) => ids.has(id)),
      ...[...qualified.functions, ...qualify(bare)].flatMap((name) =>
        (signatures.get(name) ?? []).map(({ signature }) => signature),
      ),
    ];
  };
}

/** Whether a function may look for a name without a schema there: anywhere, unless it sets its own search path. */
function mayBeSearched({ settings }: DatabaseFunction, schema: string): boolean {
  const path = settings.find((setting) => setting.startsWith('search_path='));
  return path === undefined || path.includes(schema);
}

/** @param concerns the first of which is what is changed, and the others what may depend on it */
function reached(
  concerns: readonly string[],
  all: readonly Dependent[],
  dependents: ReadonlyMap<string, readonly Dependent[]>,
): Affected[] {
  const byId = new Map(all.map((node) => [node.id, node]));
  const [first, ...others] = concerns.flatMap((id) => byId.get(id) ?? []);
  // What is changed is no relation and no function: a schema or a role is behind everything.
  if (!first) return all.map((node) => ({ ...node, distance: 1 }));
  const found = new Map<string, Affected>();
  let distance = 0;
  for (let next: readonly Dependent[] = [first]; next.length > 0; distance++) {
    const fresh = next.filter(({ id }) => !found.has(id));
    for (const node of fresh) found.set(node.id, { ...node, distance });
    next = fresh.flatMap(({ id }) => dependents.get(id) ?? []);
  }
  for (const node of others) if (!found.has(node.id)) found.set(node.id, { ...node, distance });
  return [...found.values()];
}
