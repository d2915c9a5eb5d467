import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import { cleanUp, temporaryFolder } from './helpers.ts';

const PACKAGE = fileURLToPath(new URL('../', import.meta.url));

afterAll(cleanUp);

test('the example of the README runs as it stands, in a project of its own that has the package and pg', async () => {
  const readme = await readFile(join(PACKAGE, 'README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const project = await temporaryFolder();
  await mkdir(join(project, 'node_modules'));
  await symlink(PACKAGE, join(project, 'node_modules/pglite-server'));
  await symlink(dirname(fileURLToPath(import.meta.resolve('pg/package.json'))), join(project, 'node_modules/pg'));
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  await writeFile(join(project, 'example.ts'), example);
  const { stdout } = await promisify(execFile)(process.execPath, ['example.ts'], {
    cwd: project,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(stdout).toContain(`{ datname: 'app' }`);
});
