import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renameIn, renameInExpression, renameInRelation } from '../../src/sql/rename.ts';

/** Two schemas get new names, and one table moves to another schema under another name. */
const RENAMING = {
  name: (schema: string, name: string): [string, string] | undefined => {
    if (schema === 'auth') return ['parts', `auth_${name}`];
    if (schema === 'legacy') return ['parts', name];
    return schema === 'public' ? ['waiting', name] : undefined;
  },
  now: 'state.moment()',
};
const renamed = (sql: string): Promise<string> => renameIn(sql, RENAMING);
const inBlock = (body: string): string => `do $any$\nbegin\n  ${body}\nend\n$any$;`;

describe('names that are rewritten', () => {
  test.each([
    ['a relation', 'select from public.channels', 'select from "waiting".channels'],
    ['in other case', 'select from PUBLIC.Channels', 'select from "waiting".Channels'],
    ['in quotes', 'select from "public"."Channels"', 'select from "waiting"."Channels"'],
    [
      'with blanks and comments',
      'select from public /* . */ . -- x\n channels',
      'select from "waiting" /* . */ . -- x\n channels',
    ],
    ['of a table that moves', 'select from auth.users u', 'select from "parts"."auth_users" u'],
    [
      'before a column',
      'select public.channels.id from public.channels',
      'select "waiting".channels.id from "waiting".channels',
    ],
    ['a function, a type, a cast', 'select public.f(null::public.t[])', 'select "waiting".f(null::"waiting".t[])'],
    ['an operator', 'select 1 operator(public.<=>) 2', 'select 1 operator("waiting".<=>) 2'],
    [
      'the time',
      'select now(), pg_catalog.NOW ( ), current_timestamp',
      'select state.moment(), state.moment(), state.moment()',
    ],
  ])('%s', async (_, sql, expected) => {
    expect(await renamed(sql)).toBe(expected);
  });

  test.each([
    ['a statement', 'insert into public.a select from legacy.b;', 'insert into "waiting".a select from "parts".b;'],
    ['a call', 'perform public.f(1);', 'perform "waiting".f(1);'],
    ['a range', 'for i in 1..public.f() loop null; end loop;', 'for i in 1.."waiting".f() loop null; end loop;'],
    [
      'the end of an array',
      'for i in 1..array_length(public.f(), 1) loop null; end loop;',
      'for i in 1..array_length("waiting".f(), 1) loop null; end loop;',
    ],
    [
      'a block',
      'declare x public.a%rowtype; begin x := public.f(); end;',
      'declare x "waiting".a%rowtype; begin x := "waiting".f(); end;',
    ],
  ])('%s in PL/pgSQL', async (_, body, expected) => {
    expect(await renamed(inBlock(body))).toBe(inBlock(expected));
  });

  test('in functions of SQL and PL/pgSQL, whichever dollar quote they have', async () => {
    const functions = (schema: string): string => `
      create function pg_temp.a() returns bigint language sql as $$ select count(*) from ${schema}.a $$;
      create function pg_temp.b() returns bigint as $x$ begin return (select count(*) from ${schema}.a); end $x$ language plpgsql;
      create function pg_temp.c() returns bigint language sql begin atomic select count(*) from ${schema}.a; end;
      do language plpgsql 'begin perform ${schema}.f(); end';`;
    expect(await renamed(functions('public'))).toBe(functions('"waiting"'));
  });

  test('in a condition and in what stands after FROM', async () => {
    expect(await renameInExpression('exists (select from public.a)', RENAMING)).toBe(
      'exists (select from "waiting".a)',
    );
    expect(await renameInRelation('(select * from legacy.a) x', RENAMING)).toBe('(select * from "parts".a) x');
  });
});

describe('what stays as it is', () => {
  test.each([
    ['a string', `select 'public.channels', E'legacy.\\'x', $$public.x$$, $a$legacy.x$a$`],
    ['a string that is cast', `select 'public.channels'::regclass`],
    ['a comment', 'select 1 -- public.channels\n /* legacy.x /* public.y */ now() */'],
    ['a quoted name with a dot', 'select from "public.channels"'],
    ['another schema', 'select from private.a, other.public, x.public.y'],
    ['an alias that is called like a schema', 'select public.id, public.* from a public where public.id = 1'],
    ['a column of a composite type', 'select (a).public.x, b[1].public.y from a'],
    ['a field that is set', 'update a set public.x = 1'],
    ['a time that is called otherwise', `select 'now'::text, now.id, other.now(), a.current_timestamp from now`],
    ['the body of a function in C', `create function pg_temp.c() returns int language c as 'public.so', 'public.c'`],
  ])('%s', async (_, sql) => {
    expect(await renamed(sql)).toBe(sql);
  });

  test.each([
    ['a string', `raise notice 'public.x %', 'legacy.';`],
    ['a comment', '-- public.x\n  null;'],
    ['a record', 'declare public record; begin public.x := 1; select 1 into public.y; perform public.x; end;'],
    ['a label', '<<public>> declare x int; begin public.x := 1; end;'],
    ['an alias', 'perform public.id from a public;'],
    ['what a format names otherwise', `execute format('select %L from other.%I', 'public.x', 'y');`],
  ])('%s in PL/pgSQL', async (_, body) => {
    expect(await renamed(inBlock(body))).toBe(inBlock(body));
  });

  test('an alias beside a schema of the same name', async () => {
    expect(await renamed('select public.id, public.f() from public.a public')).toBe(
      'select public.id, "waiting".f() from "waiting".a public',
    );
    expect(
      await renamed(
        inBlock('for public in select * from public.a loop perform public.f(public.id); end loop;').replace(
          'begin',
          'declare public record; begin',
        ),
      ),
    ).toBe(
      inBlock('for public in select * from "waiting".a loop perform "waiting".f(public.id); end loop;').replace(
        'begin',
        'declare public record; begin',
      ),
    );
  });
});

describe('what is refused', () => {
  test.each([
    ['a name in a text that is executed', `execute 'delete from public.a';`, 'names public.a,'],
    ['a name with a placeholder', `execute format('delete from legacy.%I', 'a');`, 'names legacy.%,'],
    ['a text from elsewhere', `execute current_query();`, "can't be analysed"],
    ['a text that is put together', `execute 'delete from ' || current_user;`, "can't be analysed"],
    [
      'a loop over a text',
      `declare r record; begin for r in execute 'select from public.a' loop null; end loop; end;`,
      'names public.a,',
    ],
  ])('%s', async (_, body, message) => {
    await expect(renamed(inBlock(body))).rejects.toThrow(message);
  });

  test('a body with quotes in its quotes, and what is not SQL', async () => {
    await expect(renamed(`do 'begin raise notice ''x''; end'`)).rejects.toThrow('must be in dollar quotes');
    await expect(renamed('select from where')).rejects.toThrow('syntax error');
  });
});

test('whatever is between them, only names in code change, and every other character stays', async () => {
  const other = fc.string({ unit: 'grapheme', maxLength: 12 });
  const piece = fc.oneof(
    other.map((text) => [`'public.a ${text.replaceAll("'", "''")}'`]),
    other.map((text) => [`$q$legacy.b ${text.replaceAll('$', '')}$q$`]),
    other.map((text) => [`/* public.c ${text.replaceAll(/[*/]/g, '')} */ 1`]),
    other.map((text) => [`1 -- legacy.d ${text.replaceAll(/[\r\n\0]/g, '')}\n`]),
    other.map((text) => [`x."public.${text.replaceAll('"', '""')}"`]),
    fc.constantFrom(['alias.public'], ['other.f()'], ["'now()'"]),
    fc.constantFrom(
      ['public.f()', '"waiting".f()'],
      ['"legacy" . "G"(1)', '"parts" . "G"(1)'],
      ['(select count(*) from auth.users)', '(select count(*) from "parts"."auth_users")'],
      ['null::public.t', 'null::"waiting".t'],
      ['now()', 'state.moment()'],
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.boolean(), async (pieces, block) => {
      const clean = pieces.map((each) => each.map((text) => text.replaceAll('\0', '')));
      const text = (version: 0 | 1): string => {
        const list = clean.map((each) => each[version] ?? each[0]).join(', ');
        return block ? inBlock(`perform ${list};`) : `select ${list}`;
      };
      expect(await renamed(text(0))).toBe(text(1));
    }),
    { numRuns: 300 },
  );
});
