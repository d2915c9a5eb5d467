import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPlainNames } from '../access/names.ts';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { type Server, withServer } from '../database/server.ts';
import { account } from '../mutate/accounted.ts';
import { openCache } from '../mutate/cache.ts';
import { changesSinceCommit, isOfChanged } from '../mutate/changed.ts';
import { MutateError } from '../mutate/error.ts';
import type { Mutant } from '../mutate/mutant.ts';
import { probesFor } from '../mutate/probes/all.ts';
import { type MutantReport, notEvaluatedOf, reportPage, scoreTable, survivorDeviation } from '../mutate/report.ts';
import { scoresOf } from '../mutate/score.ts';
import { select } from '../mutate/select.ts';
import { tryMutants } from '../mutate/try.ts';
import { readUnchanged, type Unchanged } from '../mutate/unchanged.ts';
import { buildLegacy, migrateShadow } from '../proof/build.ts';
import { structureFile, structureScope } from '../proof/prove.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import { inLayout } from '../report/layout.ts';
import { makeProgress } from '../report/progress.ts';
import { findingsText, summaryText, verdictText } from '../report/text.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

export interface MutateFlags extends ReportFlags {
  readonly changed?: true;
  readonly sample?: number;
  readonly seed: number;
  readonly operator?: string;
  readonly object?: string;
  readonly list?: true;
  readonly report?: string;
}

/** Changes the shadow database a small step at a time, and says which changes nothing notices. */
export async function mutate(flags: MutateFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  const progress = makeProgress(flags.format);
  return withServer(config.database, async (server) => {
    const started = performance.now();
    const { mutants: declared = {}, ...settings } = withPlainNames(config);
    const scope = structureScope(config);
    await progress.step('Build the database of the migrations', async () => {
      await buildLegacy(server.urls, config);
      await migrateShadow(server.urls);
    });
    const unchanged = await progress.step('Read what there is to change', () =>
      withClient(server.urls.shadow, (client) => readUnchanged(client, settings, scope)),
    );
    const asked = await askedFor(flags, config, unchanged);
    if (flags.list) return list(config, flags, asked);

    const probes = probesFor(settings, scope);
    const cache = openCache(join(config.database.folder, 'mutants'), unchanged.cacheKey);
    const tried = await tryMutants({ server, settings, unchanged, asked, probes, cache, progress });
    if ('broken' in tried) {
      print(config, flags.format, brokenText(config, tried.broken), { baseline: tried.broken });
      return 1;
    }
    const report: MutantReport = {
      ...tried,
      accounted: await account(tried.judged, unchanged.population, declared),
      population: unchanged.population.length,
      seconds: (performance.now() - started) / 1000,
      probes,
    };
    if (flags.report) await writeFile(flags.report, inLayout(reportPage(report), config.layout));
    return tell(config, server, flags, report);
  });
}

async function askedFor(flags: MutateFlags, config: Config, unchanged: Unchanged): Promise<readonly Mutant[]> {
  const { operator, object, sample, seed } = flags;
  const changed = flags.changed
    ? isOfChanged(await changesSinceCommit(structureFile(config), unchanged.structure))
    : undefined;
  const asked = select(unchanged.population, { operator, object, changed, sample, seed });
  if (asked.length === 0 && !flags.changed)
    throw new MutateError(
      `There is no such mutant among the ${unchanged.population.length} of the database. \`--list\` shows them all.`,
    );
  return asked;
}

function list(config: Config, { format }: MutateFlags, asked: readonly Mutant[]): ExitCode {
  const lines = asked.map(({ id, what }) => `${id}\n    ${what}`);
  print(config, format, [...lines, `${asked.length} mutants`].join('\n'), asked);
  return 0;
}

function brokenText({ name }: Config, findings: Findings): string {
  return [
    findingsText(findings),
    `${name} does not hold before anything is changed, so that it would say nothing that a change is noticed. Correct it first.`,
  ].join('\n');
}

function tell(config: Config, server: Server, flags: MutateFlags, report: MutantReport): ExitCode {
  const { judged, accounted, cached, seconds, probes } = report;
  const findings = mergeFindings([
    {
      deviations: [...accounted.open.map((one) => survivorDeviation(one, probes)), ...accounted.deviations],
      notEvaluated: [],
    },
  ]);
  const count = (outcome: string): number => judged.filter(({ result }) => result.outcome === outcome).length;
  const summary = {
    server: server.where,
    mutants: `${judged.length} of ${report.population}, ${cached} from earlier runs`,
    killed: String(count('killed')),
    'accounted for': `${accounted.equivalent.length} equivalent, ${accounted.killedBy.length} killed by a test of the repository`,
    survive: String(accounted.open.length),
    'not made': String(count('not made')),
    'not evaluated': `${notEvaluatedOf(judged).length}${flags.report ? `: listed in ${flags.report}` : ''}`,
    seconds: seconds.toFixed(1),
  };
  const text = [
    findingsText(findings),
    scoreTable(report),
    '',
    summaryText(Object.entries(summary)),
    '',
    verdictText('The proof', findings),
  ].join('\n');
  print(config, flags.format, text, {
    ...summary,
    scores: scoresOf(judged, accounted),
    results: judged.map(({ mutant, result }) => ({ ...mutant, ...result })),
    ...findings,
  });
  return findings.deviations.length > 0 ? 1 : 0;
}
