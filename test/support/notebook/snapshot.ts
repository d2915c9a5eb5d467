// Writes what the tool generates of the notebook anew, after a change of either:
//
//   node test/support/notebook/snapshot.ts
import { execFileSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NOTEBOOK, notebookFolder } from '../project-folder.ts';

const folder = await notebookFolder();
const env = { ...process.env, DATABASE_URL: '', ROOT_DATABASE_URL: '', SHADOW_DATABASE_URL: '' };
for (const args of [['export', 'supabase'], ['snapshot']])
  execFileSync(process.execPath, ['bin/rolecall.js', ...args], { cwd: folder, env, stdio: 'inherit' });
for (const path of ['snapshots', 'types', 'supabase'])
  await cp(join(folder, path), join(NOTEBOOK, path), { recursive: true });
await rm(folder, { recursive: true });
