import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { thorough } from '../support/databases.ts';
import { freshProject } from '../support/project.ts';

thorough(
  'the snapshots hold where new tables and functions are nobody’s by default, as in new projects of Supabase',
  async () => {
    const project = await freshProject();
    try {
      const shim = join(project.folder, 'migrations/hooks/supabase-shim.sql');
      const generous = await readFile(shim, 'utf8');
      const closed = generous.replace(/ {2}execute format\(\s+'alter default privileges[\s\S]*?\);\n(?=end\n)/, '');
      expect(closed).not.toContain('grant all on tables');
      await writeFile(shim, closed);
      expect(await project.rolecall(['check'])).toMatchObject({
        code: 0,
        output: expect.stringContaining('ChannelChat holds.'),
      });
    } finally {
      await project.remove();
    }
  },
);
