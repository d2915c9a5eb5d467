import { expect, test } from '@jest/globals';
import { online } from '../../spec/online.ts';
import { accountingOfPrepared } from '../../src/online/prepared-accounting.ts';
import { toAside, toCarrySession, toPrepared } from '../../src/online/renamings.ts';
import { renameIn, renameInExpression } from '../../src/sql/rename.ts';

const inSession = (sql: string): Promise<string> => renameIn(sql, toCarrySession(online, 'public'));

test.each([
  ['what is read of the old tables', 'select from legacy.videos', 'select from "prepared_scoped".videos'],
  ['what is read of others', 'select from auth.users', 'select from "prepared_scoped"."auth_users"'],
  ['what is filled', 'insert into public.videos select 1', 'insert into "pg_temp".videos select 1'],
  ['in quotes', 'insert into "public" . "videos" select 1', 'insert into "pg_temp" . "videos" select 1'],
  ['where rows are set aside', 'select from private.quarantined_rows', 'select from "pg_temp".quarantined_rows'],
  [
    'what else the migrations create',
    'select private.f(null::public.t)',
    'select "prepared_private".f(null::"prepared_public".t)',
  ],
  ['the extensions', 'select null::extensions.halfvec(3)', 'select null::"public".halfvec(3)'],
  ['a missing time', 'select coalesce(null, now())', 'select coalesce(null, prepared.moment())'],
  ['not a literal', "select 'public.channels', 'legacy.'", "select 'public.channels', 'legacy.'"],
  ['not a comment', 'select 1 -- legacy.videos, now()', 'select 1 -- legacy.videos, now()'],
  ['not an alias', 'select legacy.id from pg_temp.x legacy', 'select legacy.id from pg_temp.x legacy'],
])('a carrying section has other names: %s', async (_, sql, expected) => {
  expect(await inSession(sql)).toBe(expected);
});

test('a section that executes a text with such a name is refused', async () => {
  await expect(inSession(`do $x$ begin execute format('delete from legacy.%I', 'a'); end $x$;`)).rejects.toThrow(
    'It executes a text that names legacy.%',
  );
});

test('conditions and statements have the names of what is prepared, or of what is aside', async () => {
  expect(await renameIn(`update public.a set x = 'public.a'`, toPrepared(online))).toBe(
    `update "prepared_public".a set x = 'public.a'`,
  );
  expect(await renameInExpression(`o.x = 'public.' and exists (select from public.a)`, toAside('public'))).toBe(
    `o.x = 'public.' and exists (select from "kept_public".a)`,
  );
});

test('the account of what is prepared has other names in its SQL, and none in its texts', async () => {
  const column = { target: "coalesce(t.x, 'legacy.x')", rule: { name: 'legacy.rule', sql: 'public.f(o.x)' } };
  const prepared = await accountingOfPrepared(
    {
      mapping: { a: { source: 'legacy.a', target: 'public.b', columns: { x: column } } },
      quarantine: { relation: 'private.quarantined_rows' },
      sourceSchema: 'public',
      expectedNewRows: { a: [{ rule: 'public.rule', sql: 'exists (select from legacy.a where extensions.f(t.x))' }] },
    },
    online,
    'public',
  );
  expect(prepared.mapping).toEqual({
    a: {
      source: 'prepared_full.a',
      target: 'prepared_public.b',
      columns: { x: { target: column.target, rule: { name: 'legacy.rule', sql: '"prepared_public".f(o.x)' } } },
    },
  });
  expect(prepared.expectedNewRows).toEqual({
    a: [{ rule: 'public.rule', sql: 'exists (select from "prepared_full".a where "public".f(t.x))' }],
  });
  expect(prepared.quarantine.relation).toContain('from "prepared_private".quarantined_rows');
});
