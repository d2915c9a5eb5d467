import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { untilStopped } from '../database/running.ts';
import { makeProgress } from '../report/progress.ts';
import { reviewHtml } from '../review/pages/html.ts';
import { reviewMarkdown } from '../review/pages/markdown.ts';
import { reviewText } from '../review/pages/text.ts';
import { refusesChange } from '../review/pages/words.ts';
import { reviewOf } from '../review/review.ts';
import { scratchFolder } from '../review/states.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

export interface ReviewFlags extends ReportFlags {
  readonly base: string;
  readonly head: string;
  readonly markdown?: string;
  readonly html?: string;
}

/** Says what a change does to whom, and writes it as pages. */
export async function review(flags: ReviewFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  const { folder } = config.database;
  const scratch = scratchFolder(folder);
  const clean = untilStopped(() => rm(scratch, { recursive: true, force: true }));
  try {
    const question = { base: flags.base, head: flags.head, config: relative('.', flags.config) };
    const result = await reviewOf(config, question, scratch, makeProgress(flags.format));
    const pages = {
      markdown: flags.markdown ?? join(folder, 'review', 'review.md'),
      html: flags.html ?? join(folder, 'review', 'review.html'),
    };
    const texts = { markdown: reviewMarkdown(result), html: reviewHtml(result) };
    for (const kind of ['markdown', 'html'] as const) {
      await mkdir(dirname(pages[kind]), { recursive: true });
      await writeFile(pages[kind], texts[kind]);
    }
    print(config, flags.format, reviewText(result, pages), { ...result, refused: refusesChange(result), pages });
    return refusesChange(result) ? 1 : 0;
  } finally {
    await clean();
  }
}
