import type pg from 'pg';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { DatabaseError } from '../database/error.ts';
import { withServer } from '../database/server.ts';
import { databaseOf } from '../database/urls.ts';
import { runQuietly } from '../migrations/graphile-migrate.ts';
import { backfill, catchUp } from '../online/backfill.ts';
import { carryingOf } from '../online/carry.ts';
import { clear } from '../online/clear.ts';
import { contract } from '../online/contract.ts';
import { expand, mustBeMadeBy } from '../online/expand.ts';
import { buildIndexes } from '../online/indexes.ts';
import { alone, type Stage, stageOf } from '../online/look.ts';
import { type CommittedMigration, readCommitted } from '../online/migrations.ts';
import type { OnlinePlan } from '../online/plan.ts';
import { switchOver } from '../online/switch.ts';
import { validate } from '../online/validate.ts';
import { type Workshop, workshop } from '../online/workshop.ts';
import type { Deviation } from '../report/deviation.ts';
import { makeProgress } from '../report/progress.ts';
import { findingsText } from '../report/text.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

interface Move {
  readonly client: pg.Client;
  readonly plan: OnlinePlan;
  readonly legacy: NonNullable<Config['legacy']>;
  readonly stage: Stage;
}

/** Makes the new tables beside the old ones, fills them while the database is used, keeps them in step, and accounts for them. */
export async function prepare(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async ({ client, plan, legacy, stage }, urls) => {
    if (stage.at === 'switched' || stage.at === 'new') return told(flags, stage, 'This database has moved already.');
    const migrations = await readCommitted();
    const progress = makeProgress(flags.format);
    await progress.step('Make the new tables, empty and out of sight, and note what changes in the old ones', () =>
      expand(client, plan, migrations),
    );
    const shop = await openShop(client, plan, migrations);
    await progress.step('Carry everything, batch by batch', (tell) =>
      backfill(client, plan, shop, (unit, carried) => tell(`${carried} × ${unit}`)),
    );
    await progress.step('Build the indexes that carrying could do without', (tell) => buildIndexes(client, plan, tell));
    await progress.step('Carry what changed meanwhile', () => catchUp(client, shop));
    const { deviations } = await progress.step('Account for every row and value', () =>
      validate(client, urls.main, plan, shop, legacy),
    );
    if (deviations.length > 0) return deviating(flags, deviations);
    return told(
      flags,
      await stageOf(client, plan),
      'Prepared: every row is accounted for, and what changes from now on is noted. Next: rolecall online switch.',
    );
  });
}

/** Puts the new tables in the place of the old ones. */
export async function switchTables(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async ({ client, plan, stage }, url) => {
    if (stage.at === 'old' || stage.at === 'preparing')
      throw new DatabaseError('This database is not prepared. Run rolecall online prepare first, to its end.');
    const progress = makeProgress(flags.format);
    if (stage.at === 'validated') {
      // So that its own table is there to note that the migrations have run.
      await runQuietly(['status'], url).catch(() => {});
      const migrations = await readCommitted();
      await mustBeMadeBy(client, migrations);
      const shop = await openShop(client, plan, migrations);
      const waits = await progress.step('Switch', (tell) => switchOver(client, plan, shop, migrations, tell));
      await progress.step('Remove what only the preparation needed', () => clear(client));
      print(
        {},
        flags.format,
        `Switched. Writers were stopped for ${Math.round(waits.writers)} ms, readers for ${Math.round(waits.readers)} ms.`,
        { at: 'new', ...waits },
      );
      return 0;
    }
    await clear(client);
    return told(flags, { at: 'new', noted: 0 }, 'This database has moved.');
  });
}

/** Before the switch: removes every trace of the preparation. */
export async function abort(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async ({ client, stage }) => {
    if (stage.at === 'new') return told(flags, stage, 'This database has moved: there is no preparation to end.');
    await clear(client);
    return told(
      flags,
      { at: stage.at === 'switched' ? 'new' : 'old', noted: 0 },
      'Nothing of the preparation is left.',
    );
  });
}

/** Long after the switch: drops the old tables, for good. */
export async function dropOld(flags: ReportFlags & { readonly confirm?: string }): Promise<ExitCode> {
  return onMove(flags, async ({ client, plan, legacy, stage }, urls) => {
    if (stage.at !== 'new') throw new DatabaseError('The old tables are in use: this database has not moved.');
    const name = databaseOf(urls.main);
    if (flags.confirm !== name)
      throw new DatabaseError(
        `This deletes schema ${plan.legacy} of ${name}, with the embeddings as they were before they were rounded. Take a backup, and run it with --confirm ${name}.`,
      );
    const inTheWay = await contract(client, plan, legacy);
    return inTheWay.length > 0 ? deviating(flags, inTheWay) : told(flags, stage, `Schema ${plan.legacy} is gone.`);
  });
}

/** How far the move has come. */
export async function stage(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async ({ stage }) =>
    told(flags, stage, `${SAID[stage.at]} Notes of changes to carry: ${stage.noted}.`),
  );
}

const SAID: Readonly<Record<Stage['at'], string>> = {
  old: 'Not prepared.',
  preparing: 'Being prepared; rolecall online prepare goes on where it stopped.',
  validated: 'Prepared: rolecall online switch may follow.',
  switched: 'Switched; rolecall online switch removes what only the preparation needed.',
  new: 'Moved.',
};

async function openShop(
  client: pg.Client,
  plan: OnlinePlan,
  migrations: readonly CommittedMigration[],
): Promise<Workshop> {
  return workshop(
    client,
    plan,
    await carryingOf(
      client,
      migrations.map(({ sql }) => sql),
      plan,
    ),
  );
}

type Urls = Parameters<typeof runQuietly>[1];

async function onMove(flags: ReportFlags, use: (move: Move, urls: Urls) => Promise<ExitCode>): Promise<ExitCode> {
  const config = await configOf(flags);
  const { online: plan, legacy } = config;
  if (!plan || !legacy)
    throw new DatabaseError(
      `${flags.config} has no \`online\` beside \`legacy\`: it does not say how the database is moved while it is used.`,
    );
  return withServer(config.database, ({ urls }) =>
    withClient(urls.main, async (client) => {
      await alone(client);
      return use({ client, plan, legacy, stage: await stageOf(client, plan) }, urls);
    }),
  );
}

function told(flags: ReportFlags, stage: Stage, text: string): ExitCode {
  print({}, flags.format, text, stage);
  return 0;
}

function deviating(flags: ReportFlags, deviations: readonly Deviation[]): ExitCode {
  print({}, flags.format, findingsText({ deviations, notEvaluated: [] }), { deviations });
  return 1;
}
