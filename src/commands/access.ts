import { answerData, holds } from '../access/answer/outcome.ts';
import { reportText } from '../access/answer/text.ts';
import { reportHtml } from '../access/pages/html.ts';
import { reportMarkdown } from '../access/pages/markdown.ts';
import { withServer } from '../database/server.ts';
import { answerAccess } from '../proof/access.ts';
import { inLayout } from '../report/layout.ts';
import { configOf, type ExitCode, type GlobalFlags } from './context.ts';

export interface AccessFlags extends GlobalFlags {
  readonly format: 'text' | 'json' | 'markdown' | 'html';
  readonly as?: string;
  readonly table?: string;
  /** The table whose rule is explained. */
  readonly explain?: string;
}

const WRITERS = {
  text: reportText,
  json: (report) => JSON.stringify(answerData(report), null, 2),
  markdown: reportMarkdown,
  html: reportHtml,
} as const satisfies Record<AccessFlags['format'], (report: Awaited<ReturnType<typeof answerAccess>>) => string>;

/** Answers who may do what in your database as it is: the matrix, one table, one persona, or the rule of a table. */
export async function access(flags: AccessFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  return withServer(config.database, async ({ urls }) => {
    const table = flags.explain ?? flags.table;
    const question = { table, as: flags.as, explain: flags.explain !== undefined };
    const report = await shown(flags, () => answerAccess(urls.main, config, question));
    process.stdout.write(`${inLayout(WRITERS[flags.format](report).trimEnd(), config.layout)}\n`);
    return holds(report) ? 0 : 1;
  });
}

/** The matrix takes seconds, and its progress is shown; one question takes less than the code for that. */
async function shown<T>({ format, table, explain }: AccessFlags, answer: () => Promise<T>): Promise<T> {
  if (format !== 'text' || table !== undefined || explain !== undefined) return answer();
  const { makeProgress } = await import('../report/progress.ts');
  return makeProgress(format).step('Prove access as each persona', answer);
}
