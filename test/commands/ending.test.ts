// How a command ends: with all that it said, and its exit code, whatever becomes of who reads it.
import { type ChildProcess, spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';

/** Runs Node, and gives its exit code and what it wrote. */
async function ended(child: ChildProcess): Promise<{ code: number | null; out: number; err: string }> {
  let [out, err] = [0, ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.length;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, out, err };
}

/** Runs a program that begins to end with 3 after some statements. */
const ending = (statements: string, after = ''): ChildProcess => {
  const program = `
    import { createServer } from 'node:net';
    import { mock } from 'node:test';
    import { endWith } from ${JSON.stringify(pathToFileURL('src/end.ts').href)};
    ${statements}
    endWith(3);
    ${after}`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
};

test('all that was written is read before the process ends, however long that takes', async () => {
  const written = `process.stdout.write('x'.repeat(3_000_000)); mock.timers.enable();`;
  const seen = await ended(ending(written, 'mock.timers.tick(60_000);'));
  expect(seen).toEqual({ code: 3, out: 3_000_000, err: '' });
});

test('what was left open does not keep the process', async () => {
  const opened = 'createServer().listen(0, "127.0.0.1");';
  expect(await ended(ending(opened))).toEqual({ code: 3, out: 0, err: '' });
});

test('a reader that goes, as head does, is no error', async () => {
  const child = spawn(process.execPath, ['bin/rolecall.js', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  expect(await ended(child)).toEqual({ code: 0, out: 0, err: '' });
});
