import type pg from 'pg';
import { isTable, type Relation } from '../catalog/relations.ts';
import type { DatabaseSchema } from '../catalog/schemas.ts';
import type { Sequence } from '../catalog/sequences.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { as, inWords, refusals, type ServerError, wasStopped } from './attempt.ts';
import { namesObject, namesSchema } from './classify.ts';
import type { Privilege, PrivilegeCell } from './model.ts';
import type { ReferableKey } from './referable-keys.ts';
import { become } from './statements.ts';

/** The objects whose privileges are tried: schemas, relations with keys that can be referenced, and sequences. */
export interface PrivilegeObjects {
  readonly schemas: readonly DatabaseSchema[];
  readonly relations: readonly Relation[];
  readonly keys: ReadonlyMap<string, ReferableKey>;
  readonly sequences: readonly Sequence[];
}

interface Trial {
  readonly object: string;
  readonly schema: string;
  readonly name: string;
  readonly privilege: Privilege;
  readonly statement: string;
  readonly before?: readonly string[];
}

/** The kinds of keys (see `kindOf`), and for each the table that refers to them. */
type Tables = ReadonlyMap<string, string>;

const SCRATCH = 'rolecall_scratch';

/**
 * Finds out by execution which roles may do what row level security does not govern: TRUNCATE, REFERENCES, TRIGGER and,
 * where the server has it, MAINTAIN on tables; CREATE on schemas; the privileges of sequences.
 */
export async function probePrivileges(
  client: pg.Client,
  objects: PrivilegeObjects,
  roles: readonly string[],
): Promise<PrivilegeCell[]> {
  const { rows } = await client.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  );
  const maintained = (rows[0]?.version ?? 0) >= 170_000;
  const cells: PrivilegeCell[] = [];
  const kinds = [...new Set([...objects.keys.values()].map(kindOf))];
  const tables = new Map(kinds.map((kind, index) => [kind, `${SCRATCH}.referring_${index + 1}`]));
  for (const role of roles) {
    const start = [...scratchFor(role, tables), ...become({ role, settings: {} })];
    const trials = trialsFor(role, objects, tables, maintained);
    cells.push(...(await as(client, start, () => tryAll(client, role, trials))));
  }
  return cells;
}

async function tryAll(client: pg.Client, role: string, trials: readonly Trial[]): Promise<PrivilegeCell[]> {
  // A schema that refuses a role refuses all that is in it: the first trial in each is asked alone.
  const firsts = [...Map.groupBy(trials, ({ schema }) => schema).values()].flatMap(([first]) => first ?? []);
  const answers = await refusals(
    client,
    firsts.map(({ statement }) => statement),
  );
  const closed = new Set(
    firsts
      .filter(({ schema }, index) => namesSchema(answers[index]?.message ?? '', schema))
      .map(({ schema }) => schema),
  );
  const asked = trials.filter(({ schema, privilege }) => privilege === 'CREATE' || !closed.has(schema));
  const errors = await refusals(
    client,
    asked.map(({ statement }) => statement),
  );
  const seen = new Map(asked.map((trial, index) => [trial, errors[index]]));
  return trials.map((trial) => {
    const { object, schema, name, privilege, statement, before = [] } = trial;
    const cell = { object, privilege, role, before, statement };
    if (!seen.has(trial)) return { ...cell, outcome: 'no grant' };
    const error = seen.get(trial);
    return { ...cell, outcome: outcomeOf(error, schema, name), ...(error ? { detail: inWords(error) } : {}) };
  });
}

/** A schema with a table of the role's own for each kind of key, from which it can try to refer to another's table. */
function scratchFor(role: string, tables: Tables): string[] {
  const name = quoteIdentifier(role);
  return [
    `create schema ${SCRATCH};`,
    `grant usage, create on schema ${SCRATCH} to ${name};`,
    ...[...tables].flatMap(([kind, table]) => [
      `create table ${table} (${kind});`,
      `alter table ${table} owner to ${name};`,
    ]),
  ];
}

/** The columns that refer to a key: "c1 uuid, c2 text". */
const kindOf = (key: ReferableKey): string => key.map(({ type }, index) => `c${index + 1} ${type}`).join(', ');

function trialsFor(role: string, objects: PrivilegeObjects, tables: Tables, maintained: boolean): Trial[] {
  return [
    ...objects.relations.flatMap((relation) => {
      const key = objects.keys.get(relation.id);
      const table = key && tables.get(kindOf(key));
      return [...ofRelation(relation, maintained), ...(key && table ? [reference(role, relation, key, table)] : [])];
    }),
    ...objects.sequences.flatMap(ofSequence),
    ...objects.schemas.map(({ name, sql }) => ({
      object: `schema ${name}`,
      schema: name,
      name,
      privilege: 'CREATE' as const,
      statement: `create table ${sql}.rolecall_probe ()`,
    })),
  ];
}

function ofRelation(relation: Relation, maintained: boolean): Trial[] {
  const { id: object, schema, name, sql, kind } = relation;
  const trial = (privilege: Privilege, statement: string): Trial => ({ object, schema, name, privilege, statement });
  const trials: Trial[] = [];
  if (isTable(relation) || kind === 'foreign table') trials.push(trial('TRUNCATE', `truncate ${sql}`));
  if (kind !== 'materialized view') {
    // A built-in function that every role may execute, so that only the privilege on the table decides.
    const harmless = 'pg_catalog.suppress_redundant_updates_trigger()';
    trials.push(
      trial(
        'TRIGGER',
        `create trigger rolecall_probe after update on ${sql} for each statement execute function ${harmless}`,
      ),
    );
  }
  // ANALYZE and VACUUM only warn where the privilege is missing; CLUSTER refuses, and with it finds no index to go by.
  if (maintained && (isTable(relation) || kind === 'materialized view'))
    trials.push(trial('MAINTAIN', `cluster ${sql}`));
  return trials;
}

/** Without a key nothing can refer to a table, and the privilege does nothing: such a table is not tried. */
function reference(role: string, { id: object, schema, name, sql }: Relation, key: ReferableKey, table: string): Trial {
  const own = key.map((_, index) => `c${index + 1}`).join(', ');
  const statement = `alter table ${table} add foreign key (${own}) references ${sql} (${key.map((column) => column.sql).join(', ')})`;
  const before = scratchFor(role, new Map([[kindOf(key), table]]));
  return { object, schema, name, privilege: 'REFERENCES', statement, before };
}

/** A rollback does not undo nextval(); a read-only transaction refuses it, but only after the privilege check. */
function ofSequence({ id, schema, name, sql }: Sequence): Trial[] {
  const object = `sequence ${id}`;
  const readOnly = 'set local transaction_read_only = on;';
  const quoted = quoteLiteral(sql);
  return [
    { object, schema, name, privilege: 'USAGE', statement: `${readOnly} select nextval(${quoted})` },
    { object, schema, name, privilege: 'SELECT', statement: `select last_value from ${sql}` },
    { object, schema, name, privilege: 'UPDATE', statement: `${readOnly} select setval(${quoted}, 1)` },
  ];
}

/** An error for any other reason comes after the privilege check: then the role has the privilege. */
function outcomeOf(error: ServerError | undefined, schema: string, name: string): PrivilegeCell['outcome'] {
  if (!error) return 'allowed';
  if (wasStopped(error)) return 'not evaluated';
  if (error.code !== '42501') return 'allowed';
  const { message = '' } = error;
  return namesObject(message, name) || namesSchema(message, schema) ? 'no grant' : 'not evaluated';
}
