import { beforeAll, expect, test } from '@jest/globals';
import { loadParser, referencesOfExpression, referencesOfRoutine } from '../../src/sql/references.ts';

beforeAll(() => loadParser());

const FUNCTION = { kind: 'function', returns: 'void', returnsSet: false, arguments: [] };

/** What a body names: relations, functions with parentheses, and “locks” when it locks rows. */
function named(source: string, language = 'plpgsql', more: Partial<Parameters<typeof referencesOfRoutine>[0]> = {}) {
  const { relations, functions, locks } = referencesOfRoutine({ ...FUNCTION, ...more, language, source });
  return [...relations, ...[...functions].map((name) => `${name}()`), ...(locks ? ['locks'] : [])].sort();
}

test.each([
  ['a query', 'select from app.a join app.b on true', ['app.a', 'app.b']],
  [
    'changes',
    'insert into app.a select * from app.b; update app.c set x = 1; delete from app.d',
    ['app.a', 'app.b', 'app.c', 'app.d'],
  ],
  ['calls, one within another', "select app.f(app.g('app.x()'))", ['app.f()', 'app.g()']],
  ['a procedure', 'call app.p()', ['app.p()']],
  ['names that are quoted', 'select from "My.App"."We""ird", App.LOUD', ['My.App.We"ird', 'app.loud']],
  ['a parsed body', 'BEGIN ATOMIC SELECT app.f(); DELETE FROM app.a; END', ['app.a', 'app.f()']],
  ['a parsed result', 'RETURN (SELECT max(id) FROM app.a)', ['app.a']],
  ['a column, a type and a comment', 'select app.a.id, null::app.t -- app.x\n /* app.y */ from a', []],
  ['a string that nothing runs', "select 'select from app.a'", []],
  ['a lock', 'select from app.a for no key update skip locked', ['app.a', 'locks']],
  ['what the parser does not understand', 'selekt app.f(1) from app.a -- app.x', ['app.a', 'app.f()']],
])('SQL: %s', (_, source, expected) => {
  expect(named(source, 'sql')).toEqual(expected);
});

test.each([
  [
    'declarations, conditions and loops',
    'declare x int := (select max(id) from app.a); c cursor for select from app.b; r record; begin if exists (select from app.c) then for r in select * from app.d loop perform app.f(r.id); end loop; end if; end',
    ['app.a', 'app.b', 'app.c', 'app.d', 'app.f()'],
  ],
  [
    'assignments, of an element too',
    'declare x int[]; begin x := array(select id from app.a); x[app.f()] = app.g(); end',
    ['app.a', 'app.g()'],
  ],
  [
    'what stops it',
    "begin raise exception 'app.x %', app.f() using hint = 'app.y'; exception when others then insert into app.a values (1); end",
    ['app.a', 'app.f()'],
  ],
  ['a comment and a string', "begin -- from app.x\n perform 'app.y'; end", []],
  [
    'a string that is run',
    "begin execute 'delete from app.a using app.b where app.f(id)'; end",
    ['app.a', 'app.b', 'app.f()'],
  ],
  [
    'a string that is run by way of a variable',
    "declare q text := 'select from app.a for update'; begin execute q; end",
    ['app.a', 'locks'],
  ],
  [
    'what the parser does not understand',
    'declare r app.t%rowtype; begin r.x := 1; insert into app.a select app.f(); end',
    ['app.a', 'app.f()', 'app.t', 'r.x'],
  ],
])('PL/pgSQL: %s', (_, source, expected) => {
  expect(named(source)).toEqual(expected);
});

test.each([
  ['a trigger', { returns: 'trigger' }, 'begin new.x := app.f(); return new; end'],
  [
    'a procedure with a parameter of both kinds',
    { kind: 'procedure', returns: null, arguments: [{ name: 'N', mode: 'inout' as const }] },
    'begin "N" := app.f(); end',
  ],
  [
    'a result of several columns',
    {
      returns: 'record',
      returnsSet: true,
      arguments: [
        { name: 'a', mode: 'table' as const },
        { name: 'b', mode: 'table' as const },
      ],
    },
    'begin a := 1; b := app.f(); return next; end',
  ],
  [
    'one result by name',
    {
      returns: 'integer',
      arguments: [
        { name: '', mode: 'in' as const },
        { name: 'a', mode: 'out' as const },
      ],
    },
    'begin a := app.f(); end',
  ],
  [
    'two results by name',
    {
      returns: 'record',
      arguments: [
        { name: 'a', mode: 'out' as const },
        { name: 'b', mode: 'out' as const },
      ],
    },
    'begin a := 1; b := app.f(); return; end',
  ],
  [
    'a set',
    { returns: 'integer', returnsSet: true, arguments: [{ name: 'a', mode: 'variadic' as const }] },
    'begin return query select app.f(); return next 1; end',
  ],
  [
    'a result',
    { returns: 'integer', arguments: [{ name: 'a', mode: 'in' as const }] },
    "begin a := a + 1; return app.f(); /* 'app.x */ end",
  ],
])('PL/pgSQL that gives %s is understood', (_, routine, source) => {
  expect(named(`-- app.never_read_by_its_tokens\n${source}`, 'plpgsql', routine)).toEqual(['app.f()']);
});

test('a function in C names nothing, and of another language the text is read', () => {
  expect(named('app.a', 'c')).toEqual([]);
  expect(named("plv8.execute('select * from app.a')", 'plv8')).toEqual(['app.a', 'plv8.execute()']);
});

test('an expression names what its subqueries read and its calls', () => {
  const { relations, functions, locks } = referencesOfExpression(
    "((id = (SELECT app.f() AS f)) AND (EXISTS (SELECT FROM app.a WHERE (name = 'app.x'::text))))",
  );
  expect({ relations: [...relations], functions: [...functions], locks }).toEqual({
    relations: ['app.a'],
    functions: ['app.f'],
    locks: false,
  });
});
