import { withClient } from '../database/connect.ts';
import { withServer } from '../database/server.ts';
import { databaseOf } from '../database/urls.ts';
import { standing } from '../proof/adopt.ts';
import { makeProgress } from '../report/progress.ts';
import { findingsText } from '../report/text.ts';
import { exportedFiles, mustExport } from '../supabase/export.ts';
import { chosenCount, contradiction, type Recorded, readHistories, record } from '../supabase/history.ts';
import { configOf, type ExitCode, print, type ReportFlags, refusesMigrationFiles } from './context.ts';

/** Records, in both histories, the migrations that the catalogs of a database show; refuses when they show something else. */
export async function adopt(flags: ReportFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  const settings = mustExport(config.supabase, flags.config);
  if (await refusesMigrationFiles(config, flags.format)) return 1;
  const files = await exportedFiles(settings);
  return withServer(config.database, async ({ urls }) => {
    const database = databaseOf(urls.main);
    const before = await withClient(urls.main, readHistories);
    const found = await makeProgress(flags.format).step('Compare the catalogs with those after each migration', () =>
      standing(urls, config, files),
    );
    if (found.counts === undefined) {
      const { deviations, nearest } = found;
      const findings = { deviations, notEvaluated: [] };
      const text = `${findingsText(findings)}\n${database} is like the database after no migration; it is nearest to that after ${nearest} of ${files.length}. Nothing was written.`;
      print(config, flags.format, text, { database, nearest, ...findings });
      return 1;
    }
    const { elsewhere } = found;
    const count = chosenCount(before, files, found.counts);
    const why = contradiction(before, files, count);
    if (why !== undefined) {
      print(config, flags.format, `${database}: ${why} Nothing was written.`, { database, count, contradiction: why });
      return 1;
    }
    const recorded = await withClient(urls.main, async (client) => {
      await client.query('begin');
      const written = await record(client, files.slice(0, count), before);
      await client.query('commit');
      return written;
    });
    const lines = [
      `${database} has run ${count} of ${files.length} migrations, as its catalogs show.`,
      ...recordedLines(recorded),
      ...(elsewhere > 0
        ? [`Not compared: ${elsewhere} objects or settings of the server itself, which no migration touches.`]
        : []),
    ];
    print(config, flags.format, lines.join('\n'), { database, count, elsewhere, recorded });
    return 0;
  });
}

const recordedLines = ({ graphile, supabase }: Recorded): string[] =>
  graphile.length + supabase.length === 0
    ? ['Nothing was written: the histories say so already.']
    : [
        ...(graphile.length > 0 ? [`Recorded in graphile_migrate.migrations: ${graphile.join(', ')}.`] : []),
        ...(supabase.length > 0 ? [`Recorded in supabase_migrations.schema_migrations: ${supabase.join(', ')}.`] : []),
      ];
