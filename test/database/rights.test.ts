import { expect, test } from '@jest/globals';
import { withClient } from '../../src/database/connect.ts';
import { mustBeAbleToActAs } from '../../src/database/rights.ts';
import { asRoot, serverUrl } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

test('a role that may not act as others is refused with what it lacks; a member, and a role that is missing, are not', async () => {
  const [caller, client, other] = await Promise.all([freshRole('login'), freshRole(), freshRole()]);
  const url = Object.assign(new URL(serverUrl), { username: caller.name }).href;
  const asked = () =>
    withClient(url, (one) => mustBeAbleToActAs(one, [client.name, other.name, 'no_such_role'])).catch(
      (error: Error) => error.message,
    );
  try {
    const [first, second] = [client.name, other.name].sort();
    expect(await asked()).toBe(
      `${caller.name} may not act as ${first}, ${second}. Run \`grant "${first}", "${second}" to "${caller.name}"\` as a superuser or a role with ADMIN OPTION on them, or connect as a role that may.`,
    );
    await asRoot((root) => root.query(`grant "${client.name}" to "${caller.name}"`));
    expect(await asked()).toMatch(new RegExp(`^${caller.name} may not act as ${other.name}\\. `));
    await asRoot((root) => root.query(`grant "${other.name}" to "${caller.name}"`));
    expect(await asked()).toBeUndefined();
  } finally {
    for (const role of [caller, client, other]) await role.drop();
  }
});
