import { withClient } from '../database/connect.ts';
import { withServer } from '../database/server.ts';
import { RestoreError } from '../quarantine/model.ts';
import { restoreQuarantined } from '../quarantine/restore.ts';
import { readSections } from '../quarantine/sections.ts';
import { restoredText } from '../quarantine/text.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

export interface RestoreFlags extends ReportFlags {
  readonly table?: string;
  readonly reason?: string;
  readonly dryRun?: true;
}

/** Restores quarantined rows whose parents exist now. Exit code 1 when a row stays quarantined. */
export async function restoreQuarantinedRows(flags: RestoreFlags): Promise<ExitCode> {
  const { table, reason, dryRun } = flags;
  const config = await configOf(flags);
  const { legacy } = config;
  const settings = legacy?.restore;
  if (!legacy || !settings)
    throw new RestoreError(`${flags.config} doesn't declare how rows are restored: set legacy.restore.`);
  const sections = await readSections(settings);
  const choice = { ...(table === undefined ? {} : { table }), ...(reason === undefined ? {} : { reason }) };
  return withServer(config.database, async ({ urls }) => {
    const restored = await withClient(urls.main, (client) =>
      restoreQuarantined(client, legacy.quarantine, settings, sections, choice, !dryRun),
    );
    print(config, flags.format, restoredText(restored, !dryRun), { ...restored, kept: !dryRun });
    return restored.left.length > 0 ? 1 : 0;
  });
}
