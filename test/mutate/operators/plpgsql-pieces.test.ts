import { beforeAll, expect, test } from '@jest/globals';
import { plpgsqlPieces } from '../../../src/mutate/operators/bodies/plpgsql-pieces.ts';
import { fromBytes, toBytes } from '../../../src/mutate/operators/edits/code.ts';
import { loadParser } from '../../../src/sql/references.ts';

beforeAll(loadParser);

function pieces(body: string, returns = 'integer', returnsSet = false): string[] {
  const source = `begin\n${body}\nend`;
  const routine = { language: 'plpgsql', kind: 'function', source, returns, returnsSet, arguments: [] };
  return plpgsqlPieces(routine).map(({ kind, from, to, prefix }) =>
    [kind === 'code' ? prefix.trim() : kind, fromBytes(toBytes(source).slice(from, to))]
      .filter((text) => text !== '')
      .join(': '),
  );
}

test.each([
  [
    'IF',
    "if é = 'é' then return 1; elsif false then return 2; end if;",
    ["select where: é = 'é'", 'select: 1', 'select where: false', 'select: 2'],
  ],
  [
    'two of the same on a line',
    'if a then null; end if; if a then null; end if;',
    ['select where: a', 'select where: a'],
  ],
  ['WHILE', 'while a < 1 loop exit when b; end loop;', ['select where: a < 1', 'select where: b']],
  ['CASE', 'case when a then null; end case;', ['select where: a']],
  ['CASE with an operand', 'case a when 1, 2 then null; else null; end case;', ['select: a', 'select: 1, 2']],
  [
    'a loop over a query',
    'for i in 1..3 loop perform 2; end loop;',
    ['select: 1', 'select: 3', 'perform: perform 2', 'select: 2'],
  ],
  ['PERFORM on two lines', 'perform\n  f(a)\nfrom t;', ['perform: perform\n  f(a)\nfrom t', 'select: f(a)\nfrom t']],
  ['INTO at the end', 'insert into t values (1) returning a into found;', ['insert into t values (1) returning a']],
  ['INTO in the middle', "select 'é' into found from t where b;", ["select 'é' into found from t where b"]],
  [
    'a guard',
    "if a then raise exception 'no' using errcode = '42501', hint = 'ask'; else null; end if;",
    ['select where: a', "raise: raise exception 'no' using errcode = '42501', hint = 'ask'", "errcode: '42501'"],
  ],
  ['a notice, which is no guard', "raise notice '%', 1;", []],
  ['a text that looks like it in a comment', '-- if a = 1 then\nif a = 1 then null; end if;', ['select where: a = 1']],
  ['EXECUTE', "execute format('select %s', 1) using 2;", ["select: format('select %s', 1)", 'select: 2']],
])('%s is found in its place', (_, body, expected) => {
  expect(pieces(body)).toEqual(expected);
});

test('what a function of a boolean returns is a condition', () => {
  expect(pieces('return a and b;', 'boolean')).toEqual(['select where: a and b']);
});

test('RETURN QUERY is found in its place', () => {
  expect(pieces('return query select 1 where a;', 'integer', true)).toEqual(['select 1 where a']);
});

test('the value of a variable is found in its declaration', () => {
  const source = 'declare\n  a integer := 1;\nbegin\n  a := 1 + 2;\nend';
  const routine = { language: 'plpgsql', kind: 'function', source, returns: 'void', returnsSet: false, arguments: [] };
  expect(plpgsqlPieces(routine).map(({ from, to }) => [from, source.slice(from, to)])).toEqual([
    [source.indexOf('1'), '1'],
    [source.indexOf('1 + 2'), '1 + 2'],
  ]);
});
