import { withClient } from '../database/connect.ts';
import { withServer } from '../database/server.ts';
import { databaseOf } from '../database/urls.ts';
import { cleanUp } from '../online/clean-up.ts';
import { dropOldTables } from '../online/drop-old.ts';
import { OnlineError } from '../online/error.ts';
import * as online from '../online/run.ts';
import { lockOutOthers, type Stage, stageOf } from '../online/stage.ts';
import type { Deviation } from '../report/deviation.ts';
import { makeProgress } from '../report/progress.ts';
import { findingsText } from '../report/text.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

interface Move extends online.MoveInput {
  readonly stage: Stage;
}

/** Creates and fills the new tables while the old ones are used. Exit code 1 when a row or value is not accounted for. */
export async function prepare(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async (move) => {
    const { client, plan, stage } = move;
    if (stage.at === 'switched' || stage.at === 'new') return say(flags, stage, 'This database has moved already.');
    const deviations = await online.prepare(move);
    if (deviations.length > 0) return deviating(flags, deviations);
    return say(
      flags,
      await stageOf(client, plan),
      'Prepared: every row is accounted for, and what changes from now on is tracked. Next: rolecall online switch.',
    );
  });
}

/** Puts the new tables in the place of the old ones. */
export async function switchTables(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async (move) => {
    const { client, stage } = move;
    if (stage.at === 'old' || stage.at === 'preparing')
      throw new OnlineError('This database is not prepared. Run rolecall online prepare first, to its end.');
    if (stage.at === 'validated') {
      const times = await online.switchTables(move);
      const text = `Switched. Writers were stopped for ${Math.round(times.writers)} ms, readers for ${Math.round(times.readers)} ms.`;
      print(flags.format, text, { at: 'new', ...times });
      return 0;
    }
    await cleanUp(client);
    return say(flags, { at: 'new', pendingChanges: 0 }, 'This database has moved.');
  });
}

/** Before the switch: removes every trace of the preparation. */
export async function abort(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async ({ client, stage }) => {
    if (stage.at === 'new') return say(flags, stage, 'This database has moved: there is no preparation to end.');
    await cleanUp(client);
    const at = stage.at === 'switched' ? 'new' : 'old';
    return say(flags, { at, pendingChanges: 0 }, 'Nothing of the preparation is left.');
  });
}

/** Long after the switch: drops the old tables, for good. */
export async function dropOld(flags: ReportFlags & { readonly confirm?: string }): Promise<ExitCode> {
  return onMove(flags, async ({ client, urls, plan, accounting, stage }) => {
    if (stage.at !== 'new') throw new OnlineError('The old tables are in use: this database has not moved.');
    const name = databaseOf(urls.main);
    const lost = plan.lostWithOldTables === undefined ? '' : `, with ${plan.lostWithOldTables}`;
    if (flags.confirm !== name)
      throw new OnlineError(
        `This deletes schema ${plan.legacy} of ${name}${lost}. Take a backup, and run it with --confirm ${name}.`,
      );
    const inTheWay = await dropOldTables(client, plan, accounting);
    return inTheWay.length > 0 ? deviating(flags, inTheWay) : say(flags, stage, `Schema ${plan.legacy} is gone.`);
  });
}

/** Says how far the move has come. */
export async function stage(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async ({ stage }) =>
    say(flags, stage, `${SENTENCES[stage.at]} Changes to carry: ${stage.pendingChanges}.`),
  );
}

const SENTENCES: Readonly<Record<Stage['at'], string>> = {
  old: 'Not prepared.',
  preparing: 'Being prepared; rolecall online prepare goes on where it stopped.',
  validated: 'Prepared: rolecall online switch may follow.',
  switched: 'Switched; rolecall online switch removes what only the preparation needed.',
  new: 'Moved.',
};

async function onMove(flags: ReportFlags, use: (move: Move) => Promise<ExitCode>): Promise<ExitCode> {
  const config = await configOf(flags);
  const { online: plan, legacy } = config;
  if (!plan || !legacy)
    throw new OnlineError(
      `${flags.config} needs both \`online\` and \`legacy\`: they say how the database is moved while it is used.`,
    );
  return withServer(config, ({ urls }) =>
    withClient(urls.main, async (client) => {
      await lockOutOthers(client);
      const stage = await stageOf(client, plan);
      return use({ client, urls, plan, accounting: legacy, progress: makeProgress(flags.format), stage });
    }),
  );
}

function say(flags: ReportFlags, stage: Stage, text: string): ExitCode {
  print(flags.format, text, stage);
  return 0;
}

function deviating(flags: ReportFlags, deviations: readonly Deviation[]): ExitCode {
  print(flags.format, findingsText({ deviations, notEvaluated: [] }), { deviations });
  return 1;
}
