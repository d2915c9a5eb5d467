import { readIndexes } from '../catalog/indexes.ts';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import type { Deviation } from '../report/deviation.ts';
import { toRun } from '../report/layout.ts';
import { compare, type StructureDifference } from '../structure/compare.ts';
import { evidenceOf } from '../structure/evidence.ts';
import type { StructureObject } from '../structure/model.ts';
import { readDescription } from '../structure/read.ts';
import { undoOf } from '../structure/undo.ts';
import { inWords } from '../structure/words.ts';
import { isHostsOwn } from './hosts-own.ts';
import { structureScope } from './prove.ts';

/**
 * Compares the structure of the main database with that of the shadow database, which has run nothing but the committed
 * migrations. A statement outside of a transaction may have failed half way, earlier, and left an object that the migration
 * then took for its own.
 */
export async function compareWithShadow(urls: ConnectionStrings, config: Config): Promise<Deviation[]> {
  const scope = structureScope(config);
  const read = (url: string): Promise<StructureObject[]> => withClient(url, (client) => readDescription(client, scope));
  const [main, shadow] = await Promise.all([read(urls.main), read(urls.shadow)]);
  const isHosts = isHostsOwn(config);
  const differences = compare(shadow, main)
    .filter((one) => isMigrated(one) && !isHosts(one))
    .map(asDeviation);
  const told = new Set(differences.map(({ where }) => where));
  // Outside of what the page describes, an index may be invalid too.
  return [...differences, ...(await invalidIndexes(urls.main)).filter(({ where }) => !told.has(where))];
}

/** Who may connect to a database is said when it is created, and graphile-migrate creates the shadow its own way. */
const isMigrated = ({ object, part }: StructureDifference): boolean =>
  object.kind !== 'database' || part?.kind !== 'grant to';

function asDeviation(difference: StructureDifference): Deviation {
  const { where, was, is } = inWords(difference);
  return {
    check: 'structure',
    where,
    expected: `${was}, as in the shadow database, which the migrations alone made`,
    seen: `${is} in your database`,
    evidence: evidenceOf(difference.object, difference.part),
    fix: wayOut(difference),
  };
}

function wayOut(difference: StructureDifference): string {
  const { object, part, property } = difference;
  if (part?.kind === 'index' && property?.name === 'not valid')
    return rebuild(`${object.name.slice(0, object.name.lastIndexOf('.') + 1)}${part.name}`);
  const undo = undoOf(difference);
  return undo
    ? `Run \`${undo}\` on your database; or ${toRun('reset')}, which builds it again.`
    : `Give it that definition by hand; or run ${toRun('reset')}, which builds the database again.`;
}

const rebuild = (index: string): string =>
  `Correct the rows that it could not index, then run \`reindex index concurrently ${index};\`. Without the index, no query uses it, and a unique one guards nothing.`;

/**
 * The indexes that a statement left half-built. `create index concurrently if not exists` takes one for an index that is there.
 */
export async function invalidIndexes(url: string): Promise<Deviation[]> {
  const indexes = await withClient(url, (client) => readIndexes(client, { schemas: [], rest: true }));
  return indexes
    .filter(({ valid, partitioned }) => !valid && !partitioned)
    .map(({ nameSql, table, sql }) => ({
      check: 'structure',
      where: `index ${nameSql} on ${table}`,
      expected: 'an index that is valid',
      seen: 'it is not valid: what built it failed half way',
      evidence: `select indexrelid::regclass, indisvalid from pg_index where not indisvalid;`,
      fix: `${rebuild(sql)} Or drop it, \`drop index concurrently ${sql};\`, before the migration runs again.`,
    }));
}
