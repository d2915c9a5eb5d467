// The sections that a move runs, skips and cuts at: found by the marks of the committed migrations, and all of them declared.
import { describe, expect, test } from '@jest/globals';
import { online } from '../../spec/online.ts';
import { type CommittedMigration, committedFrom, readCommitted } from '../../src/migrations/committed.ts';
import { sectionsOf, withoutCarrying } from '../../src/online/sections.ts';
import { rowsWrittenBy } from '../../src/sql/writes.ts';

const included = (name: string, text: string): string => `--! Included ${name}\n${text}\n--! EndIncluded ${name}\n`;
const carrying = (table: string, tag = 'carry'): string =>
  `do $${tag}$ begin insert into public.${table} select from legacy.${table}; end $${tag}$;`;

const PLAN = {
  sections: { tools: ['carry/tools.sql'], carry: ['carry/a.sql', 'carry/b.sql'], move: 'legacy/move.sql' },
  targets: [
    { table: 'public.a', scope: 'true' },
    { table: 'public.b', scope: 'true' },
  ],
  quarantine: 'private.aside',
};

const MOVE = included('legacy/move.sql', 'alter table public.a set schema legacy;');
const TOOLS = included('carry/tools.sql', 'create function pg_temp.f() returns int language sql as $$ select 1 $$;');
const A = included('carry/a.sql', carrying('a'));
const B = included('carry/b.sql', carrying('b', 'another_tag'));

const migration = (body: string, file = '000001-x.sql'): CommittedMigration =>
  committedFrom(file, `--! Previous: -\n--! Hash: sha1:0\n--! Message: x\n\n${body}`);

test('sections are found by their marks, in the order of the migrations, whatever dollar tag they have', async () => {
  const migrations = [migration(`${MOVE}${TOOLS}${B}`), migration(A, '000002-y.sql')];
  const { tools, carry, move } = await sectionsOf(migrations, PLAN);
  expect(tools.map(({ name }) => name)).toEqual(['carry/tools.sql']);
  expect(carry.map(({ name }) => name)).toEqual(['carry/b.sql', 'carry/a.sql']);
  expect(move.section.text).toBe('alter table public.a set schema legacy;\n');
  expect(move.migration).toBe(migrations[0]);
});

test('a migration without its carrying sections has everything else where it was', async () => {
  const whole = migration(`${MOVE}${TOOLS}${B}select 'ä';\n${A}`);
  const rest = withoutCarrying(whole, await sectionsOf([whole], PLAN));
  expect(rest).toHaveLength(whole.sql.length);
  expect(rest).not.toContain('insert into');
  expect(rest.indexOf("select 'ä'")).toBe(whole.sql.indexOf("select 'ä'"));
});

describe('refused, by name', () => {
  test.each<[string, string, string]>([
    [
      'a section that no migration includes',
      `${MOVE}${TOOLS}${A}`,
      'No committed migration includes carry/b.sql, which online.sections.carry names',
    ],
    [
      'no section at all',
      'select 1;',
      'No committed migration includes legacy/move.sql, which online.sections.move names',
    ],
    [
      'tools that are missing',
      `${MOVE}${A}${B}`,
      'No committed migration includes carry/tools.sql, which online.sections.tools names',
    ],
    [
      'a section that would run twice',
      `${MOVE}${TOOLS}${A}${B}${A}`,
      'carry/a.sql (online.sections.carry) is included 2 times',
    ],
    [
      'an include that carries rows and is not declared',
      `${MOVE}${TOOLS}${A}${B}${included('carry/c.sql', carrying('a', 'c'))}`,
      'carry/c.sql, included by 000001-x.sql, line 18, writes rows of a, a table that is moved, and is not among online.sections.carry. Declare carry/c.sql there.',
    ],
    [
      'an include that sets rows aside and is not declared',
      `${MOVE}${TOOLS}${A}${B}${included('carry/c.sql', 'insert into private.aside select 1;')}`,
      'writes rows of aside',
    ],
    [
      'a statement that carries rows and is in no include',
      `${MOVE}${TOOLS}${A}${B}update public.b set x = 1;`,
      '000001-x.sql, line 17, writes rows of b, a table that is moved',
    ],
    ['a table without its schema', `${MOVE}${TOOLS}${A}${B}delete from b;`, 'writes rows of b'],
    [
      'a migration that runs in no transaction',
      '--! no-transaction\nselect 1;',
      "000001-x.sql can't run in a transaction",
    ],
  ])('%s', async (_, body, message) => {
    await expect(sectionsOf([migration(body)], PLAN)).rejects.toThrow(message);
  });

  test('not so what a function would write, what only reads, and other tables', async () => {
    const others = `create function public.f() returns void language sql as $$ delete from public.a $$;
      insert into public.plans select from public.a; do $x$ begin perform 'insert into public.a'; end $x$;`;
    const { carry } = await sectionsOf([migration(`${MOVE}${TOOLS}${A}${B}${others}`)], PLAN);
    expect(carry).toHaveLength(2);
  });
});

describe('of the committed migrations of this repository', () => {
  test('the plan declares every section that carries rows, and nothing else is left of them', async () => {
    const migrations = await readCommitted();
    const sections = await sectionsOf(migrations, online);
    expect(sections.carry.map(({ name }) => name)).toEqual(online.sections.carry);
    const targets = online.targets.map(({ table }) => table);
    for (const each of migrations) {
      const written = await rowsWrittenBy(withoutCarrying(each, sections));
      expect(written.filter(({ schema, table }) => targets.includes(`${schema}.${table}`))).toEqual([]);
    }
  });

  test.each(online.sections.carry)('%s is missed when the plan does not declare it', async (name) => {
    const carry = online.sections.carry.filter((other) => other !== name);
    const plan = { ...online, sections: { ...online.sections, carry } };
    await expect(sectionsOf(await readCommitted(), plan)).rejects.toThrow(`${name}, included by 000002-`);
  });

  test('other dollar tags change nothing', async () => {
    const migrations = (await readCommitted()).map(({ file, sql }) =>
      committedFrom(file, sql.replaceAll(/\$(carry|count|move)\$/g, '$$other_$1$$')),
    );
    const sections = await sectionsOf(migrations, online);
    expect(sections.carry.map(({ name }) => name)).toEqual(online.sections.carry);
    expect(sections.move.section.text).toMatch(/do \$other_move\$[\s\S]*\$other_move\$;\n$/);
  });
});
