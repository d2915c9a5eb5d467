import { expect, test } from '@jest/globals';
import { parseQuery } from '../../src/plans/header.ts';

const context = { personas: ['owner'], tables: ['public.tasks'] };

const WHOLE = `-- What is still to do,
-- the oldest first.
--
-- persona: owner
-- parameters: list_id uuid, count numeric(4, 1)
-- typical: select list_id, 10 as count
--   from public.tasks limit 1
-- index: idx_tasks_list_id, tasks_pkey
-- order: index
-- scan: public.tasks, because there are few, and all are asked for
-- per row: a subquery, because it looks at the row
-- approximate: idx_tasks_near, because any ten of the nearest do
-- grows: public.tasks, because it counts those of a week
-- pages: 20
-- A comment of the statement would stand after an empty line.
`;

const parse = (text: string) => parseQuery('spec/queries/open-tasks.sql', text, context);
const mistakes = (text: string): readonly string[] => {
  const parsed = parse(text);
  return 'mistakes' in parsed ? parsed.mistakes : [];
};
const header = (...lines: string[]): string =>
  ['-- To do.', ...['persona: owner', 'pages: 5', ...lines].map((line) => `-- ${line}`), 'select 1;'].join('\n');

test('a query file is read whole', () => {
  const text = `${WHOLE.replace(/-- A comment.*\n/, '')}select id from public.tasks where list_id = $1 limit $2;

-- without row security:
select id from public.tasks where list_id = $1 and user_id = (select auth.uid());
`;
  expect(parse(text)).toEqual({
    query: {
      name: 'open-tasks',
      file: 'spec/queries/open-tasks.sql',
      title: 'What is still to do, the oldest first.',
      persona: 'owner',
      parameters: [
        { name: 'list_id', type: 'uuid' },
        { name: 'count', type: 'numeric(4, 1)' },
      ],
      sets: { typical: 'select list_id, 10 as count from public.tasks limit 1' },
      indexes: ['idx_tasks_list_id', 'tasks_pkey'],
      ordered: true,
      allowed: [
        { kind: 'scan', object: 'public.tasks', reason: 'there are few, and all are asked for' },
        { kind: 'per row', object: 'a subquery', reason: 'it looks at the row' },
        { kind: 'approximate', object: 'idx_tasks_near', reason: 'any ten of the nearest do' },
      ],
      growth: { object: 'public.tasks', reason: 'it counts those of a week' },
      pages: 20,
      sql: 'select id from public.tasks where list_id = $1 limit $2',
      bypass: 'select id from public.tasks where list_id = $1 and user_id = (select auth.uid())',
    },
  });
});

test.each([
  ['persona: nobody', 'nobody is not a persona'],
  ['parameters: list_id', '"list_id" must be a name and a type'],
  ['order: by title', 'must be `index`'],
  ['pages: many', '`pages` is given 2 times'],
  ['scan: public.tasks', 'must name an object and a reason'],
  ['scan: public.lists, because it is small', 'public.lists has no size'],
  ['grows: public.tasks', 'must name an object and a reason: schema.table, because …'],
  ['approximate: idx_tasks_near', 'must name an object and a reason: index, because …'],
  ['grows: public.lists, because it is a week', '`grows`: public.lists has no size'],
  ['sort: none', '`sort` is not a key of a query file'],
  ['index: a', ''],
])('%s', (line, expected) => {
  const found = mistakes(header(line).replace(line.startsWith('persona') ? '-- persona: owner\n' : '', ''));
  expect(found.some((mistake) => mistake.includes(expected))).toBe(expected !== '');
});

test('every mistake is told at once', () => {
  const found = mistakes(
    '--\n-- nonsense: x\n-- parameters: a int\nselect $2; select 1;\n\n-- without row security:\n',
  );
  expect(found).toHaveLength(9);
});
