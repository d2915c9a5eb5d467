import { withServer } from '../database/server.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

/** The embedded engine in the foreground, until Ctrl-C. */
export async function db(flags: ReportFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  return withServer(config.database, async ({ kind, where, urls }) => {
    const lines = [
      kind === 'embedded'
        ? `PostgreSQL is served by ${where}.`
        : `DATABASE_URL names a server: ${where}. Nothing to start.`,
      `DATABASE_URL=${urls.main}`,
      `SHADOW_DATABASE_URL=${urls.shadow}`,
      `ROOT_DATABASE_URL=${urls.root}`,
      ...(kind === 'embedded' ? ['Ctrl-C stops it.'] : []),
    ];
    print(config, flags.format, lines.join('\n'), { kind, ...urls });
    if (kind === 'embedded') await new Promise(() => setInterval(() => {}, 1 << 30));
    return 0;
  });
}
