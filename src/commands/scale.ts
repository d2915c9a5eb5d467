import { writeFile } from 'node:fs/promises';
import { ConfigError } from '../config/load.ts';
import { rolledBack, withClient } from '../database/connect.ts';
import { withServer } from '../database/server.ts';
import { databaseOf } from '../database/urls.ts';
import { makeProgress } from '../report/progress.ts';
import { findingsText, summaryText, verdictText } from '../report/text.ts';
import { checkCitus } from '../scale/check.ts';
import { countsOf, outcomeOf, tablesText } from '../scale/render.ts';
import { scriptOf } from '../scale/script.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

export interface ScaleFlags extends ReportFlags {
  readonly check: 'citus';
  readonly script?: string;
}

/** Checks your unchanged database against the rules of a distributed engine, and writes the script that distributes it. */
export async function scale(flags: ScaleFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  const { distribution } = config;
  if (!distribution)
    throw new ConfigError(
      `${flags.config} has no \`distribution\`. Add it to check how the tables can be distributed.`,
    );
  const progress = makeProgress(flags.format);
  return withServer(config.database, async ({ urls, where }) => {
    const check = await progress.step("Check the catalogs against Citus's rules", () =>
      withClient(urls.main, (client) => rolledBack(client, () => checkCitus(client, distribution))),
    );
    const { deviations } = check;
    const writes = flags.script !== undefined && deviations.length === 0;
    if (flags.script !== undefined && writes) await writeFile(flags.script, scriptOf(config.name, check));
    const summary = {
      server: where,
      database: `${databaseOf(urls.main)}, unchanged`,
      ...countsOf(check),
      ...(flags.script === undefined ? {} : { script: writes ? flags.script : 'not written: it would fail' }),
      deviations: String(deviations.length),
    };
    const findings = { deviations, notEvaluated: [] };
    const parts = [tablesText(check), '', findingsText(findings), summaryText(Object.entries(summary)), ''];
    print(config, flags.format, [...parts, verdictText(config.name, findings)].join('\n'), {
      ...summary,
      findings: check.findings.map((finding) => ({ ...finding, outcome: outcomeOf(finding) })),
      ...findings,
    });
    return deviations.length > 0 ? 1 : 0;
  });
}
