import { findingsText } from '../report/text.ts';
import { exportedFiles, mustExport } from '../supabase/export.ts';
import { hostedDeviations } from '../supabase/hosted/check.ts';
import type { SupabaseSettings } from '../supabase/settings.ts';
import { type WrittenExport, writeExported } from '../supabase/write.ts';
import { configOf, type ExitCode, print, type ReportFlags, refusesMigrationFiles } from './context.ts';

/** Writes the committed migrations for Supabase's command line; with exit code 1 when the hosted service would refuse one. */
export async function exportSupabase(flags: ReportFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  const settings = mustExport(config.supabase, flags.config);
  if (await refusesMigrationFiles(config, flags.format)) return 1;
  const files = await exportedFiles(settings);
  const written = await writeExported(settings.migrations, files);
  const deviations = await hostedDeviations(files.map(({ migration }) => migration));
  const findings = { deviations, notEvaluated: [] };
  const text = [findingsText(findings), ...writtenLines(written, files.length)].filter(Boolean).join('\n');
  print(config, flags.format, text, { ...written, ...findings });
  return deviations.length > 0 ? 1 : 0;
}

/** Writes them after another command changed the committed migrations, and gives what to say of it. */
export async function exportAfter(settings: SupabaseSettings): Promise<string> {
  const files = await exportedFiles(settings);
  return writtenLines(await writeExported(settings.migrations, files), files.length).join('\n');
}

const writtenLines = ({ wrote, deleted, others }: WrittenExport, count: number): string[] => [
  ...(wrote.length + deleted.length === 0 ? [`${count} exported migrations are unchanged.`] : []),
  ...wrote.map((path) => `wrote ${path}`),
  ...deleted.map((path) => `deleted ${path}`),
  ...others.map((path) => `left ${path} as it is: rolecall did not export it, and a push runs it too`),
];
