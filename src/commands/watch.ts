import { existsSync, watch as watchFiles } from 'node:fs';
import pg from 'pg';
import { withServer } from '../database/server.ts';
import { runOnTerminal } from '../migrations/graphile-migrate.ts';
import { prepareMain } from '../proof/from-nothing.ts';
import { inLayout } from '../report/layout.ts';
import { makeProgress } from '../report/progress.ts';
import { verdictLines } from '../watch/text.ts';
import { Verdicts } from '../watch/verdicts.ts';
import { configOf, type ExitCode, type ReportFlags } from './context.ts';

/** The channel on which migrations/hooks/after-current.sql tells that current.sql has run. */
const CHANNEL = 'rolecall';

/** graphile-migrate's own watch, with a verdict after each run of current.sql and each save of what is declared. */
export async function watch(flags: ReportFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  return withServer(config.database, async (server) => {
    await makeProgress(flags.format).step('Bring the database up to date', () => prepareMain(server, config));
    const verdicts = new Verdicts(server.urls.main, flags.config, (answer) => {
      const text = 'verdict' in answer ? verdictLines(answer.verdict) : `rolecall: no verdict: ${answer.failure}`;
      process.stdout.write(`${inLayout(flags.format === 'json' ? JSON.stringify(answer) : text, config.layout)}\n`);
    });
    const listener = new pg.Client({ connectionString: server.urls.main, application_name: 'rolecall watch' });
    listener.on('notification', () => void verdicts.ask());
    listener.on('error', (error) =>
      process.stderr.write(`rolecall: the connection that waits for current.sql broke: ${error.message}\n`),
    );
    await listener.connect();
    await listener.query(`listen ${CHANNEL}`);
    const watched = [...(config.layout?.watched ?? []), flags.config].filter((path) => existsSync(path));
    const watchers = watched.map((path) =>
      watchFiles(
        path,
        { recursive: true },
        debounced(() => void verdicts.ask()),
      ),
    );
    void verdicts.ask();
    try {
      // For a program, each verdict is one line of JSON on stdout; graphile-migrate's output goes to stderr.
      return await runOnTerminal(['watch'], server.urls, {
        out: flags.format === 'json' ? process.stderr : process.stdout,
      });
    } finally {
      for (const watcher of watchers) watcher.close();
      await verdicts.close();
      await listener.end().catch(() => {});
    }
  });
}

/** Editors write a file in several steps; one verdict is enough for them. */
function debounced(run: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, 100);
  };
}
