import { writeFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { openServer } from '../database/server.ts';
import { proveInvariants } from '../proof/invariants.ts';
import { createCopyDatabase } from '../rehearsal/copy-database.ts';
import { RehearsalError } from '../rehearsal/error.ts';
import { resultHtml } from '../rehearsal/report/html.ts';
import { resultText } from '../rehearsal/report/text.ts';
import { REPORT_SECTIONS } from '../rehearsal/report-sections.ts';
import { runRehearsal } from '../rehearsal/run.ts';
import type { RehearsedProject } from '../rehearsal/settings.ts';
import { type Dump, openDump } from '../rehearsal/source/file.ts';
import { type LiveSource, withLiveSource } from '../rehearsal/source/live.ts';
import { mergeFindings } from '../report/deviation.ts';
import { makeProgress } from '../report/progress.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

export interface RehearseFlags extends ReportFlags {
  /** A dump, or the connection string of a database. */
  readonly from: string;
  /** The file of the HTML report. */
  readonly html?: string;
  /** The copy stays. */
  readonly keep?: true;
  /** Whether the locks of the migrations are observed. */
  readonly locks: boolean;
}

/** Migrates a copy of a real database, and accounts for every row and every value of it. */
export async function rehearse(flags: RehearseFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  const project = projectOf(config);
  const progress = makeProgress(flags.format);
  const begun = new Date();
  return withSource(flags.from, project, async (dump, live) => {
    const server = await progress.step('Open the database server', () => openServer(config.database, process.env));
    try {
      const copy = await createCopyDatabase(server.urls);
      try {
        const sections = flags.locks ? REPORT_SECTIONS : [];
        const rehearsed = await runRehearsal({ project, server, urls: copy.urls, dump, live, sections }, progress);
        const invariants = await progress.step('Check the invariants', () => proveInvariants(copy.urls.main, config));
        const result = { ...rehearsed, findings: mergeFindings([rehearsed.findings, invariants]) };
        if (flags.keep) copy.keep();
        const { seconds } = progress;
        if (flags.html) await writeFile(flags.html, resultHtml(result, { project, begun, seconds }));
        const kept = flags.keep ? copy.urls.main : undefined;
        print(config, flags.format, resultText(project, result, kept), {
          begun,
          seconds: Object.fromEntries(seconds),
          ...(kept ? { kept } : {}),
          ...result,
        });
        const { deviations, notEvaluated } = result.findings;
        return deviations.length + notEvaluated.length > 0 ? 1 : 0;
      } finally {
        await copy.drop();
      }
    } finally {
      await server.stop();
    }
  });
}

/** @throws RehearsalError when the configuration has no legacy data */
function projectOf({ name, database, legacy }: Config): RehearsedProject {
  if (!legacy)
    throw new RehearsalError(
      'The configuration has no `legacy` part: there is nothing to rehearse. Declare in it where each legacy column is after the migrations (`legacy.mapping`).',
    );
  return { name, extensions: database.extensions, legacy };
}

function withSource<T>(
  from: string,
  project: RehearsedProject,
  use: (dump: Dump, live: LiveSource | undefined) => Promise<T>,
): Promise<T> {
  if (!/^postgres(ql)?:\/\//.test(from)) return openDump(from).then((dump) => use(dump, undefined));
  return withLiveSource(from, project, (live) => use(live.dump, live));
}
