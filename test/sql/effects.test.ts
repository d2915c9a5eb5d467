import { beforeAll, expect, test } from '@jest/globals';
import { effectsOfRoutine } from '../../src/sql/effects.ts';
import { loadParser } from '../../src/sql/references.ts';

beforeAll(loadParser);

const routine = { kind: 'function', returns: 'void', returnsSet: false, arguments: [] };
const NOTHING = { changes: [], reads: [], calls: [], values: [], executesUnread: false };
const effects = (language: 'sql' | 'plpgsql', source: string) => effectsOfRoutine({ ...routine, language, source });

test('what it reads, calls and changes is told from what it only mentions', () => {
  const source = `
    with gone as (delete from public.tasks returning list_id)
    select lower('now()'), private.mine(gone.list_id), current_user from gone join public.lists using (id) -- nextval()`;
  expect(effects('sql', source)).toEqual({
    changes: ['DELETE'],
    reads: ['public.lists'],
    calls: ['lower', 'private.mine'],
    values: ['current_user'],
    executesUnread: false,
  });
});

test.each([
  ['insert into t values (1)', 'INSERT'],
  ['merge into t using s on t.id = s.id when matched then delete', 'MERGE'],
  ['truncate t', 'TRUNCATE'],
  ['select from t for share', 'FOR UPDATE or FOR SHARE'],
  ['select 1 as one into t', 'SELECT INTO'],
  ['create table t ()', 'CREATE'],
  ['notify changed', 'NOTIFY'],
  ['begin atomic select 1; update public.t set a = 1; end', 'UPDATE'],
])('%s changes something', (source, change) => {
  expect(effects('sql', source).changes).toEqual([change]);
});

test('in PL/pgSQL, defaults of variables, conditions, loops and assignments are read, and an INTO is no table', () => {
  const source = `
    declare
      seen timestamptz := now();
      task record;
    begin
      if private.mine() then perform private.other(); end if;
      for task in select * from public.tasks loop seen := private.third(); end loop;
      select id into task from public.lists;
    end`;
  expect(effects('plpgsql', source)).toEqual({
    ...NOTHING,
    reads: ['public.tasks', 'public.lists'],
    calls: ['now', 'private.mine', 'private.other', 'private.third'],
  });
});

test('a text that is executed is read where it is a string or a format, and known as unread otherwise', () => {
  expect(effects('plpgsql', `begin execute 'delete from public.tasks'; end`)).toMatchObject({
    changes: ['DELETE'],
    executesUnread: false,
  });
  expect(effects('plpgsql', `begin execute format('insert into public.%I values (%L)', name, 1); end`)).toMatchObject({
    changes: ['INSERT'],
    executesUnread: false,
  });
  expect(effects('plpgsql', 'begin execute text; end')).toEqual({ ...NOTHING, executesUnread: true });
});

test('the end of a transaction is a change', () => {
  expect(effects('plpgsql', 'begin commit; end').changes).toEqual(['COMMIT']);
});

test('what is no body is an error', () => {
  expect(() => effects('plpgsql', 'begin this is none')).toThrow();
});
