import type pg from 'pg';
import { relationNamed } from '../access/answer/names.ts';
import { AccessError } from '../access/error.ts';
import type { Persona, WorldRow } from '../access/model.ts';
import { type Probes, probeSeeded } from '../access/probe.ts';
import { withWorld } from '../access/seeded.ts';
import type { AccessSettings } from '../access/settings.ts';
import { byFunction } from '../access/signatures.ts';
import { become } from '../access/statements.ts';
import { readSubject, type Subject } from '../access/subject.ts';
import type { Column } from '../catalog/columns.ts';
import { isTable, type Relation } from '../catalog/relations.ts';
import type { Sizes } from '../plans/settings.ts';
import { accessLine } from './access-line.ts';
import { suggestFunction } from './function-line.ts';
import type { Declaration, DeclaredKey, Suggestion } from './model.ts';
import { type People, peopleOf } from './people.ts';
import { type NewTable, type SuggestedRow, suggestRow } from './row.ts';
import { suggestSize } from './size.ts';
import { suggestViewRow } from './view-row.ts';

/** The declarations that exist, with relations by their ids. */
export interface DeclaredSoFar extends Pick<AccessSettings, 'proven' | 'access' | 'functions' | 'calls' | 'world'> {
  readonly api: readonly string[];
  readonly personas: readonly Persona[];
  /** The sizes of tables, and the schemas whose tables need one; undefined where no queries are planned. */
  readonly queries: { readonly sizes: Sizes; readonly schemas: readonly string[] } | undefined;
}

/**
 * The declarations that a relation or function needs, as the database is now: who may do what with it by probes, its row for
 * the world by its catalogs, and a guess at its size. Everything runs in transactions that are rolled back.
 * @param name of a relation, or of a function, with its types where several have that name
 * @throws AccessError when there is no such relation or function
 */
export async function suggest(client: pg.Client, declared: DeclaredSoFar, name: string): Promise<Suggestion> {
  const subject = await readSubject(client, declared.proven, declared.world);
  const functions = functionsNamed(name, subject);
  if (functions.length > 1)
    throw new AccessError(
      `${JSON.stringify(name)} names ${functions.length} functions: ${functions.map(({ signature }) => signature).join(', ')}. Write the types too.`,
    );
  const [called] = functions;
  if (called) return suggestForFunction(client, declared, subject, called);
  return suggestForRelation(client, declared, subject, relationNamed(name, subject.relations, declared.api));
}

function functionsNamed(name: string, { functions, relations }: Subject): Subject['functions'] {
  if (relations.some(({ id }) => id === name)) return [];
  const tight = name.replaceAll(' ', '');
  return functions.filter(
    (each) => `${each.schema}.${each.name}` === name || each.signature.replaceAll(' ', '') === tight,
  );
}

async function suggestForFunction(
  client: pg.Client,
  declared: DeclaredSoFar,
  subject: Subject,
  called: Subject['functions'][number],
): Promise<Suggestion> {
  const { personas, world, calls = {} } = declared;
  const isIn = (lines: Readonly<Record<string, unknown>>): boolean =>
    byFunction(lines, subject.functions).some((line) => line.function?.signature === called.signature);
  if (called.trigger) {
    const hints = ['It is a trigger function: it needs no line, and nobody may execute it.'];
    return { object: called.signature, declarations: [], open: [], hints, declared: [] };
  }
  if (isIn(declared.functions))
    return { object: called.signature, declarations: [], open: [], hints: [], declared: ['functions'] };
  const scope = { relations: new Set<string>(), functions: new Set([called.signature]), objects: false };
  const probes = await withWorld(client, subject, world, (seeded) =>
    probeSeeded(client, subject, seeded, personas, declared, scope),
  );
  return suggestFunction(called, subject.functions, probes.functions, personas, isIn(calls));
}

async function suggestForRelation(
  client: pg.Client,
  declared: DeclaredSoFar,
  subject: Subject,
  relation: Relation,
): Promise<Suggestion> {
  const own = declared.world.filter(({ table, row }) => table === relation.id && row !== undefined);
  const needsSize = isTable(relation) && declared.queries?.schemas.includes(relation.schema) === true;
  const already: DeclaredKey[] = [
    ...(relation.id in declared.access ? (['access'] as const) : []),
    ...(own.length > 0 ? (['world'] as const) : []),
    ...(needsSize && relation.id in (declared.queries?.sizes ?? {}) ? (['queries.sizes'] as const) : []),
  ];
  const declarations: Declaration[] = [];
  const open: string[] = [];
  if (!already.includes('access') || !already.includes('world')) {
    const people = peopleOf(declared.personas);
    const first = own.length > 0 ? undefined : await rowOf(client, declared, subject, relation, people, new Map());
    const seen = await probed(client, declared, subject, relation, first);
    const updatable = rolesByColumn(seen);
    // Which columns roles may write is known by now: the update is to try one of them.
    const row =
      first && isTable(relation) ? await rowOf(client, declared, subject, relation, people, updatable) : first;
    const probes =
      JSON.stringify(row) === JSON.stringify(first) ? seen : await probed(client, declared, subject, relation, row);
    const refused = probes.missing.find((missing) => missing.table === relation.id);
    open.push(...(row?.open ?? []));
    if (refused) open.push(`The server refuses the row of the world: ${refused.reason}. Correct it.`);
    if (!row && own.length === 0) open.push('There is no row of it to ask about: the world needs rows that it shows.');
    if (!already.includes('access')) {
      const classes = own.length > 0 ? own.flatMap((each) => each.row ?? []) : [row?.row.row ?? 'any'];
      const lines = classes.map((name) => {
        const cells = probes.cells.filter((cell) => cell.table === relation.id && (cell.row === name || !row));
        const line = accessLine(cells, probes.columns, declared.personas);
        open.push(...line.open);
        return [name, line.letters] as const;
      });
      declarations.push({ key: 'access', name: relation.id, value: Object.fromEntries(lines) });
    }
    if (row && !already.includes('world'))
      declarations.push({ key: 'world', value: classOf(row.row, declared, relation) });
  }
  if (needsSize && declared.queries && !already.includes('queries.sizes'))
    declarations.push({
      key: 'queries.sizes',
      name: relation.id,
      value: suggestSize(subject.catalog, relation, declared.queries.sizes),
    });
  return { object: relation.id, declarations, open, hints: [], declared: already };
}

/** A table that has a line in the access spec names its classes there: the row is of the first of them. */
function classOf(row: WorldRow, { access }: DeclaredSoFar, { id }: Relation): WorldRow {
  const [first] = Object.keys(access[id] ?? {});
  return first === undefined ? row : { ...row, row: first };
}

async function probed(
  client: pg.Client,
  declared: DeclaredSoFar,
  subject: Subject,
  relation: Relation,
  row: SuggestedRow | undefined,
): Promise<Probes> {
  const world = row ? [...declared.world, row.row] : declared.world;
  const scope = { relations: new Set([relation.id]), functions: new Set<string>(), objects: false };
  return withWorld(client, subject, world, (seeded) =>
    probeSeeded(client, subject, seeded, declared.personas, declared, scope),
  );
}

function rolesByColumn({ columns }: Probes): Map<string, number> {
  const updatable = new Map<string, number>();
  for (const { command, granted } of columns)
    if (command === 'update') for (const name of granted) updatable.set(name, (updatable.get(name) ?? 0) + 1);
  return updatable;
}

async function rowOf(
  client: pg.Client,
  { world, personas }: DeclaredSoFar,
  subject: Subject,
  relation: Relation,
  people: People,
  updatable: ReadonlyMap<string, number>,
): Promise<SuggestedRow | undefined> {
  if (!isTable(relation))
    return withWorld(client, subject, world, () => suggestViewRow(client, relation, world, people));
  const foreignKeys = subject.catalog.constraints.filter(
    (each) => each.kind === 'foreign key' && each.table === relation.id,
  );
  const table: NewTable = {
    relation,
    foreignKeys: foreignKeys.filter((each) => each.kind === 'foreign key'),
    indexes: subject.catalog.indexes.filter((each) => each.table === relation.id),
    ownedByDefault: await ownedByDefault(client, relation, people, personas),
  };
  return suggestRow(table, world, people, updatable);
}

/** Others' defaults are not run: a sequence would keep the value that it gave. */
const mayBeId = (column: Column): boolean =>
  column.default !== null && !column.generated && (column.type === 'uuid' || column.isText);

/** Columns whose default, asked as the first persona who has an id, is that id. */
async function ownedByDefault(
  client: pg.Client,
  relation: Relation,
  people: People,
  personas: readonly Persona[],
): Promise<string[]> {
  const [first] = people;
  const persona = personas.find(({ name }) => name === first?.[1]);
  if (!first || !persona) return [];
  const owned: string[] = [];
  for (const column of relation.columns.filter(mayBeId)) {
    await client.query('begin');
    const asked = await client
      .query<{ value: string | null }>(`${become(persona).join(' ')} select (${column.default})::text as value`)
      .catch(() => undefined);
    await client.query('rollback');
    const results = (asked ? [asked].flat() : []) as unknown as pg.QueryResult<{ value: string | null }>[];
    if (results.at(-1)?.rows[0]?.value === first[0]) owned.push(column.name);
  }
  return owned;
}
