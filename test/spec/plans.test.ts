import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { personasOf } from '../../src/access/personas.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { runActions } from '../../src/plans/actions.ts';
import { readActions } from '../../src/plans/foreign-keys.ts';
import { type PlansProof, prepare, provePlans } from '../../src/plans/prove.ts';
import { readQueries } from '../../src/plans/read.ts';
import { runQuery } from '../../src/plans/run.ts';
import type { QuerySettings } from '../../src/plans/settings.ts';
import { isSamePlan, structureOf } from '../../src/plans/shape.ts';
import { plansPath } from '../../src/plans/snapshot.ts';
import { inLayout } from '../../src/report/layout.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

const settings = config.queries as QuerySettings;
let database: MigratedDatabase;
let proof: PlansProof;

beforeAll(async () => {
  database = await migratedDatabase();
  proof = await provePlans(database.url, config, settings);
});
afterAll(() => database.drop());

test('on the rows of the world alone, every query is planned as its file says', () => {
  expect(proof.findings).toEqual({ deviations: [], notEvaluated: [] });
  expect(proof.queries.length).toBeGreaterThanOrEqual(25);
  expect(proof.queries.filter(({ runs }) => runs.length < 2)).toEqual([]);
});

test('the snapshot is the same on the rows of the world alone as on legacy data', async () => {
  const checkedIn = await readFile(plansPath(config), 'utf8');
  // Another version than that of the snapshot compares nothing.
  expect(inLayout(proof.snapshot ?? checkedIn, config.layout)).toBe(checkedIn);
});

test('every persona but the stranger, who is an owner too, asks something', () => {
  const asking = new Set(proof.queries.map(({ query }) => query.persona));
  expect(Object.keys(config.personas).filter((name) => !asking.has(name))).toEqual(['stranger']);
});

test('row security changes the plan of no query that says what it would be without', () => {
  const compared = proof.queries.flatMap(({ query, runs }) => runs.map((run) => ({ query, run })));
  const others = compared.filter(
    ({ run: { executed, bypassed } }) => bypassed && !isSamePlan(executed.plan, bypassed.plan),
  );
  expect(compared.filter(({ run }) => run.bypassed).length).toBeGreaterThan(40);
  expect(others.map(({ query }) => query.name)).toEqual([]);
});

test('each index is missed by what is said to need it when it is dropped', async () => {
  const { client } = database;
  const queries = await readQueries(settings, config);
  await rolledBack(client, async () => {
    await prepare(client, config, settings);
    const actions = await readActions(client, settings.schemas);
    for (const { index, needs } of proof.indexes.filter((one) => one.needs.length > 0)) {
      await client.query(`savepoint whole; drop index ${index.id}`);
      for (const { by } of needs.slice(0, 1)) {
        const query = queries.find(({ name }) => name === by);
        const before = proof.queries.find((runs) => runs.query.name === by)?.runs;
        const runs = query
          ? (await runQuery(client, query, personasOf(config), settings.caller)).runs
          : (
              await runActions(
                client,
                actions.filter(({ id }) => id === by),
              )
            ).map(({ run }) => run);
        const was = before ?? proof.actions.filter(({ action }) => action.id === by).map(({ run }) => run);
        expect({ index: index.id, by, plans: plansOf(runs) }).not.toEqual({ index: index.id, by, plans: plansOf(was) });
      }
      await client.query('rollback to savepoint whole');
    }
  });
});

type Planned = { readonly executed: PlansProof['queries'][number]['runs'][number]['executed'] };

const plansOf = (runs: readonly Planned[]): string[] =>
  runs.flatMap(({ executed }) => [executed.plan, ...executed.nested.map(({ plan }) => plan)].map(structureOf));

test('an index that no query and no foreign key needs is exempt, with the reason', () => {
  const idle = proof.indexes.filter(({ needs }) => needs.length === 0).map(({ index }) => index.id);
  const exempt = settings.exempt.map(({ object }) => object);
  expect(proof.snapshot === undefined ? exempt : idle).toEqual(exempt);
});
