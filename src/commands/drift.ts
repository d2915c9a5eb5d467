import { ConfigError } from '../config/load.ts';
import { withClient } from '../database/connect.ts';
import { DatabaseError } from '../database/error.ts';
import { databaseOf, withoutPassword } from '../database/urls.ts';
import { findDrift } from '../proof/drift.ts';
import { findingsText, verdictText } from '../report/text.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

export interface DriftFlags extends ReportFlags {
  readonly remote: string;
}

/** Says what was changed by hand in a live database, and writes nothing, there or here. */
export async function drift(flags: DriftFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  const { remote } = flags;
  if (!URL.canParse(remote) || !/^postgres(ql)?:$/.test(new URL(remote).protocol))
    throw new ConfigError('--remote takes postgres://user:password@host:5432/database.');
  const { findings, statements, unwritten, objects } = await withClient(remote, (client) =>
    findDrift(client, config),
  ).catch((error: unknown) => {
    throw explained(error, remote);
  });
  const name = `${databaseOf(remote)} of ${new URL(remote).hostname}`;
  const text = [
    findingsText(findings),
    ...(statements.length > 0 ? ['-- For migrations/current.sql, to keep what was changed:', ...statements, ''] : []),
    ...unwritten.map((one) => `-- To be written by you: ${one.replaceAll(/\s+/g, ' ')}`),
    ...(unwritten.length > 0 ? [''] : []),
    `${objects} objects compared.`,
    verdictText(name, findings),
  ];
  print(config, flags.format, text.filter((part, at) => part || at > 0).join('\n'), {
    ...findings,
    statements,
    unwritten,
    objects,
  });
  return findings.deviations.length + findings.notEvaluated.length > 0 ? 1 : 0;
}

/** A refused connection is said of DATABASE_URL, which is another one. */
function explained(error: unknown, remote: string): unknown {
  if (!(error instanceof DatabaseError) || !error.cause) return error;
  const { message } = error.cause as Error;
  return new DatabaseError(
    `No connection to ${withoutPassword(remote)} (--remote): ${message || (error.cause as { code?: string }).code}.`,
    {
      cause: error.cause,
    },
  );
}
