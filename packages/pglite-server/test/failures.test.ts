import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { EngineError, startEngine } from '../src/index.ts';
import { cleanUp, dataFolder, temporaryFolder } from './helpers.ts';

afterAll(cleanUp);

/** Why an engine doesn't start. */
async function refusal(options: Parameters<typeof startEngine>[0]): Promise<EngineError> {
  const error: unknown = await startEngine(options).then(
    () => new Error('It should have failed, and did not.'),
    (failed: unknown) => failed,
  );
  if (!(error instanceof EngineError)) throw error;
  expect(error.message).not.toContain('\n');
  return error;
}

test.each([
  ['is a file', 'data'],
  ['is below a file', 'data/below'],
])('a data folder that %s is refused with what to do', async (_, path) => {
  const parent = await temporaryFolder();
  await writeFile(join(parent, 'data'), '');
  const { code, message } = await refusal({ folder: join(parent, path) });
  expect(code).toBe('not-a-folder');
  expect(message).toMatch(/is a file. Move that file away, or name another folder.$/);
});

// Who runs the tests may write everywhere but there.
test('a data folder that cannot be written is refused with what to do', async () => {
  const { code, message } = await refusal({ folder: '/proc/pglite-server' });
  expect(code).toBe('not-writable');
  expect(message).toMatch(/^\/proc\/pglite-server cannot be .*, or name another folder.$/);
});

test('a port that another program listens on is refused when it was asked for', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  expect((await refusal({ folder: await dataFolder(), ...(port ? { port } : {}) })).code).toBe('port-taken');
  await new Promise((resolve) => taken.close(resolve));
});

test('a data folder without its template’s files is refused, and says which is missing', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'template'));
  const { code, message } = await refusal({ folder });
  expect(code).toBe('failed');
  expect(message).toContain('parameters.json');
});
