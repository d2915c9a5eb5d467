import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch as watchFiles } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '../config/schema.ts';
import { openServer, type Server } from '../database/server.ts';
import { runOnTerminal } from '../migrations/graphile-migrate.ts';
import { PAUSABLE, pauseRuns } from '../migrations/pause.ts';
import { prepareMain } from '../proof/from-nothing.ts';
import { inLayout } from '../report/layout.ts';
import { makeProgress } from '../report/progress.ts';
import { verdictLines } from '../watch/text.ts';
import { type VerdictAnswer, Verdicts } from '../watch/verdicts.ts';
import { configOf, type ExitCode, type ReportFlags } from './context.ts';

/** The channel on which migrations/hooks/after-current.sql tells that current.sql has run. */
const CHANNEL = 'rolecall';
/** graphile-migrate's exit code after Ctrl-C. */
const INTERRUPTED = 130;

/**
 * graphile-migrate's own watch, with a verdict after each run of current.sql and each save of what is declared. When the
 * server ends, it goes on with another: the engine of another process may end before this one does.
 * @throws DatabaseError when no server can be opened any more
 */
export async function watch(flags: ReportFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  for (;;) {
    const server = await openServer(config.database, process.env);
    try {
      const code = await watchOn(server, config, flags);
      if (code !== undefined) return code;
    } finally {
      await server.stop();
    }
    process.stderr.write(
      server.kind === 'embedded'
        ? 'rolecall: the process that ran the embedded engine has ended. This one runs it from now on.\n'
        : `rolecall: the connection to ${server.where} is lost. Connecting again.\n`,
    );
  }
}

/** Watches until graphile-migrate ends. @returns undefined when the server ended before */
async function watchOn(server: Server, config: Config, flags: ReportFlags): Promise<ExitCode | undefined> {
  await makeProgress(flags.format).step('Bring the database up to date', () => prepareMain(server, config));
  const lost = new AbortController();
  let migrating: ChildProcess | undefined;
  const tell = (answer: VerdictAnswer): void => {
    if (lost.signal.aborted) return;
    const text = 'verdict' in answer ? verdictLines(answer.verdict) : `rolecall: no verdict: ${answer.failure}`;
    process.stdout.write(`${inLayout(flags.format === 'json' ? JSON.stringify(answer) : text, config.layout)}\n`);
  };
  const verdicts = new Verdicts(server.urls.main, flags.config, () => pauseRuns(migrating), tell);
  const listener = new pg.Client({ connectionString: server.urls.main, application_name: 'rolecall watch' });
  listener.on('notification', () => void verdicts.ask());
  listener.on('error', () => lost.abort());
  listener.on('end', () => lost.abort());
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
    const code = await runOnTerminal(['watch'], server.urls, {
      out: flags.format === 'json' ? process.stderr : process.stdout,
      // Without the server it only reports that each of its connections broke.
      complain: (line) => void (lost.signal.aborted || process.stderr.write(line)),
      loaded: [PAUSABLE],
      started: (child) => {
        migrating = child;
      },
      signal: lost.signal,
    });
    // Its connections may break first; this one's then break within moments.
    if (code !== 0 && code !== INTERRUPTED && !lost.signal.aborted)
      await Promise.race([once(lost.signal, 'abort'), pause(1_000)]);
    return lost.signal.aborted ? undefined : code;
  } finally {
    for (const watcher of watchers) watcher.close();
    await verdicts.close();
    await listener.end().catch(() => {});
  }
}

/** Editors write a file in several steps; one verdict is enough for them. */
function debounced(run: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, 100);
  };
}
