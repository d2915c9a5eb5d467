import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { type Catalog, readCatalog } from '../catalog/catalog.ts';
import { readDefinitions } from '../catalog/definitions.ts';
import type { Config } from '../config/schema.ts';
import { DatabaseError } from '../database/error.ts';
import { migrationsNotRun } from '../migrations/not-run.ts';
import { type Findings, mergeFindings, type NotEvaluated } from '../report/deviation.ts';
import { compare, type StructureDifference } from '../structure/compare.ts';
import { quoted } from '../structure/describe/subject.ts';
import { describe } from '../structure/describe.ts';
import { asDeviation } from '../structure/findings.ts';
import { keepingScript } from '../structure/keep/script.ts';
import { parse, render } from '../structure/text.ts';
import { isHostsOwn } from './hosts-own.ts';
import { structureFile, structureScope } from './prove.ts';
import { unknownReach } from './reach.ts';

/** In what a live database differs from what the migrations make. */
export interface Drift {
  readonly findings: Findings;
  /** SQL for a migration that keeps the differences. */
  readonly statements: readonly string[];
  /** Where no statement could be written. */
  readonly unwritten: readonly string[];
  /** How many objects were compared. */
  readonly objects: number;
}

/**
 * Compares a live database with the structure that is checked in, object by object, and what client roles reach outside of
 * it with what is known. Everything is read in one transaction that can write nothing, and as one moment has it. It takes no
 * more rights than to connect.
 * @throws DatabaseError when no structure is checked in
 */
export async function findDrift(client: pg.Client, config: Config): Promise<Drift> {
  const path = structureFile(config);
  const before = parse(await readFile(path, 'utf8').catch(() => ''));
  if (!before?.length)
    throw new DatabaseError(
      `${path} is missing or can't be read: \`rolecall snapshot\` writes it, and a database is compared with it.`,
    );
  await client.query('begin isolation level repeatable read, read only');
  try {
    const scope = structureScope(config);
    const within = { schemas: scope.schemas, rest: true };
    const [catalog, definitions] = [await readCatalog(client, within), await readDefinitions(client, within)];
    const after = parse(render(await describe(catalog, scope), '')) ?? [];
    const hidden = await hiddenFrom(client, catalog);
    const isHosts = isHostsOwn(config);
    const differences = compare(before, after).filter(
      (one) => !isHosts(one) && !hidden.some(({ covers }) => covers(one)),
    );
    const ran = await migrationsNotRun(client);
    const { statements, unwritten } = keepingScript(differences, {
      catalog,
      definitions,
      roles: scope.roles.map(quoted),
    });
    const deviations = differences.map((difference) => asDeviation(difference, path));
    const reached = await unknownReach(client, config);
    return {
      findings: mergeFindings([
        ran,
        {
          deviations: [...deviations, ...reached],
          notEvaluated: hidden.map(({ covers, ...one }): NotEvaluated => one),
        },
      ]),
      statements,
      unwritten: unwritten.map((one) => asDeviation(one, path).seen),
      objects: after.length,
    };
  } finally {
    await client.query('rollback').catch(() => {});
  }
}

interface HiddenPart extends NotEvaluated {
  /** Whether a difference is about what could not be read. */
  readonly covers: (difference: StructureDifference) => boolean;
}

/** The values that PostgreSQL shows only to those who may know them. */
async function hiddenFrom(client: pg.Client, { foreignAccess }: Catalog): Promise<HiddenPart[]> {
  if (!foreignAccess.some(({ kind }) => kind === 'user mapping')) return [];
  const { rows } = await client.query<{ user: string; hidden: boolean }>(
    `select current_user as user, not (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
       and exists (select from pg_catalog.pg_user_mappings where umoptions is null) as hidden`,
  );
  if (!rows[0]?.hidden) return [];
  return [
    {
      check: 'structure',
      where: 'options of user mappings',
      why: `PostgreSQL does not show all of them to ${rows[0].user}. A superuser, or the owner of the foreign server, can read them.`,
      covers: ({ object, property }) => object.kind === 'user mapping' && property?.name === 'option names',
    },
  ];
}
