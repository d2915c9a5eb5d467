import { markdownTable } from 'markdown-table';
import { ConfigError } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { withServer } from '../database/server.ts';
import { databaseOf } from '../database/urls.ts';
import { type Measurement, measurePlans } from '../plans/measure.ts';
import { type PlansProof, provePlans } from '../plans/prove.ts';
import type { QuerySettings } from '../plans/settings.ts';
import { plansPath, snapshotFile } from '../plans/snapshot.ts';
import { elsewhereText, withElsewhere } from '../proof/elsewhere.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import { makeProgress, type Progress } from '../report/progress.ts';
import { compareFile } from '../report/snapshots.ts';
import { findingsText, summaryText, verdictText } from '../report/text.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

export interface PlansFlags extends ReportFlags {
  readonly measure?: true;
}

/** The output of `plans`, with or without --measure: findings, lines of text, data for JSON, and possibly a table. */
interface Report {
  readonly findings: Findings;
  readonly lines: Readonly<Record<string, string>>;
  readonly data: object;
  readonly table?: string;
}

/** The work that the embedded engine does instead, where only a superuser can. */
const PLANS = { plans: true, calls: false, run: ['watch', '--once'] };

/** Plans every query as its persona, on your unchanged database, and compares the plans with the query files. */
export async function plans(flags: PlansFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  const { queries: settings } = config;
  if (!settings) throw new ConfigError(`${flags.config} names no queries: it needs \`queries\`.`);
  const progress = makeProgress(flags.format);
  return withServer(config.database, async ({ urls, where }) => {
    const { findings, lines, data, table } = flags.measure
      ? await measured(urls.main, config, settings, progress)
      : await withElsewhere(urls.main, config, progress, PLANS, async (elsewhere) => {
          const report = await planned(elsewhere?.url ?? urls.main, config, settings, progress);
          return elsewhere ? { ...report, lines: { ...report.lines, elsewhere: elsewhereText(elsewhere) } } : report;
        });
    const summary = {
      server: where,
      database: `${databaseOf(urls.main)}, unchanged`,
      ...lines,
      deviations: String(findings.deviations.length),
      'not evaluated': String(findings.notEvaluated.length),
    };
    const parts = [findingsText(findings), ...(table ? [table, ''] : []), summaryText(Object.entries(summary)), ''];
    print(config, flags.format, [...parts, verdictText(config.name, findings)].join('\n'), {
      ...summary,
      ...data,
      ...findings,
    });
    return findings.deviations.length + findings.notEvaluated.length > 0 ? 1 : 0;
  });
}

async function planned(url: string, config: Config, settings: QuerySettings, progress: Progress): Promise<Report> {
  const proof = await progress.step('Plan the queries on tables of production size', () =>
    provePlans(url, config, settings),
  );
  const differing = await Promise.all([...(await snapshotFile(config, proof))].map((file) => compareFile(...file)));
  const file = plansPath(config);
  return {
    findings: mergeFindings([proof.findings, { deviations: differing.flat(), notEvaluated: [] }]),
    lines: {
      ...summaryOf(proof),
      snapshot:
        proof.snapshot === undefined ? `not compared: ${file} has the plans of PostgreSQL ${settings.planner}` : file,
      pages: 'not evaluated: needs tables of the declared size (run with --measure on such a database)',
    },
    data: { needs: proof.indexes },
  };
}

async function measured(url: string, config: Config, settings: QuerySettings, progress: Progress): Promise<Report> {
  const {
    measurements,
    planned: plan,
    findings,
  } = await progress.step('Run the queries on the rows that are there', () => measurePlans(url, config, settings));
  return {
    findings,
    lines: {
      measured: `${measurements.length} executions`,
      plans: `${plan.judged} of ${plan.of} queries compared with their files; the others read tables with less than half of the declared rows, or inside of functions`,
    },
    data: { measurements },
    table: measurements.length > 0 ? tableOf(measurements) : '',
  };
}

function tableOf(measurements: readonly Measurement[]): string {
  const lines = measurements.map(({ name, set, mode, rows, pages, limit, bypassed }) => [
    name,
    `${set}, ${mode}`,
    ...[rows, pages, limit ?? ''].map(String),
    bypassed === undefined ? '' : `${bypassed}`,
    bypassed === undefined ? '' : (pages / Math.max(bypassed, 1)).toFixed(2),
  ]);
  const head = ['query', 'parameters, plan', 'rows', 'pages', 'at most', 'without row security', 'ratio'];
  return markdownTable([head, ...lines], { align: ['l', 'l', 'r', 'r', 'r', 'r', 'r'] });
}

function summaryOf({ major, queries, actions, indexes }: PlansProof): Record<string, string> {
  const made = queries.reduce((sum, { runs }) => sum + runs.length, 0);
  const needed = indexes.filter(({ needs }) => needs.length > 0).length;
  return {
    planner: `PostgreSQL ${major}, with stand-in sizes`,
    queries: `${queries.length}, planned ${made} times: typical and heavy, generic and custom`,
    'foreign keys': `${actions.length}`,
    indexes: `${indexes.length} that enforce no key; ${needed} needed: a plan is worse without them`,
  };
}
