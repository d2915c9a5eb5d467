import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { migrationFileFindings } from '../migrations/file-findings.ts';
import { inLayout } from '../report/layout.ts';
import type { Format } from '../report/progress.ts';
import { findingsText } from '../report/text.ts';

/** The flags that every command takes. */
export interface GlobalFlags {
  readonly config: string;
}

export interface ReportFlags extends GlobalFlags {
  readonly format: Format;
}

/** 0 holds, 1 deviates, 2 could not run. */
export type ExitCode = number;

export async function configOf(flags: GlobalFlags): Promise<Config> {
  return loadConfig(flags.config);
}

/**
 * Writes a report: `text` for people, `data` as JSON for machines.
 * @param layout the project's, whose files and commands the report names
 */
export function print({ layout }: Pick<Config, 'layout'>, format: Format, text: string, data: unknown): void {
  const report = format === 'json' ? JSON.stringify(data, null, 2) : text;
  process.stdout.write(`${inLayout(report, layout)}\n`);
}

/**
 * Reports committed files that no database could run in their order. Nothing else can be said then.
 * @returns whether there are any
 */
export async function refusesMigrationFiles(config: Config, format: Format): Promise<boolean> {
  const findings = await migrationFileFindings();
  if (findings.deviations.length === 0) return false;
  const text = `${findingsText(findings)}\n${config.name}: nothing else was looked at, since the committed migrations cannot run as they are.`;
  print(config, format, text, findings);
  return true;
}
