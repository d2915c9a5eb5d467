import { afterAll, beforeAll, expect } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { type BehaviourProof, proveBehaviour } from '../../src/proof/behaviour.ts';
import { thorough } from '../support/databases.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

/** Functions and a view that show others’ rows, and a function that comes to no result. */
const CHANGED = `
  alter function private.usage_of(uuid) security definer;
  create function public.nothing_for(p_user_id uuid) returns text language sql stable security definer
  set search_path = '' as $$ select email from auth.users where id = p_user_id and false $$;
  grant execute on function public.nothing_for to authenticated;
  alter view legacy_api.chat_messages set (security_invoker = false);`;

const databases: MigratedDatabase[] = [];
beforeAll(async () => {
  for (let count = 0; count < 3; count += 1) {
    const database = await migratedDatabase();
    databases.push(database);
    await database.client.query(CHANGED);
  }
});
afterAll(async () => {
  for (const database of databases) await database.drop();
});

/**
 * All of a proof, without the moments at which rows were made. PostgreSQL writes some with fewer digits than others, so a
 * text that is cut off after one ends a letter earlier or later.
 */
const textOf = (proof: BehaviourProof): string =>
  JSON.stringify({ ...proof, files: [...proof.files] }, null, 1)
    .replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+/g, 'then')
    .replaceAll(/(then[^…\n]*)\w…/g, (_, shown: string) => `${shown.replace(/\w+$/, '')}…`);

thorough('callers who ask in several databases find what they find in one', async () => {
  const declared = {
    ...config,
    dependencies: [
      ...(config.dependencies ?? []),
      { of: ['private.usage_of'], on: ['public.user_usage'], for: 'stranger', why: 'one of many' },
      { of: ['public.my_usage'], on: ['public.plans'], why: 'not needed' },
    ],
  };
  const places = databases.map(({ url }) => ({ url }));
  const alone = await proveBehaviour(places.slice(0, 1), declared, []);
  const wheres = alone.findings.deviations.map(({ check, where }) => `${check} ${where}`);
  expect(wheres).toContainEqual(expect.stringMatching(/^interference .*private\.usage_of/));
  expect(wheres).toContainEqual(expect.stringMatching(/^interference .*legacy_api\.chat_messages/));
  expect(wheres).toContain('interference public.my_usage on public.plans');
  expect(alone.findings.notEvaluated.map(({ where }) => where)).toContain('public.nothing_for(uuid)');
  for (const count of [2, 3])
    expect(textOf(await proveBehaviour(places.slice(0, count), declared, []))).toBe(textOf(alone));
});
