import { connectionStringsFrom } from '../database/urls.ts';
import { copyIn, KEPT_COPY } from '../migrations/copies/shadow.ts';
import { migrationBeingCommitted, NEWEST_BEFORE } from '../migrations/files.ts';
import { refuses, gate as runGate } from '../proof/gate.ts';
import { findingsText } from '../report/text.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

/** Runs in graphile-migrate's hook on the shadow database; a deviation makes graphile-migrate refuse the commit. */
export async function gate(flags: ReportFlags, env: NodeJS.ProcessEnv): Promise<ExitCode> {
  const shadow = env.GM_DBURL;
  if (!shadow || !env.GM_SHADOW) return 0;
  // graphile-migrate puts a placeholder in DATABASE_URL, so that no hook can touch the main database by mistake.
  const urls = connectionStringsFrom({ ...env, SHADOW_DATABASE_URL: shadow });
  // It runs its hooks on the shadow database for other commands too.
  const migration = await migrationBeingCommitted(env[NEWEST_BEFORE]);
  if (!urls || !migration) return 0;
  const config = await configOf(flags);
  const { findings, rows, elsewhere } = await runGate(urls, config, migration, copyIn(env[KEPT_COPY]));
  const refused = refuses(findings);
  const verdict = refused
    ? 'rolecall: the gate refuses this migration.'
    : 'rolecall: the access matrix is as declared, the GraphQL schemas build, and the migration can run again.';
  const counted = rows.map((line) => `rolecall: rows of ${line}`);
  const noted = elsewhere ? [`rolecall: proved elsewhere: ${elsewhere}.`] : [];
  print(config, flags.format, [findingsText(findings), ...counted, ...noted, verdict].filter(Boolean).join('\n'), {
    ...findings,
    rows,
    ...(elsewhere ? { elsewhere } : {}),
  });
  return refused ? 1 : 0;
}
