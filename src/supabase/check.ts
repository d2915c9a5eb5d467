import { type Findings, mergeFindings } from '../report/deviation.ts';
import { compareExported } from './compare.ts';
import { SupabaseError } from './error.ts';
import { exportedFiles } from './export.ts';
import { hostedDeviations } from './hosted/check.ts';
import type { SupabaseSettings } from './settings.ts';

/**
 * Whether the exported migrations that are checked in are those that are committed, and whether the hosted service would
 * run them. Nothing of a project that exports none.
 */
export async function checkSupabase(settings: SupabaseSettings | undefined): Promise<Findings> {
  if (!settings) return mergeFindings([]);
  try {
    const files = await exportedFiles(settings);
    const refused = await hostedDeviations(files.map(({ migration }) => migration));
    return { deviations: [...(await compareExported(settings.migrations, files)), ...refused], notEvaluated: [] };
  } catch (error) {
    if (!(error instanceof SupabaseError)) throw error;
    return {
      deviations: [
        {
          check: 'supabase',
          where: settings.migrations,
          expected: 'migrations that can be exported',
          seen: error.message,
          fix: 'Do what the message says; nothing else was looked at for Supabase.',
        },
      ],
      notEvaluated: [],
    };
  }
}
