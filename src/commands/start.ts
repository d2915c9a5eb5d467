import type { TableAccount } from '../accounting/account.ts';
import type { Config } from '../config/schema.ts';
import { openServer, type Server } from '../database/server.ts';
import { databaseOf } from '../database/urls.ts';
import { createMain, type FullProof, mainMustFit, prepareMain, proveFromNothing } from '../proof/from-nothing.ts';
import { compareSnapshots } from '../proof/snapshots.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import { makeProgress, type Progress } from '../report/progress.ts';
import { findingsText, summaryText, verdictText } from '../report/text.ts';
import { checkSupabase } from '../supabase/check.ts';
import { configOf, type ExitCode, print, type ReportFlags, refusesMigrationFiles } from './context.ts';

/** From nothing to a verdict: a server, a database over legacy data, every proof, and what is checked in. */
export async function start(flags: ReportFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  if (await refusesMigrationFiles(config, flags.format)) return 1;
  const progress = makeProgress(flags.format);
  const server = await progress.step('Open the database server', () => openServer(config.database, process.env));
  try {
    // Before the proofs, which take longer and are of the other database.
    await mainMustFit(server);
    const proof = await proveFromNothing(server, config, progress, {
      built: () => createMain(server),
      meanwhile: () => progress.step('Bring your own database up to date', () => prepareMain(server, config)),
    });
    const compared = await progress.step('Compare with the files that are checked in', () =>
      compareSnapshots(proof.files, config),
    );
    const supabase = await checkSupabase(config.supabase);
    const findings = mergeFindings([proof.findings, { deviations: compared, notEvaluated: [] }, supabase]);
    const summary = summarise(server, config, proof, findings, progress);
    const text = [
      findingsText(findings),
      summaryText(Object.entries(summary.lines)),
      '',
      verdictText(config.name, findings),
    ].join('\n');
    print(config, flags.format, text, { ...summary.data, ...findings });
    return findings.deviations.length + findings.notEvaluated.length > 0 ? 1 : 0;
  } finally {
    await server.stop();
  }
}

function summarise(
  server: Server,
  config: Config,
  proof: FullProof,
  { deviations, notEvaluated }: Findings,
  progress: Progress,
) {
  const seconds = Object.fromEntries([...progress.seconds].map(([step, taken]) => [step, Math.round(taken * 10) / 10]));
  const snapshots = proof.files.size;
  const proven = proof.cells.filter(({ outcome }) => outcome !== 'not evaluated').length;
  return {
    lines: {
      server: server.where,
      databases: `${databaseOf(server.urls.main)} (yours) and ${databaseOf(server.urls.shadow)} (rebuilt from legacy data)`,
      migrations: `${proof.migrations.length} committed; current.sql is ${proof.currentIsEmpty ? 'empty' : 'applied'}`,
      roles: `${config.roles.length} (${config.roles.join(', ')}), and ${Object.keys(config.personas).length} personas (${Object.keys(config.personas).join(', ')})`,
      ...legacyLine(proof.accounts),
      proven: `${proven} cells, ${proof.counts.columns} columns, ${proof.counts.calls} calls and ${proof.counts.privileges} privileges, by executed statements`,
      'beyond the world': `${proof.counts.answers} answers of callers about variants of its rows, ${proof.counts.conditions} parts of policies seen true and false`,
      GraphQL: `${proof.answers} answers, and what mutations write, held against those of SQL`,
      effects: `${proof.counts.functionCalls} calls of functions with arguments from the world, and ${proof.counts.reachingStatements} statements that reach others`,
      'non-interference': `${proof.counts.worldAnswers} answers, alike in ${proof.counts.otherWorlds} other worlds but for what is declared`,
      schema: `${proof.counts.tables} tables and views, ${proof.counts.policies} policies, ${proof.counts.functions} functions`,
      snapshots: `${snapshots} compared`,
      ...(proof.elsewhere ? { elsewhere: proof.elsewhere } : {}),
      deviations: String(deviations.length),
      'not evaluated': String(notEvaluated.length),
      // Steps that run at the same time are counted once: it is the time since the command was called.
      seconds: `${(performance.now() / 1000).toFixed(1)}`,
    },
    data: {
      server: server.where,
      migrations: proof.migrations,
      currentIsEmpty: proof.currentIsEmpty,
      roles: config.roles,
      personas: Object.keys(config.personas),
      legacyRows: proof.accounts,
      cells: { proven, total: proof.cells.length },
      counts: proof.counts,
      answers: proof.answers,
      snapshots,
      ...(proof.elsewhere ? { elsewhere: proof.elsewhere } : {}),
      seconds,
    },
  };
}

function legacyLine(accounts: readonly TableAccount[]): Record<string, string> {
  if (accounts.length === 0) return {};
  const sum = (key: 'in' | 'carried' | 'changed' | 'setAside' | 'lost' | 'altered'): number =>
    accounts.reduce((total, table) => total + table[key], 0);
  const bad = sum('lost') + sum('altered');
  const parts = `${sum('carried')} carried + ${sum('changed')} changed by a named rule + ${sum('setAside')} quarantined`;
  return {
    'legacy rows': `${sum('in')} in ${accounts.length} tables = ${parts}${bad > 0 ? ` + ${sum('lost')} LOST + ${sum('altered')} ALTERED` : ''}`,
  };
}
