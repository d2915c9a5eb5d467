import { ConfigError } from '../config/load.ts';
import { withServer } from '../database/server.ts';
import { databaseOf } from '../database/urls.ts';
import { type PlansProof, provePlans } from '../plans/prove.ts';
import { plansPath, snapshotFile } from '../plans/snapshot.ts';
import { type Findings, together } from '../report/deviation.ts';
import { makeProgress } from '../report/progress.ts';
import { compareFile } from '../report/snapshots.ts';
import { findingsText, summaryText, verdictText } from '../report/text.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

/** Plans every query of spec/queries as its persona, on your database as it stands, and holds the plans against the files. */
export async function plans(flags: ReportFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  const { queries: settings } = config;
  if (!settings) throw new ConfigError(`${flags.config} names no queries: it needs \`queries\`.`);
  const progress = makeProgress(flags.format);
  return withServer(config, async ({ urls, where }) => {
    const proof = await progress.step('Plan the queries on tables of the declared size', () =>
      provePlans(urls.main, config, settings),
    );
    const differing = await Promise.all([...(await snapshotFile(config, proof))].map((file) => compareFile(...file)));
    const findings = together([proof.findings, { deviations: differing.flat(), notEvaluated: [] }]);
    const lines = {
      server: where,
      database: `${databaseOf(urls.main)}, as it stands`,
      ...summaryOf(proof),
      snapshot:
        proof.snapshot === undefined
          ? `not compared: ${plansPath(config)} has the plans of PostgreSQL ${settings.planner}`
          : plansPath(config),
      pages: `not evaluated: the tables are not of the declared size`,
      deviations: String(findings.deviations.length),
    };
    const text = [findingsText(findings), summaryText(Object.entries(lines)), '', verdictText(config.name, findings)];
    print(flags.format, text.filter((line) => line !== undefined).join('\n'), {
      ...lines,
      needs: proof.indexes,
      ...findings,
    });
    return exitCodeOf(findings);
  });
}

function summaryOf({ major, queries, actions, indexes }: PlansProof): Record<string, string> {
  const made = queries.reduce((sum, { runs }) => sum + runs.length, 0);
  const needed = indexes.filter(({ needs }) => needs.length > 0).length;
  return {
    planner: `PostgreSQL ${major}, told the declared sizes`,
    queries: `${queries.length}, planned ${made} times: typical and heavy, generic and custom`,
    'foreign keys': `${actions.length}`,
    indexes: `${indexes.length} beside keys; ${needed} needed by what became worse without`,
  };
}

const exitCodeOf = ({ deviations, notEvaluated }: Findings): ExitCode =>
  deviations.length + notEvaluated.length > 0 ? 1 : 0;
