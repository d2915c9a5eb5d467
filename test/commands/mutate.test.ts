import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freshNotebook, type Project } from '../support/project.ts';
import { within } from '../support/time-limits.ts';

let project: Project;

beforeAll(async () => {
  project = await freshNotebook();
});

afterAll(() => project.remove());

/** Runs the command with a file changed. */
async function mutateWith(path: string, from: string, to: string, args: readonly string[]) {
  const file = join(project.folder, path);
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
  const finished = await project.rolecall(['mutate', ...args]);
  await writeFile(file, text);
  return finished;
}

test(
  'a run that was killed keeps its results: the same command goes on from there, and writes a report with the scores',
  async () => {
    const sample = ['mutate', '--operator', 'policy-dropped', '--sample', '4', '--seed', '3'];
    const first = project.begin(sample);
    await first.until('of 4');
    first.kill();
    await first.finished;
    const second = await project.rolecall([...sample, '--report', 'mutants.md']);
    expect(second.output).toMatch(/mutants +4 of \d+, [1-4] from earlier runs/);
    expect(second).toMatchObject({ code: 0, output: expect.stringContaining('The proof holds.') });
    expect(await readFile(join(project.folder, 'mutants.md'), 'utf8')).toMatch(/\| policy-dropped \| +4 \| +4 \|/);
  },
  within(240),
);

const EQUIVALENT = ['--operator', 'primary-key-dropped', '--object', 'legacy.notes constraint *'];
const REASON = "      'primary-key-dropped legacy.*': 'No client role may enter schema legacy.',\n";

test(
  'a mutant that nothing notices is a deviation, with its statement and what looked at it',
  async () => {
    const { code, output } = await mutateWith('rolecall.config.ts', REASON, '', EQUIVALENT);
    expect(code).toBe(1);
    expect(output).toMatch(/alter table legacy\.notes drop constraint notes_pkey/i);
    expect(output).toMatch(/seen +no difference in structure \(1\), cells \(\d+\), sets \(\d+\), functions \(\d+\)/);
  },
  within(240),
);

test(
  'it is none once the configuration says why nothing can notice it',
  async () => {
    const { code, output } = await project.rolecall(['mutate', ...EQUIVALENT]);
    expect(output).toMatch(/accounted for +1 equivalent/);
    expect(output).toContain('The proof holds.');
    expect(code).toBe(0);
  },
  within(240),
);

test(
  'while the database is not as declared no mutant is tried, and the deviations are told',
  async () => {
    const { code, output } = await mutateWith('spec/access.ts', "any: { anon: 'S', owner", "any: { anon: '—', owner", [
      '--operator',
      'policy-dropped',
      '--object',
      'public.plans',
    ]);
    expect(code).toBe(1);
    expect(output).toContain('anon · select · public.plans (any)');
    expect(output).toContain('does not hold before anything is changed');
  },
  within(240),
);
