import { expect } from '@jest/globals';
import { thorough } from '../support/databases.ts';
import { freshProject } from '../support/project.ts';

thorough(
  'psql as a persona shows what that persona sees, and says who the personas are when there is none such',
  async () => {
    const project = await freshProject();
    try {
      expect(await project.rolecall(['migrate'])).toMatchObject({ code: 0 });
      const count = 'select count(*) as sessions from public.chat_sessions';
      const as = (persona: string) => project.rolecall(['psql', '--as', persona, '--', '--tuples-only', '-c', count]);
      const owner = await as('owner');
      expect(owner.output).toMatch(/In a transaction with the rows of the world, as owner\..*\n\s+1\n/);
      expect(owner.output).not.toContain('The world lacks');
      expect((await as('stranger')).output).toMatch(/as stranger\..*\n\s+0\n/);
      const nobody = await as('nobody');
      expect(nobody.code).toBe(2);
      expect(nobody.output).toContain('The personas are: anon, owner, stranger, moderator, admin, service.');
    } finally {
      await project.remove();
    }
  },
);
