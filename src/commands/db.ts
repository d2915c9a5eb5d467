import { withServer } from '../database/server.ts';
import { configOf, type ExitCode, type GlobalFlags } from './context.ts';

/** The embedded engine in the foreground, until Ctrl-C. */
export async function db(flags: GlobalFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  return withServer(config, async ({ kind, where, urls }) => {
    process.stdout.write(
      [
        kind === 'embedded'
          ? `PostgreSQL is served by ${where}.`
          : `DATABASE_URL names a server: ${where}. Nothing to start.`,
        `DATABASE_URL=${urls.main}`,
        `SHADOW_DATABASE_URL=${urls.shadow}`,
        `ROOT_DATABASE_URL=${urls.root}`,
        ...(kind === 'embedded' ? ['Ctrl-C stops it.'] : []),
        '',
      ].join('\n'),
    );
    if (kind === 'embedded') await new Promise(() => setInterval(() => {}, 1 << 30));
    return 0;
  });
}
