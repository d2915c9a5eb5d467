import { withClient } from '../database/connect.ts';
import { withServer } from '../database/server.ts';
import { databaseOf } from '../database/urls.ts';
import { cleanUp } from '../online/clean-up.ts';
import { dropOldTables } from '../online/drop-old.ts';
import { OnlineError } from '../online/error.ts';
import * as online from '../online/run.ts';
import { lockOutOthers, type Stage, stageOf } from '../online/stage.ts';
import { invariantsOf, proveInvariants } from '../proof/invariants.ts';
import { type Deviation, type Findings, mergeFindings } from '../report/deviation.ts';
import { makeProgress } from '../report/progress.ts';
import { findingsText } from '../report/text.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

interface Move extends online.MoveInput {
  readonly stage: Stage;
  /** Prints a stage, or another result with the findings about it, and gives the exit code: 0 where there are none. */
  say(text: string, data: object, findings?: Findings): ExitCode;
  /** Prints deviations, and gives the exit code 1. */
  deviate(deviations: readonly Deviation[]): ExitCode;
  /** Runs every invariant on the new tables. */
  checkInvariants(): Promise<Findings>;
}

/** Creates and fills the new tables while the old ones are used. Exit code 1 when a row or value is not accounted for. */
export async function prepare(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async (move) => {
    const { client, plan, stage, say, deviate } = move;
    if (stage.at === 'switched' || stage.at === 'new') return say('This database has moved already.', stage);
    const deviations = await online.prepare(move);
    if (deviations.length > 0) return deviate(deviations);
    return say(
      'Prepared: every row is accounted for, and later changes are tracked. Next: run rolecall online switch.',
      await stageOf(client, plan),
    );
  });
}

/** Puts the new tables in the place of the old ones. Exit code 1 when an invariant is broken or could not be evaluated then. */
export async function switchTables(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async (move) => {
    const { client, stage, say, checkInvariants } = move;
    if (stage.at === 'old' || stage.at === 'preparing')
      throw new OnlineError('This database is not prepared completely. Run rolecall online prepare until it succeeds.');
    if (stage.at === 'validated') {
      const times = await online.switchTables(move);
      const text = `Switched. Writers were stopped for ${Math.round(times.writers)} ms, readers for ${Math.round(times.readers)} ms.`;
      return say(text, { at: 'new', ...times }, await checkInvariants());
    }
    await cleanUp(client);
    return say('This database has moved.', { at: 'new', pendingChanges: 0 }, await checkInvariants());
  });
}

/** Before the switch: removes every trace of the preparation. */
export async function abort(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async ({ client, stage, say }) => {
    if (stage.at === 'new') return say('This database has moved: there is no preparation to abort.', stage);
    await cleanUp(client);
    const at = stage.at === 'switched' ? 'new' : 'old';
    return say('The preparation was removed completely.', { at, pendingChanges: 0 });
  });
}

/** Long after the switch: drops the old tables, for good. */
export async function dropOld(flags: ReportFlags & { readonly confirm?: string }): Promise<ExitCode> {
  return onMove(flags, async ({ client, urls, plan, accounting, stage, say, deviate }) => {
    if (stage.at !== 'new')
      throw new OnlineError(
        'The old tables are still in use: this database has not moved. Run rolecall online prepare and switch first.',
      );
    const name = databaseOf(urls.main);
    const lost = plan.lostWithOldTables === undefined ? '' : `, with ${plan.lostWithOldTables}`;
    if (flags.confirm !== name)
      throw new OnlineError(
        `This drops schema ${plan.legacy} of ${name}${lost}. Take a backup, then run the command with --confirm ${name}.`,
      );
    const inTheWay = await dropOldTables(client, plan, accounting);
    return inTheWay.length > 0 ? deviate(inTheWay) : say(`Schema ${plan.legacy} was dropped.`, stage);
  });
}

/** Prints the stage that the move has reached. */
export async function stage(flags: ReportFlags): Promise<ExitCode> {
  return onMove(flags, async ({ stage, say }) =>
    say(`${SENTENCES[stage.at]} Changes to carry: ${stage.pendingChanges}.`, stage),
  );
}

const SENTENCES: Readonly<Record<Stage['at'], string>> = {
  old: 'Not prepared.',
  preparing: 'Being prepared; rolecall online prepare resumes where it stopped.',
  validated: 'Prepared; the next step is rolecall online switch.',
  switched: 'Switched; run rolecall online switch again to remove what only the preparation needed.',
  new: 'Moved.',
};

async function onMove(flags: ReportFlags, use: (move: Move) => Promise<ExitCode>): Promise<ExitCode> {
  const config = await configOf(flags);
  // A mistake in their files is told before anything moves.
  await invariantsOf(config);
  const { online: plan, legacy } = config;
  if (!plan || !legacy)
    throw new OnlineError(
      `${flags.config} needs both \`online\` and \`legacy\`: they declare how the database is moved while the app uses it.`,
    );
  return withServer(config.database, ({ urls }) =>
    withClient(urls.main, async (client) => {
      await lockOutOthers(client);
      const stage = await stageOf(client, plan);
      const progress = makeProgress(flags.format);
      const say: Move['say'] = (text, data, findings = mergeFindings([])) => {
        const isClean = findings.deviations.length + findings.notEvaluated.length === 0;
        print(config, flags.format, isClean ? text : `${text}\n${findingsText(findings)}`, {
          ...data,
          ...(isClean ? {} : findings),
        });
        return isClean ? 0 : 1;
      };
      const checkInvariants = (): Promise<Findings> =>
        progress.step('Check the invariants', () => proveInvariants(urls.main, config));
      const deviate = (deviations: readonly Deviation[]): ExitCode => {
        print(config, flags.format, findingsText({ deviations, notEvaluated: [] }), { deviations });
        return 1;
      };
      return use({ client, urls, plan, accounting: legacy, progress, stage, say, deviate, checkInvariants });
    }),
  );
}
