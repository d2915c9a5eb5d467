import { writeFile } from 'node:fs/promises';
import type { Config } from '../config/define.ts';
import { openServer } from '../database/server.ts';
import { outcomeHtml } from '../rehearsal/report/html.ts';
import { outcomeText } from '../rehearsal/report/text.ts';
import { runRehearsal } from '../rehearsal/run.ts';
import { makeScratch } from '../rehearsal/scratch.ts';
import { SECTIONS } from '../rehearsal/sections.ts';
import { type Dump, openDump } from '../rehearsal/source/file.ts';
import { type LiveSource, withLiveSource } from '../rehearsal/source/live.ts';
import { makeProgress } from '../report/progress.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

export interface RehearseFlags extends ReportFlags {
  readonly from: string;
  readonly html?: string;
  readonly keep?: true;
  readonly locks: boolean;
}

/** Migrates a copy of a real database, and accounts for every row and every value of it. */
export async function rehearse(flags: RehearseFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  const progress = makeProgress(flags.format);
  const begun = new Date();
  return withSource(flags.from, config, async (dump, live) => {
    const server = await progress.step('Open the database server', () => openServer(config.database, process.env));
    try {
      const scratch = await makeScratch(server.urls);
      try {
        const sections = flags.locks ? SECTIONS : [];
        const outcome = await runRehearsal({ config, server, urls: scratch.urls, dump, live, sections }, progress);
        if (flags.keep) scratch.keep();
        const mapped = mappedBy(config);
        const told = { name: config.name, begun, seconds: progress.seconds, mapped };
        if (flags.html) await writeFile(flags.html, outcomeHtml(outcome, told));
        const kept = flags.keep ? scratch.urls.main : undefined;
        print(config, flags.format, outcomeText(config.name, outcome, mapped, kept), {
          begun,
          seconds: Object.fromEntries(progress.seconds),
          ...(kept ? { kept } : {}),
          ...outcome,
        });
        return outcome.findings.deviations.length > 0 ? 1 : 0;
      } finally {
        await scratch.drop();
      }
    } finally {
      await server.stop();
    }
  });
}

function withSource<T>(
  from: string,
  config: Config,
  use: (dump: Dump, live: LiveSource | undefined) => Promise<T>,
): Promise<T> {
  if (!/^postgres(ql)?:\/\//.test(from)) return openDump(from).then((dump) => use(dump, undefined));
  return withLiveSource(from, config, (live) => use(live.dump, live));
}

function mappedBy({ legacy }: Config): (table: string, column?: string) => boolean {
  const mapping = legacy?.mapping ?? {};
  return (table, column) => {
    if (legacy?.host?.tables.includes(table)) return true;
    const declared = table.startsWith(`${legacy?.found}.`) ? mapping[table.slice(table.indexOf('.') + 1)] : undefined;
    return declared !== undefined && (column === undefined || column in declared.columns);
  };
}
