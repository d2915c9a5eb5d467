import { withServer } from '../database/server.ts';
import { asItIs } from '../proof/as-it-is.ts';
import { proveFromNothing } from '../proof/from-nothing.ts';
import { compareSnapshots } from '../proof/snapshots.ts';
import { mergeFindings } from '../report/deviation.ts';
import { makeProgress } from '../report/progress.ts';
import { findingsText, verdictText } from '../report/text.ts';
import { checkSupabase } from '../supabase/check.ts';
import { configOf, type ExitCode, print, type ReportFlags, refusesMigrationFiles } from './context.ts';

export interface CheckFlags extends ReportFlags {
  readonly asItIs?: true;
}

/** Verifies, and writes nothing: neither a file nor the database that people work on. */
export async function check(flags: CheckFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  if (await refusesMigrationFiles(config, flags.format)) return 1;
  const progress = makeProgress(flags.format);
  return withServer(config.database, async (server) => {
    const proof = flags.asItIs
      ? await asItIs(server.urls.main, config, progress, { behaviour: true })
      : await proveFromNothing(server, config, progress);
    const findings = mergeFindings([
      proof.findings,
      await checkSupabase(config.supabase),
      { deviations: await compareSnapshots(proof.files, config), notEvaluated: [] },
    ]);
    const leftOut = 'leftOut' in proof ? proof.leftOut : [];
    const { elsewhere } = proof;
    const text = [
      findingsText(findings),
      elsewhere ? `Proved elsewhere: ${elsewhere}.` : '',
      leftOut.length > 0 ? `Not looked at: ${leftOut.join(', ')}.` : '',
      verdictText(config.name, findings),
    ];
    print(config, flags.format, text.filter(Boolean).join('\n'), {
      ...findings,
      ...(flags.asItIs ? { leftOut } : {}),
      ...(elsewhere ? { elsewhere } : {}),
    });
    return findings.deviations.length + findings.notEvaluated.length > 0 ? 1 : 0;
  });
}
