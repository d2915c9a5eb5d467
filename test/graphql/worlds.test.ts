import { expect, test } from '@jest/globals';
import type { AccessSettings } from '../../src/access/settings.ts';
import { readSubject } from '../../src/access/subject.ts';
import { withClient } from '../../src/database/connect.ts';
import { graphqlQuestions } from '../../src/graphql/answers/source.ts';
import { proveInterference } from '../../src/interference/prove.ts';
import { graphqlInWorlds } from '../../src/proof/graphql-worlds.ts';
import { type Shop, shop, WORLD } from './answers.ts';

/** The findings about GraphQL's answers in other worlds, of the persona “me” and about one object. */
async function found({ database, built, personas }: Shop, dependencies: readonly object[] = []): Promise<string[]> {
  const settings = Object.fromEntries(personas.map(({ name, role, settings: own }) => [name, { role, settings: own }]));
  const config = { world: WORLD, access: {}, personas: settings, dependencies } as unknown as AccessSettings;
  return withClient(
    database.url,
    async (client) => {
      const subject = await readSubject(client, ['app'], WORLD);
      const world = { relations: subject.all, functions: subject.functions, argumentsOf: () => [] };
      const { findings } = await proveInterference(client, subject, config, [
        async (connection, callers, rows) => {
          const questions = await graphqlQuestions(connection, [built], personas, { ...world, rows });
          return graphqlInWorlds(questions)(connection, callers, rows);
        },
      ]);
      expect(findings.notEvaluated).toEqual([]);
      return findings.deviations.map(
        ({ where, evidence = '' }) => `${where}${/GraphQL/.test(evidence) ? ' in GraphQL' : ''}`,
      );
    },
    { pipeline: true },
  );
}

test('what GraphQL answers is the same in other worlds, where SQL gives each only their own', async () => {
  const right = await shop(() => '');
  try {
    expect(await found(right)).toEqual([]);
  } finally {
    await right.drop();
  }
});

test('a field that depends on rows of others is named with the table, unless that is declared', async () => {
  const wide = await shop(
    (role) => `
      create function app.rank(c app.customers) returns bigint language sql stable security definer set search_path = app as
        $$ select count(*) from orders $$;
      revoke execute on function app.rank from public; grant execute on function app.rank to ${role};`,
  );
  try {
    const leaks = await found(wide);
    expect(leaks.filter((leak) => leak.endsWith('in GraphQL'))).toEqual(['me, you · app.rank · app.orders in GraphQL']);
    const why = 'How busy the shop is.';
    expect(await found(wide, [{ of: ['app.rank'], on: ['app.orders'], why }])).toEqual([]);
  } finally {
    await wide.drop();
  }
});
