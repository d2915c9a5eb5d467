import type { Random } from '../../../../spec/legacy/random.ts';
import { people } from '../../../../spec/people.ts';
import type { Relation } from '../../../../src/catalog/relations.ts';
import type { Callable, Parameter } from '../../../../src/functions/parameters.ts';
import { type Source, sourcesOf } from '../../../../src/functions/sources.ts';
import { quoteIdentifier, quoteLiteral } from '../../../../src/sql/quote.ts';
import type { RowTexts, Supply } from './supply.ts';
import { chunksOf, drawnValue } from './values.ts';

/** Who runs a statement: a role of the API with the id of whoever is signed in, or the operator. */
export interface Caller {
  readonly name: string;
  readonly role: string | null;
  readonly id?: string;
}

/** One statement of one caller. */
export interface Step {
  readonly caller: Caller;
  readonly sql: string;
}

/** Draws the statements of a run. */
export interface Steps {
  draw(random: Random): Step;
}

/**
 * The tables and columns that are not written directly, since that may break an invariant and is meant to: whoever has the
 * service key may write what its functions keep (docs/threat-model.md).
 */
const TRUSTED: Readonly<Record<string, readonly string[]>> = {
  service_role: [
    'public.user_usage',
    'public.usage_daily',
    'public.user_roles',
    'public.request_idempotency',
    'public.operation_locks',
    'public.public_chat_limits',
    'legacy_api.user_usage',
    'legacy_api.public_chat_limits',
    'public.chat_sessions.last_message_at',
  ],
};

/** Of fewer rows, none is deleted or changed: more are inserted. */
const SCARCE = 25;

const GROWS = [
  'channels',
  'videos',
  'transcripts',
  'transcript_chunks',
  'user_creators',
  'chat_sessions',
  'chat_messages',
  'saved_answers',
  'voice_conversations',
].map((name) => `public.${name}`);

const OWN_ID = ['user_id', 'id', 'added_by'];

/** @param extra further users beyond those of the world, by their ids */
export function stepsOf(supply: Supply, extra: readonly string[]): Steps {
  const callers: readonly Caller[] = [
    { name: 'anon', role: 'anon' },
    { name: 'service', role: 'service_role' },
    ...Object.entries(people).map(([name, id]) => ({ name, role: 'authenticated', id })),
    ...extra.map((id, place) => ({ name: `user ${place + 1}`, role: 'authenticated', id })),
  ];
  const callable = new Map(
    ['anon', 'authenticated', 'service_role'].map((role) => [
      role,
      supply.callables.filter(({ function: { identity } }) => supply.mayExecute(role, identity)),
    ]),
  );
  /** The views that have a column of a name. */
  const named = Map.groupBy(
    supply.tables.flatMap(({ id, kind, columns }) =>
      kind === 'view' ? columns.map(({ name }) => ({ id, name })) : [],
    ),
    ({ name }) => name,
  );
  const sources = new Map<Parameter, readonly Source[]>();

  return {
    draw(random) {
      if (random.chance(0.02)) return { caller: { name: 'operator', role: null }, sql: operatorsStatement(random) };
      if (random.chance(0.25)) {
        const sql = growth(random);
        if (sql) return sql;
      }
      const caller = random.pick(callers);
      const role = caller.role ?? '';
      const functions = callable.get(role) ?? [];
      if (functions.length > 0 && random.chance(0.5))
        return { caller, sql: call(random.pick(functions), caller, random) };
      for (let tries = 0; tries < 50; tries++) {
        const sql = write(random.pick(supply.tables), caller, random);
        if (sql) return { caller, sql };
      }
      return { caller, sql: 'select 1' };
    },
  };

  /** A row of a table that has few, by somebody who may well insert it: what is deleted is not all that happens. */
  function growth(random: Random): Step | undefined {
    const scarce = supply.tables.filter(({ id }) => GROWS.includes(id) && supply.rowsOf(id).length < SCARCE);
    if (scarce.length === 0) return undefined;
    const table = random.pick(scarce);
    const isOwned = table.columns.some(({ name }) => name === 'user_id');
    const caller = random.pick(callers.filter(({ role }) => role === (isOwned ? 'authenticated' : 'service_role')));
    return { caller, sql: insert(table, supply.writable(caller.role ?? '', table, 'insert'), caller, random) };
  }

  /** Accounts come and go, plans change, and an admin is there again. */
  function operatorsStatement(random: Random): string {
    const all = [...Object.values(people), ...extra];
    switch (random.between(0, 9)) {
      case 0:
        return `delete from auth.users where id = ${quoteLiteral(random.pick(extra))}`;
      case 1:
      case 2:
      case 3:
        return `insert into auth.users (id, email) values (${quoteLiteral(random.pick(extra))}, '${random.between(0, 9)}@example.com') on conflict do nothing`;
      case 4:
      case 5:
      case 6:
        return `update public.user_usage set plan_id = (select id from public.plans where code = '${random.pick(['free', 'pro'])}'), plan_expires_at = ${random.pick(['null', "now() + '1 hour'", "greatest(plan_started_at, now()) + '1 second'"])} where user_id = ${quoteLiteral(random.pick(all))}`;
      default:
        return `insert into public.user_roles (user_id, role) values (${quoteLiteral(people.admin)}, 'admin') on conflict do nothing`;
    }
  }

  function call({ function: called, parameters, defaults }: Callable, caller: Caller, random: Random): string {
    const given = parameters.length - (random.chance(0.5) ? random.between(0, defaults) : 0);
    const values = parameters.slice(0, given).map((parameter) => {
      const text = argumentOf(parameter, called.name, caller, random);
      return text === null ? `null::${parameter.type}` : `${quoteLiteral(text)}::${parameter.type}`;
    });
    return `select * from ${called.sql}(${values.join(', ')})`;
  }

  function argumentOf(parameter: Parameter, of: string, caller: Caller, random: Random): string | null {
    if (random.chance(0.04)) return null;
    const { name, type, labels } = parameter;
    if (name === 'p_chunks' && random.chance(0.9)) return chunksOf(random);
    if (/user_id/.test(name) && caller.id !== undefined && random.chance(0.6)) return caller.id;
    let from = sources.get(parameter);
    if (!from) {
      from = sourcesOf(parameter, supply.tables, supply.foreignKeys, ({ name: table }) =>
        of.includes(table.replace(/s$/, '')),
      );
      sources.set(parameter, from);
    }
    // An id that nothing is named after, such as of a request, may be of any table.
    const drawn =
      from.length > 0 && random.chance(0.85) ? drawFrom(random.pick(from.slice(0, 3)), caller, random) : undefined;
    if (drawn !== undefined) return drawn;
    const element = type.endsWith('[]') ? drawnValue({ type: type.slice(0, -2), labels }, random) : undefined;
    return (element === undefined ? undefined : `{${element}}`) ?? drawnValue({ type, labels }, random) ?? null;
  }

  function drawFrom({ table, column }: Source, caller: Caller, random: Random): string | undefined {
    return pickRow(table.id, caller, random)?.[column.name] ?? undefined;
  }

  /** A row of a table, mostly the caller's own where they have any, that has these values. */
  function pickRow(table: string, caller: Caller, random: Random, having: RowTexts = {}): RowTexts | undefined {
    const fitting = supply
      .rowsOf(table)
      .filter((row) => Object.entries(having).every(([name, text]) => row[name] === text));
    const own = fitting.filter((row) => caller.id !== undefined && OWN_ID.some((name) => row[name] === caller.id));
    const from = own.length > 0 && random.chance(0.8) ? own : fitting;
    return from.length > 0 ? random.pick(from) : undefined;
  }

  function write(table: Relation, caller: Caller, random: Random): string | undefined {
    const role = caller.role ?? '';
    if (TRUSTED[role]?.includes(table.id)) return undefined;
    const isScarce = supply.rowsOf(table.id).length < SCARCE;
    const command = isScarce ? 'insert' : random.chance(0.12) ? 'delete' : random.pick(['insert', 'update'] as const);
    const columns = new Set(
      [...supply.writable(role, table, command)].filter((name) => !TRUSTED[role]?.includes(`${table.id}.${name}`)),
    );
    if (columns.size === 0) return undefined;
    if (command === 'insert') return insert(table, columns, caller, random);
    const row = pickRow(table.id, caller, random);
    const key = table.primaryKey[0] ?? 'id';
    const id = row?.[key];
    if (id === undefined || id === null) return undefined;
    const where = `where ${quoteIdentifier(key)} = ${quoteLiteral(id)}`;
    if (command === 'delete') return `delete from ${table.sql} ${where}`;
    const changed = some([...columns], random);
    const values = valuesFor(table, changed, caller, random);
    const settings = Object.entries(values).map(([name, text]) => `${quoteIdentifier(name)} = ${literal(text)}`);
    return settings.length > 0 ? `update ${table.sql} set ${settings.join(', ')} ${where}` : undefined;
  }

  function insert(table: Relation, columns: ReadonlySet<string>, caller: Caller, random: Random): string {
    const needed = table.columns.filter(
      ({ name, notNull, hasDefault, generated, identity }) =>
        columns.has(name) &&
        !generated &&
        identity === null &&
        ((notNull && !hasDefault) || random.chance(table.kind === 'view' ? 0.6 : 0.25)),
    );
    const values = valuesFor(
      table,
      needed.map(({ name }) => name),
      caller,
      random,
    );
    const names = Object.keys(values);
    if (names.length === 0) return `insert into ${table.sql} default values`;
    return `insert into ${table.sql} (${names.map(quoteIdentifier).join(', ')}) values (${Object.values(values).map(literal).join(', ')})`;
  }

  /** Values that foreign keys can hold, as far as there are rows for them, and others by their types. */
  function valuesFor(
    table: Relation,
    names: readonly string[],
    caller: Caller,
    random: Random,
  ): Record<string, string | null> {
    const values: Record<string, string | null> = {};
    if (names.includes('user_id') && caller.id !== undefined && random.chance(0.9)) values.user_id = caller.id;
    const keys = supply.foreignKeys
      .filter((key) => key.table === table.id && key.columns.some((name) => names.includes(name)))
      .toSorted((one, other) => other.columns.length - one.columns.length);
    for (const { columns, referenced, referencedColumns } of keys) {
      const having = Object.fromEntries(
        columns.flatMap((name, at) => (name in values ? [[referencedColumns[at] ?? '', values[name] ?? null]] : [])),
      );
      const row = pickRow(referenced, caller, random, having);
      for (const [at, name] of columns.entries())
        if (!(name in values) && names.includes(name)) values[name] = row?.[referencedColumns[at] ?? ''] ?? null;
    }
    for (const name of names) {
      const column = table.columns.find((one) => one.name === name);
      if (name in values || !column) continue;
      // Now and then a value that another row has: keys meet then. Of a view, whose columns have no keys and no enums, mostly.
      const alike = table.kind === 'view' ? random.pick(named.get(name) ?? [table]).id : table.id;
      const other = random.chance(table.kind === 'view' ? 0.8 : 0.15)
        ? pickRow(alike, caller, random)?.[name]
        : undefined;
      const text = other ?? drawnValue({ type: column.typeName, labels: column.labels }, random);
      values[name] = column.typeName === 'uuid' && other === undefined ? crypto.randomUUID() : (text ?? null);
      if (!column.notNull && random.chance(0.04)) values[name] = null;
    }
    return values;
  }
}

const literal = (text: string | null): string => (text === null ? 'null' : quoteLiteral(text));

function some<T>(all: readonly T[], random: Random): T[] {
  const count = random.between(1, Math.min(3, all.length));
  return Array.from({ length: count }, () => random.pick(all));
}
