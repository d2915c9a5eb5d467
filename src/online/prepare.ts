import type pg from 'pg';
import type { CommittedMigration } from '../migrations/committed.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { trackChanges } from './change-tracking.ts';
import { OnlineError } from './error.ts';
import { putOffIndexes } from './indexes.ts';
import { LOCK_TIMEOUT_MS, withLockTimeout } from './lock-timeout.ts';
import { asideSchema, preparedSchema, preparedTable, STATE_SCHEMA } from './names.ts';
import { createScopedViews } from './scoped-views.ts';
import { type MoveSections, withoutCarrying } from './sections.ts';
import type { OnlinePlan } from './settings.ts';
import { createState, mustBePreparedBy } from './state.ts';

/**
 * Creates everything that the migrations create, empty and invisible to the app, without a lock on any table that is in
 * use: in one transaction, the schemas are renamed, the migrations run without data, and the schemas that they created are
 * renamed to prepared_<schema>. No other session sees the names in between, and objects refer to each other by id.
 * Only the tables that the migrations refer to, such as auth.users, can't be written for that moment.
 *
 * Then the old tables get triggers that record what changes. After that no change is missed. A second run does nothing.
 * @throws OnlineError when the database was prepared by other migrations, or a schema belongs to another role
 */
export async function createPrepared(
  client: pg.Client,
  plan: OnlinePlan,
  migrations: readonly CommittedMigration[],
  sections: MoveSections,
): Promise<void> {
  const begun = await existing(client, [STATE_SCHEMA]);
  if (begun.length === 0)
    await withLockTimeout(client, LOCK_TIMEOUT_MS.prepare, () => runOutOfSight(client, plan, migrations, sections));
  await mustBePreparedBy(client, migrations);
  await trackChanges(client, plan);
}

async function runOutOfSight(
  client: pg.Client,
  plan: OnlinePlan,
  migrations: readonly CommittedMigration[],
  sections: MoveSections,
): Promise<void> {
  const [home] = plan.schemas;
  const homes = await homesOf(client, plan.extensions.names);
  const stay = mustStay(plan, homes);
  const moved = stay ? [] : homes.map(({ extension, schema }) => [extension, schema] as const);
  const schemas = plan.schemas.filter((schema) => !stay || schema !== plan.extensions.schema);
  const inUse = await existing(client, schemas);
  await mustOwn(client, inUse);
  const defaults = await globalDefaults(client);
  const comment = await commentOf(client, plan.extensions.schema);
  for (const schema of inUse) await rename(client, schema, asideSchema(schema));
  await client.query(`create schema ${quoteIdentifier(home)}`);
  for (const [extension] of moved) await moveExtension(client, extension, home);
  for (const migration of migrations) await client.query(withoutCarrying(migration, sections));
  await createState(client, migrations);
  await createScopedViews(client, plan);
  await client.query(`drop schema ${quoteIdentifier(plan.legacy)} cascade`);
  await dropForeignTriggers(client, plan);
  for (const [extension, schema] of moved)
    await moveExtension(client, extension, inUse.includes(schema) ? asideSchema(schema) : schema);
  if (stay) await restoreComment(client, plan.extensions.schema, comment);
  for (const schema of await existing(client, schemas)) {
    if (await isEmpty(client, schema)) await client.query(`drop schema ${quoteIdentifier(schema)}`);
    else await rename(client, schema, preparedSchema(schema));
  }
  for (const schema of inUse) await rename(client, asideSchema(schema), schema);
  await restoreDefaults(client, defaults);
  await disableTriggers(client, plan);
  await putOffIndexes(client, plan);
}

async function rename(client: pg.Client, schema: string, name: string): Promise<void> {
  await client.query(`alter schema ${quoteIdentifier(schema)} rename to ${quoteIdentifier(name)}`);
}

async function moveExtension(client: pg.Client, extension: string, schema: string): Promise<void> {
  await client.query(`alter extension ${quoteIdentifier(extension)} set schema ${quoteIdentifier(schema)}`);
}

async function existing(client: pg.Client, schemas: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select nspname::text as name from pg_namespace where nspname = any ($1)',
    [schemas],
  );
  return rows.map(({ name }) => name);
}

interface ExtensionHome {
  readonly extension: string;
  readonly schema: string;
  /** Whether this role can move it. */
  readonly ours: boolean;
  readonly owner: string;
}

async function homesOf(client: pg.Client, extensions: readonly string[]): Promise<ExtensionHome[]> {
  const { rows } = await client.query<ExtensionHome>(
    `select e.extname::text as extension, n.nspname::text as schema, e.extowner::regrole::text as owner,
            pg_has_role(e.extowner, 'usage') as ours
     from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = any ($1)`,
    [extensions],
  );
  return rows;
}

/**
 * Whether the extensions stay where they are while the migrations run: a host's administrator owns them, and they are in
 * the schema to which the migrations would move them.
 * @throws OnlineError when one is elsewhere, and can't be moved
 */
function mustStay({ extensions }: OnlinePlan, homes: readonly ExtensionHome[]): boolean {
  const { schema } = extensions;
  const others = homes.filter(({ ours }) => !ours);
  const astray = others.find((one) => one.schema !== schema);
  if (astray)
    throw new OnlineError(
      `The extension ${astray.extension} is in schema ${astray.schema}, belongs to ${astray.owner}, and can't be moved by this role, as prepare does. As its owner, run \`alter extension ${quoteIdentifier(astray.extension)} set schema ${quoteIdentifier(schema)}\`.`,
    );
  if (others.length === 0) return false;
  if (homes.every((one) => one.schema === schema)) return true;
  throw new OnlineError(
    `Some of the extensions ${extensions.names.join(', ')} are in schema ${schema} and belong to ${others[0]?.owner}: the others must be there too. Move them, and run it again.`,
  );
}

async function commentOf(client: pg.Client, schema: string): Promise<string | null> {
  const { rows } = await client.query<{ comment: string | null }>(
    "select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = $1",
    [schema],
  );
  return rows[0]?.comment ?? null;
}

/** The migrations say what a schema is for; until the switch it is as it was. */
async function restoreComment(client: pg.Client, schema: string, comment: string | null): Promise<void> {
  if ((await commentOf(client, schema)) === comment) return;
  const text = comment === null ? 'null' : quoteLiteral(comment);
  await client.query(`comment on schema ${quoteIdentifier(schema)} is ${text}`);
}

/** @throws OnlineError when some schema can't be renamed: on some servers the host's administrator owns that of extensions */
async function mustOwn(client: pg.Client, schemas: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string; owner: string; self: string }>(
    `select nspname::text as name, nspowner::regrole::text as owner, current_user::text as self from pg_namespace
     where nspname = any ($1) and not pg_has_role(nspowner, 'usage') order by 1`,
    [schemas],
  );
  const [first] = rows;
  if (first)
    throw new OnlineError(
      `${rows.map(({ name, owner }) => `Schema ${name} belongs to ${owner}`).join(', ')}, and ${first.self} can't rename it, as prepare does. Run it as a role that owns it, or migrate in a maintenance window.`,
    );
}

async function isEmpty(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_depend d join pg_namespace n on n.oid = d.refobjid
     where d.refclassid = 'pg_namespace'::regclass and n.nspname = $1 limit 1`,
    [schema],
  );
  return rows.length === 0;
}

/** Default privileges without a schema apply to the entire database; only the switch may change them. */
async function globalDefaults(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ type: string; acl: string }>(
    `select defaclobjtype::text as type, defaclacl::text as acl from pg_default_acl
     where defaclnamespace = 0 and defaclrole = current_user::regrole`,
  );
  return new Map(rows.map(({ type, acl }) => [type, acl]));
}

async function restoreDefaults(client: pg.Client, before: ReadonlyMap<string, string>): Promise<void> {
  const kinds = { f: ['execute', 'functions'], T: ['usage', 'types'] } as const;
  for (const [type, [privilege, objects]] of Object.entries(kinds)) {
    if (before.has(type) || !(await globalDefaults(client)).has(type)) continue;
    await client.query(`alter default privileges grant ${privilege} on ${objects} to public`);
  }
}

/** Triggers that the migrations create on tables of others would act already. The switch creates them again. */
async function dropForeignTriggers(client: pg.Client, { schemas }: OnlinePlan): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(
    `select format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass) as sql
     from pg_trigger t
     join pg_class c on c.oid = t.tgrelid
     join pg_namespace home on home.oid = c.relnamespace
     join pg_proc f on f.oid = t.tgfoid
     join pg_namespace called on called.oid = f.pronamespace
     where not t.tgisinternal and called.nspname = any ($1) and home.nspname <> all ($1)`,
    [schemas],
  );
  for (const { sql } of rows)
    await client.query(sql).catch((error: Error) => {
      throw new OnlineError(
        `Prepare creates triggers and drops them until the switch, and this role may not: \`${sql}\`: ${error.message}. Run it as a role that may, or migrate in a maintenance window.`,
        { cause: error },
      );
    });
}

/** Carrying a row is no change by the app: the new tables' own triggers stay disabled until the switch. */
async function disableTriggers(client: pg.Client, { targets }: OnlinePlan): Promise<void> {
  for (const { table } of targets) await client.query(`alter table ${preparedTable(table)} disable trigger user`);
}
