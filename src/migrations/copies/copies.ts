import { createHash } from 'node:crypto';
import { withClient } from '../../database/connect.ts';
import { type ConnectionStrings, databaseOf } from '../../database/urls.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { readMigrationSettings } from '../graphile-migrate.ts';
import { type CopyInputs, readCopyInputs } from './inputs.ts';
import { printOf } from './print.ts';
import { readServerFacts } from './server.ts';

/**
 * A database with what the committed migrations make of an empty one, kept for the next commit. Its name has the digest of what
 * it was made from (the key), and of what it holds (the print): `<shadow>_committed_<key>_<print>`. Nobody may connect to it.
 */
export interface KeptCopy {
  readonly name: string;
  readonly key: string;
  readonly print: string;
}

const DIGITS = 10;
/** PostgreSQL cuts off longer names. */
const LONGEST_NAME = 63;

const prefixOf = ({ shadow }: ConnectionStrings): string => `${databaseOf(shadow)}_committed_`;

/** Everything that a shadow database of the committed migrations depends on, as it is now. */
export interface CopyKey {
  readonly key: string;
  readonly inputs: CopyInputs;
  readonly owner: string;
}

/**
 * @param owner the role that the shadow database belongs to
 * @returns undefined where it can't be known (inputs.ts, server.ts)
 */
export async function readCopyKey(urls: ConnectionStrings, owner: string): Promise<CopyKey | undefined> {
  const inputs = await readCopyInputs();
  const facts = inputs && (await readServerFacts(urls));
  if (!inputs || !facts) return undefined;
  const text = JSON.stringify([inputs.all, facts, databaseOf(urls.shadow), owner]);
  return { key: createHash('sha256').update(text).digest('hex').slice(0, DIGITS), inputs, owner };
}

/** The role that graphile-migrate gives the shadow database to. */
export async function ownerOfShadow({ main }: ConnectionStrings): Promise<string> {
  const { databaseOwner } = (await readMigrationSettings()).all;
  return typeof databaseOwner === 'string'
    ? databaseOwner
    : decodeURIComponent(new URL(main).username) || databaseOf(main);
}

/** The copies that were kept of a shadow database, by this or an earlier process. */
export async function keptCopies(urls: ConnectionStrings): Promise<KeptCopy[]> {
  const prefix = prefixOf(urls);
  const { rows } = await withClient(urls.root, (client) =>
    client.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1) order by 1',
      [prefix],
    ),
  );
  return rows.flatMap(({ name }) => {
    const [, key, print] = /^([0-9a-f]{10})_([0-9a-f]{10})$/.exec(name.slice(prefix.length)) ?? [];
    return key && print ? [{ name, key, print }] : [];
  });
}

/**
 * Keeps a copy of a database to which nobody is connected.
 * @returns undefined where a copy would not be the same, or the server does not allow one
 */
export async function keepCopy(
  urls: ConnectionStrings,
  from: string,
  { key, inputs }: CopyKey,
): Promise<KeptCopy | undefined> {
  const print = (await printOf(from, inputs.sql).catch(() => undefined))?.slice(0, DIGITS);
  const name = `${prefixOf(urls)}${key}_${print}`;
  if (!print || Buffer.byteLength(name) > LONGEST_NAME) return undefined;
  const create = `create database ${quoteIdentifier(name)} template ${quoteIdentifier(databaseOf(from))} allow_connections false`;
  try {
    await dropCopies(urls, [name]);
    await withClient(urls.root, (client) => client.query(create));
    return { name, key, print };
  } catch {
    return undefined;
  }
}

/**
 * Makes a database from a copy, as graphile-migrate makes the shadow database: with its owner, and no privileges for others.
 * @throws the server's error when somebody is connected to it: another commit may be under way
 */
export async function createFromCopy(
  urls: ConnectionStrings,
  url: string,
  copy: string,
  { owner }: CopyKey,
): Promise<void> {
  const [name, from, to] = [databaseOf(url), copy, owner].map(quoteIdentifier);
  await withClient(urls.root, async (client) => {
    await client.query(`drop database if exists ${name}`);
    await client.query(`create database ${name} template ${from} owner ${to}`);
    await client.query(`revoke all on database ${name} from public`);
  });
}

/**
 * Makes the shadow database from a copy.
 * @returns false when it is not what was kept: somebody changed the copy, or roles that concern it
 */
export async function shadowFromCopy(urls: ConnectionStrings, copy: KeptCopy, now: CopyKey): Promise<boolean> {
  try {
    await createFromCopy(urls, urls.shadow, copy.name, now);
    return (await printOf(urls.shadow, now.inputs.sql))?.slice(0, DIGITS) === copy.print;
  } catch {
    return false;
  }
}

/** Drops copies by their names, where they exist. */
export async function dropCopies(urls: ConnectionStrings, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await withClient(urls.root, async (client) => {
    for (const name of names) await client.query(`drop database if exists ${quoteIdentifier(name)} with (force)`);
  });
}

/** Drops every copy that was kept of a shadow database, but for one. */
export async function dropOtherCopies(urls: ConnectionStrings, kept?: string): Promise<void> {
  const names = (await keptCopies(urls)).map(({ name }) => name);
  await dropCopies(
    urls,
    names.filter((name) => name !== kept),
  );
}
