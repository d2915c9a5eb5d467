import { withServer } from '../database/server.ts';
import { proveFromNothing } from '../proof/from-nothing.ts';
import { asCheckedIn } from '../proof/snapshots.ts';
import { makeProgress } from '../report/progress.ts';
import { writeFiles } from '../report/snapshots.ts';
import { findingsText } from '../report/text.ts';
import { configOf, type ExitCode, print, type ReportFlags, refusesMigrationFiles } from './context.ts';

/** Writes every snapshot, for people to review; says what still deviates from what is declared. */
export async function snapshot(flags: ReportFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  if (await refusesMigrationFiles(config, flags.format)) return 1;
  return withServer(config.database, async (server) => {
    const { files, findings } = await proveFromNothing(server, config, makeProgress(flags.format));
    const changed = await writeFiles(await asCheckedIn(files, config), config.snapshots);
    const told =
      changed.length > 0 ? changed.map((path) => `wrote ${path}`).join('\n') : `${files.size} snapshots are unchanged.`;
    print(config, flags.format, [findingsText(findings), told].filter(Boolean).join('\n'), { changed, ...findings });
    return findings.deviations.length + findings.notEvaluated.length > 0 ? 1 : 0;
  });
}
