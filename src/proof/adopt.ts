import type pg from 'pg';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { recreateDatabase } from '../database/server.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { runHooks } from '../migrations/hooks.ts';
import { runMigration } from '../migrations/rerun.ts';
import type { Deviation } from '../report/deviation.ts';
import { compare, type StructureDifference } from '../structure/compare.ts';
import { evidenceOf } from '../structure/evidence.ts';
import type { StructureObject } from '../structure/model.ts';
import { readDescription } from '../structure/read.ts';
import { inWords } from '../structure/words.ts';
import type { ExportedFile } from '../supabase/export.ts';
import { fillLegacy } from './build.ts';
import { isHostsOwn } from './hosts-own.ts';
import { structureScope } from './prove.ts';

/** How far a database is, as its catalogs show it. */
export type Standing =
  | {
      /** The numbers of migrations after which the structures are equal: several where a migration changes rows alone. */
      readonly counts: readonly [number, ...number[]];
      /** How many objects and settings of the server itself were not compared. */
      readonly elsewhere: number;
    }
  | {
      readonly counts: undefined;
      /** The number of migrations after which the catalogs are most alike, and in what they differ then. */
      readonly nearest: number;
      readonly deviations: readonly Deviation[];
    };

/** A state that the migrations have, and in what a database differs from it. */
interface StateDifferences {
  readonly count: number;
  readonly differences: readonly StructureDifference[];
}

/**
 * Compares the structure of the main database with that of the shadow database after none of the migrations, after the
 * first, and so on to the last. The shadow database begins empty, and if no state is like it, as production was before the
 * migrations. Nothing is concluded from a history.
 * @returns the numbers of migrations after which the structures are equal. In what the server's own objects differ before
 * the first migration already, and alike after it, is counted as `elsewhere`
 */
export async function standing(
  urls: ConnectionStrings,
  config: Config,
  files: readonly ExportedFile[],
): Promise<Standing> {
  const scope = structureScope(config);
  const isHosts = isHostsOwn(config);
  const describe = (client: pg.Client): Promise<StructureObject[]> => readDescription(client, scope);
  const main = await withClient(urls.main, describe);
  const fills: ((client: pg.Client) => Promise<void>)[] = [
    (client) => runHooks(client),
    ...(config.legacy ? [(client: pg.Client) => fillLegacy(client, config)] : []),
  ];
  let nearest: StateDifferences | undefined;
  for (const fill of fills) {
    await recreateDatabase(urls.root, urls.shadow);
    const states = await withClient(urls.shadow, async (client) => {
      await fill(client);
      const found: StateDifferences[] = [{ count: 0, differences: compare(await describe(client), main) }];
      for (const { migration } of files) {
        await runMigration(client, { name: migration.file, sql: migration.body, transaction: migration.transaction });
        // graphile-migrate begins each migration in a session that the one before left.
        found.push({ count: found.length, differences: compare(await describe(client), main) });
      }
      return found;
    });
    const always = new Set((states[0]?.differences ?? []).filter(isOfServer).map(keyOf));
    const own = states.map(({ count, differences }) => ({
      count,
      differences: differences.filter((one) => !always.has(keyOf(one)) && !isHosts(one) && !isDatabaseGrant(one)),
      elsewhere: differences.filter((one) => always.has(keyOf(one)) || isHosts(one)).length,
    }));
    const [first, ...others] = own.filter(({ differences }) => differences.length === 0);
    if (first) return { counts: [first.count, ...others.map(({ count }) => count)], elsewhere: first.elsewhere };
    const closest = own.reduce((best, one) => (one.differences.length <= best.differences.length ? one : best));
    if (!nearest || closest.differences.length < nearest.differences.length) nearest = closest;
  }
  return {
    counts: undefined,
    nearest: nearest?.count ?? 0,
    deviations: (nearest?.differences ?? []).map((difference) => asDeviation(difference, files, nearest?.count ?? 0)),
  };
}

/** Kinds of objects that a server or its host has by itself. */
const HOSTS = new Set([
  'role',
  'database',
  'extension',
  'host schema',
  'host relation',
  'host function',
  'default privileges for',
  'event trigger',
  'publication',
  'foreign-data wrapper',
  'foreign server',
  'user mapping',
  'language',
  'parameter',
  'other',
]);

const isOfServer = ({ object }: StructureDifference): boolean => HOSTS.has(object.kind);

/** Who may connect to a database is said when it is created. */
const isDatabaseGrant = ({ object, part }: StructureDifference): boolean =>
  object.kind === 'database' && part?.kind === 'grant to';

const keyOf = ({ object, part, property, change }: StructureDifference): string =>
  JSON.stringify([object.kind, object.name, part?.kind, part?.name, property, change]);

function asDeviation(difference: StructureDifference, files: readonly ExportedFile[], count: number): Deviation {
  const { where, was, is } = inWords(difference);
  const after = files[count - 1]?.migration.file;
  return {
    check: 'structure',
    where,
    expected: `${was}, as ${after ? `after ${after}` : 'before the first migration'}`,
    seen: `${is} in your database`,
    evidence: evidenceOf(difference.object, difference.part),
    fix: 'Undo it if somebody changed it by hand; if it is meant, write it as a migration. Then run it again.',
  };
}
