import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Project } from './project.ts';
import { BenchError, type Running } from './runs.ts';

/** What one save of current.sql led to, in seconds. */
export interface Save {
  readonly what: string;
  /** From the save to graphile-migrate's "Finished". */
  readonly migrated: number;
  /** From "Finished" to the verdict. */
  readonly verdict: number;
}

interface Edit {
  readonly what: string;
  readonly sql: string;
  /** Whether the verdict must tell of it: one that does not is no verdict on this save. */
  readonly deviates: boolean;
}

const CLOSE = 'drop policy if exists "bench: open" on public.chat_messages;\n';
const DROP = 'drop table if exists public.bench_notes;\n';
const BLANK = '-- Enter migration here\n';

/** What a person does: opens a policy by mistake and closes it, adds a bare table and drops it, and starts again. */
const EDITS: readonly Edit[] = [
  {
    what: 'a policy opened',
    sql: `${CLOSE}create policy "bench: open" on public.chat_messages for select to authenticated using (true);\n`,
    deviates: true,
  },
  { what: 'the policy closed', sql: CLOSE, deviates: false },
  {
    what: 'a table added',
    sql: `${DROP}create table public.bench_notes (id uuid primary key default gen_random_uuid(), body text not null);\ngrant select, insert on public.bench_notes to anon;\n`,
    deviates: true,
  },
  { what: 'the table dropped', sql: DROP, deviates: false },
  { what: 'the file emptied', sql: BLANK, deviates: false },
];

const FINISHED = /\]: Finished \(/;
const VERDICT = /^rolecall: (\d+ deviations?|\d+ cells are as declared|no verdict)/;

/** A person reads a verdict before the next save; until then, nothing is printed. */
const READING = 2_500;

/** Saves current.sql several times while one `rolecall watch` runs, as a person with an editor does. */
export async function measureSaves(project: Project): Promise<Save[]> {
  const file = join(project.folder, 'migrations', 'current.sql');
  await writeFile(file, BLANK);
  const watch = project.begin(['watch']);
  await watch.line(VERDICT);
  const saves: Save[] = [];
  for (const edit of EDITS) {
    await watch.quiet(READING);
    saves.push(await measureSave(watch, file, edit));
  }
  await watch.interrupt();
  return saves;
}

async function measureSave(watch: Running, file: string, { what, sql, deviates }: Edit): Promise<Save> {
  const saved = performance.now();
  await writeFile(file, sql);
  const finished = await watch.line(FINISHED, saved);
  const verdict = await watch.line(VERDICT, saved);
  if (verdict.text.includes('no verdict') || (deviates && !verdict.text.includes('deviation'))) {
    throw new BenchError(`After a save (${what}), watch said: ${verdict.text}`);
  }
  return { what, migrated: (finished.at - saved) / 1000, verdict: (verdict.at - finished.at) / 1000 };
}
