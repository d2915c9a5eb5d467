import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Tasks, tasksDatabase } from './tasks.ts';

let tasks: Tasks;

/** Notes that a vector finds, by an index of hnsw (near) or of ivfflat (place); of their owners only with a policy. */
beforeAll(async () => {
  tasks = await tasksDatabase();
  await tasks.client.query(`
    create schema extensions; create extension vector schema extensions; grant usage on schema extensions to ${tasks.role};
    create table app.notes (id int primary key, user_id int not null, list_id int, near extensions.vector(2), place extensions.vector(2));
    insert into app.notes select i, i % 2, 1 + i % 4, array[i, 1]::extensions.vector, array[i, 1]::extensions.vector from generate_series(1, 40) i;
    create index idx_notes_near on app.notes using hnsw (near extensions.vector_l2_ops);
    create index idx_notes_place on app.notes using ivfflat (place extensions.vector_l2_ops) with (lists = 2);
    grant select on app.notes to ${tasks.role};
    analyze app.notes;`);
});
afterAll(() => tasks.drop());

const sizes = {
  'app.lists': { rows: 1_000_000, columns: { user_id: { distinct: 200_000 } } },
  'app.tasks': { rows: 50_000_000 },
  'app.notes': { rows: 10_000_000, columns: { user_id: { distinct: 20 }, list_id: { distinct: 20_000 } } },
};
const NEAR = `n.near operator(extensions.<->) '[3,1]'`;
const PLACE = `n.place operator(extensions.<->) '[3,1]'`;
const exempt = [
  'idx_tasks_user_id_done_at',
  'idx_tasks_list_id',
  'idx_lists_user_id',
  'idx_notes_near',
  'idx_notes_place',
];

/** What a query's plans do that has to do with approximate indexes, and the allowances that it does not need. */
async function seen(sql: string, ...lines: string[]): Promise<string[]> {
  const header = ['Search.', 'persona: somebody', 'pages: 5', ...lines].map((line) => `-- ${line}\n`).join('');
  const { findings } = await tasks.prove(
    { search: `${header}${sql};\n` },
    { sizes, exempt: exempt.map((name) => ({ object: `app.${name}`, reason: 'not of this test' })) },
  );
  return findings.deviations
    .filter(({ where, expected, seen: what }) => where.startsWith('search') && /idx_notes|runs/.test(expected + what))
    .map(({ where, expected, seen: what, fix }) => `${where}: ${expected} / ${what} / ${fix}`);
}

/** The same while a change is there. */
async function seenWith(change: string, undo: string, ...query: Parameters<typeof seen>): Promise<string[]> {
  await tasks.client.query(change);
  try {
    return await seen(...query);
  } finally {
    await tasks.client.query(undo);
  }
}

const search = (order: string, condition = 'true', limit = 'limit 10'): string =>
  `select n.id from app.notes n where ${condition} order by ${order} ${limit}`;

test('a filter on the scan, in every plan of the query, with what it means and what to do', async () => {
  const [told, ...others] = await seen(search(NEAR, 'n.user_id = 1'));
  expect(others).toEqual([]);
  expect(told).toContain('search · somebody: all rows that the statement asks for, whatever idx_notes_near finds');
  expect(told).toContain(
    'a search by idx_notes_near (hnsw) while hnsw.iterative_scan is off, so that fewer rows than the LIMIT may come back',
  );
  expect(told).toContain(
    'dropped afterwards and not replaced, by the filter (n.user_id = 1) of Index Scan on app.notes',
  );
  expect(told).toContain("`set local hnsw.iterative_scan = 'relaxed_order'`");
  expect(told).toContain('`approximate: idx_notes_near, because …`');
  expect(await seen(search(PLACE, 'n.user_id = 1'))).toEqual([
    expect.stringContaining('ivfflat.iterative_scan is off'),
  ]);
});

test('a join, a semijoin and a subquery above the scan', async () => {
  const joined = `select n.id from app.notes n join app.lists l on l.id = n.list_id order by ${NEAR} limit 10`;
  expect(await seen(joined)).toEqual([expect.stringContaining('by the join with app.lists')]);
  expect(await seen(joined.replace('join', 'left join'))).toEqual([]);
  // The join above goes, as nothing is read of it; this one stays, and keeps every row of the scan.
  expect(await seen(joined.replace('n.id', 'n.id, l.user_id').replace('join', 'left join'))).toEqual([]);
  const semi = search(NEAR, 'exists (select from app.lists l where l.id = n.list_id and l.user_id = 1)');
  expect(await seen(semi)).toEqual([expect.stringMatching(/by the (semi )?join with app.lists/)]);
  const filtered = `select id from (select n.id, row_number() over (order by ${NEAR}) as place from app.notes n) s where place % 2 = 0 limit 5`;
  expect(await seen(filtered)).toEqual([expect.stringContaining('by the filter')]);
});

test('the conditions of row level security are a filter too', async () => {
  const policy = `alter table app.notes enable row level security;
    create policy own on app.notes to ${tasks.role} using (user_id = (select app.me()))`;
  const undo = 'drop policy own on app.notes; alter table app.notes disable row level security';
  expect(await seen(search(NEAR))).toEqual([]);
  expect(await seenWith(policy, undo, search(NEAR))).toEqual([
    expect.stringMatching(/by the filter \(n.user_id = (\$0|\(InitPlan 1\))\) of Index Scan/),
  ]);
});

test('a statement that asks for all rows, also with a LIMIT above a sort or a grouping', async () => {
  const missing = [expect.stringContaining('so that rows are missing')];
  expect(await seen(search(PLACE, 'true', ''))).toEqual(missing);
  const grouped = `select user_id, count(*) from (select n.user_id from app.notes n order by ${PLACE} offset 0) s group by user_id limit 5`;
  expect(await seen(grouped)).toEqual(missing);
  expect(await seen(grouped.replace('offset 0', 'limit 30'))).toEqual([]);
});

test('a LIMIT that nothing stands below, and filters above it, lose nothing; a CTE goes on where it is read', async () => {
  expect(await seen(search(NEAR))).toEqual([]);
  expect(await seen(search(NEAR, 'n.near is not null'))).toEqual([]);
  expect(await seen(`select id from (${search(NEAR)}) s where id % 2 = 0`)).toEqual([]);
  const cte = `with s as materialized (${search(PLACE, 'true', '')}) select id from s where id > 0 limit 5`;
  expect(await seen(cte)).toEqual([expect.stringContaining('by the filter (s.id > 0) of CTE Scan')]);
  expect(await seen(cte.replace('where id > 0', ''))).toEqual([]);
});

test('an exact search, by an expression that the index does not have, loses nothing', async () => {
  expect(await seen(search(`(${NEAR}) + 0`, 'n.user_id = 1'))).toEqual([]);
});

test('an exact plan that the planner may give up for the index deviates, one that is far cheaper does not', async () => {
  const index = 'create index idx_notes_list_id on app.notes (list_id)';
  const undo = 'drop index app.idx_notes_list_id';
  const told = await seenWith(index, undo, search(NEAR, 'n.list_id = 1'));
  expect(told).toEqual([
    expect.stringContaining(
      'no such search in this plan, but one that the planner may choose, by idx_notes_near (hnsw)',
    ),
  ]);
  expect(await seenWith(index, undo, search(`(${NEAR}) + 0`, 'n.list_id = 1'))).toEqual([]);
  const allowance = 'approximate: idx_notes_near, because any ten of the nearest do';
  expect(await seenWith(index, undo, search(NEAR, 'n.list_id = 1'), allowance)).toEqual([]);
  expect(await seen(search(NEAR, 'n.id = 1'))).toEqual([]);
});

test('the session decides in which the query runs', async () => {
  const name = (await tasks.client.query<{ name: string }>('select current_database() as name')).rows[0]?.name;
  const [on, off] = [
    `alter database ${name} set hnsw.iterative_scan = strict_order`,
    `alter database ${name} reset all`,
  ];
  expect(await seenWith(on, off, search(NEAR, 'n.user_id = 1'))).toEqual([]);
  expect(await seenWith(on, off, search(PLACE, 'n.user_id = 1'))).toHaveLength(1);
});

const plpgsql = (before: string, attributes = ''): string => `create function app.search() returns setof int
  language plpgsql ${attributes} as $$
begin
  ${before}
  return query ${search(NEAR, 'n.user_id = 1')};
  set local hnsw.iterative_scan = off;
end $$`;
const sqlFunction = (before: string, attributes = ''): string =>
  `create function app.search() returns setof int language sql ${attributes} as $$ ${before} ${search(NEAR, 'n.user_id = 1')} $$`;

test.each<[string, string, number]>([
  ['PL/pgSQL that leaves it off', plpgsql(''), 1],
  ['PL/pgSQL with a SET clause', plpgsql('', 'set hnsw.iterative_scan = relaxed_order'), 0],
  ['PL/pgSQL with SET in its body', plpgsql(`set local hnsw.iterative_scan = 'relaxed_order';`), 0],
  ['PL/pgSQL with set_config()', plpgsql(`perform set_config('hnsw.iterative_scan', 'strict_order', true);`), 0],
  [
    'PL/pgSQL that turns its own clause off',
    plpgsql('set local hnsw.iterative_scan = off;', 'set hnsw.iterative_scan = relaxed_order'),
    1,
  ],
  ['PL/pgSQL that sets another method', plpgsql('set local ivfflat.iterative_scan = relaxed_order;'), 1],
  ['SQL that leaves it off', sqlFunction('', 'set hnsw.ef_search = 40'), 1],
  ['SQL with a SET clause', sqlFunction('', 'set hnsw.iterative_scan = relaxed_order'), 0],
  ['SQL with SET in its body', sqlFunction(`set local hnsw.iterative_scan = relaxed_order;`), 0],
  ['SQL that is inlined', sqlFunction('', 'stable'), 1],
])('a function in %s', async (_, create, deviations) => {
  await tasks.client.query(`select '[0]'::extensions.vector`);
  const told = await seenWith(create, 'drop function app.search()', 'select * from app.search()');
  expect(told).toHaveLength(deviations);
});

test('a function of the same name in another schema does not set it', async () => {
  const other = `create schema other; ${plpgsql('', 'set hnsw.iterative_scan = relaxed_order').replace('app.', 'other.')}`;
  const undo = 'drop schema other cascade; drop function app.search()';
  expect(await seenWith(`${plpgsql('')}; ${other}`, undo, 'select * from app.search()')).toHaveLength(1);
});

test('a function that sets it for the functions that it calls', async () => {
  const outer = (attributes: string) => `${plpgsql('')};
    create function app.outer() returns setof int language plpgsql ${attributes} as $$ begin return query select * from app.search(); end $$`;
  const undo = 'drop function app.outer(); drop function app.search()';
  const on = 'set hnsw.iterative_scan = relaxed_order';
  expect(await seenWith(outer(on), undo, 'select * from app.outer()')).toEqual([]);
  expect(await seenWith(outer(''), undo, 'select * from app.outer()')).toEqual([
    expect.stringContaining('inside of select n.id from app.notes n'),
  ]);
});

test('an allowance covers it, and deviates when no plan needs it', async () => {
  const allowance = 'approximate: idx_notes_near, because any ten of the nearest do';
  expect(await seen(search(NEAR, 'n.user_id = 1'), allowance)).toEqual([]);
  expect(await seen(search(NEAR), allowance)).toEqual([
    expect.stringContaining('`approximate: idx_notes_near` / no plan does it'),
  ]);
  expect(await seen(search(PLACE, 'n.user_id = 1'), allowance)).toHaveLength(2);
});
