import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Caller, ids, makeCaller } from './support.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await makeCaller();
});
afterAll(() => caller.drop());

const definer = (signature: string, returns: string, body: string): string =>
  `create function app.${signature} returns ${returns} language plpgsql security definer set search_path = pg_catalog, pg_temp as $$ ${body} $$;`;

test('a definer function that asks nobody and deletes what is named deviates for who does not own it', async () => {
  const { deviations } = await caller.prove(
    definer('drop_note(p_note_id uuid)', 'void', 'begin delete from app.notes where id = p_note_id; end'),
    { effects: { 'app.drop_note': { changes: 'app.notes of own', why: 'People delete their own.' } } },
  );
  expect(deviations).toEqual([
    'ann, bob · app.drop_note(uuid): no change of rows of somebody else in app.notes: delete',
  ]);
});

const finish = (condition: string): string =>
  definer(
    'finish(p_note_id uuid)',
    'boolean',
    `begin update app.notes set done = true where id = p_note_id ${condition}; return found; end`,
  );
const own = { 'app.finish': { changes: 'app.notes of own', why: 'People finish their own notes.' } };

test('a function that finds a row by its id deviates once the caller is not asked for, and holds while it is', async () => {
  const asking = await caller.prove(finish('and person_id = app.me()'), { effects: own });
  expect([asking.deviations, asking.notEvaluated]).toEqual([[], []]);
  const asksNobody = await caller.prove(finish(''), { effects: own });
  expect(asksNobody.deviations).toEqual([
    'ann, bob · app.finish(uuid): no change of rows of somebody else in app.notes: update (done)',
  ]);
});

test('a deviation shows the call, ready to paste, and says what to declare', async () => {
  const { findings } = await caller.prove(finish(''), { effects: own });
  const [deviation] = findings.deviations;
  expect(deviation?.evidence).toContain("select * from app.finish('00000000-0000-4000-8000-0000000000b1'::uuid);");
  expect(deviation?.fix).toContain("'app.notes of others'");
});

test('a change of own rows that the access spec does not allow is to be declared, and one that it allows is not', async () => {
  const closed = await caller.prove(finish('and person_id = app.me()'));
  expect(closed.deviations).toEqual([
    'ann, bob · app.finish(uuid): no change of rows of the caller in app.notes: update (done)',
  ]);
  const allowed = { 'app.notes': { "ann's": { ann: 'S U(done)', bob: '—' } } };
  const open = await caller.prove(finish('and person_id = app.me()'), { access: allowed });
  expect(open.deviations).toEqual([]);
  const otherColumn = { 'app.notes': { "ann's": { ann: 'S U(body)', bob: '—' } } };
  const other = await caller.prove(finish('and person_id = app.me()'), { access: otherColumn });
  expect(other.deviations).toHaveLength(1);
});

test('a function that leaves its caller somebody else deviates, and one that ends with what it set holds', async () => {
  const become = (name: string, rest = ''): string => `
    create function app.${name}(p_id text) returns void language plpgsql security definer ${rest} as $$
    begin perform set_config('test.me', p_id, true); end $$;`;
  const { deviations, findings } = await caller.prove(become('become') + become('look_as', "set test.me = ''"));
  expect(deviations).toEqual([
    'ann, bob · app.become(text): test.me, which says who the caller is, as before the call: another value',
  ]);
  expect(findings.deviations[0]?.evidence).toContain('select * from app.become(');
});

test('a function whose argument is read as SQL deviates, and one that passes it as a value holds', async () => {
  const { deviations } = await caller.prove(
    definer(
      'by_body(p text)',
      'bigint',
      "declare n bigint; begin execute 'select count(*) from app.notes where body = ''' || p || '''' into n; return n; end",
    ) +
      definer(
        'by_value(p text)',
        'bigint',
        "declare n bigint; begin execute 'select count(*) from app.notes where body = $1' into n using p; return n; end",
      ) +
      definer(
        'by_format(p text)',
        'bigint',
        "declare n bigint; begin execute format('select count(*) from app.notes where body = %L', p) into n; return n; end",
      ) +
      definer('by_path(p text)', 'boolean', "begin return '{}'::jsonb @? p::jsonpath; end") +
      definer('by_words(p text)', 'text', 'begin return to_tsquery(p)::text; end'),
  );
  expect(deviations).toEqual([
    'ann, bob · app.by_body(text): an argument that is data: the server read it as SQL, and would run it where it is valid',
  ]);
});

test.each([
  ['a name', 'p text', `execute 'select "' || p || '"::text from app.notes limit 1' into n`],
  ['a string between dollars', 'p text', "execute 'select $' || '$' || p || '$' || '$' into n"],
  ['an element of an array', 'p text[]', "execute 'select ''' || p[1] || '''' into n"],
  ['a key of a document', 'p jsonb', "execute 'select ''' || (p ->> 'title') || '''' into n"],
  [
    'the last of several parameters',
    'p_id uuid, p_a text, p_b text, p_c text, p_d text',
    "if p_a in ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm') then n := 'x'; end if; execute 'select ''' || p_d || '''' into n",
  ],
])('%s that is read as SQL deviates', async (_, parameters, body) => {
  const { deviations } = await caller.prove(
    definer(`put(${parameters})`, 'text', `declare n text; begin ${body}; return n; end`),
  );
  expect(deviations).toEqual([
    expect.stringMatching(/^ann, bob · app\.put\(.*\): an argument that is data: the server read it as SQL/),
  ]);
});

test('rows of nobody count too, in tables of which the spec does not speak', async () => {
  const { deviations } = await caller.prove(`
    create table app.log (id bigint generated always as identity primary key, note text);
    ${definer('say(p_note text)', 'bigint', 'declare one bigint; begin insert into app.log (note) values (p_note) returning id into one; return one; end')}`);
  expect(deviations).toEqual(['ann, bob · app.say(text): no change of rows that are nobody’s in app.log: insert']);
});

test('a line that no call needs, and one for a function that is not there, deviate', async () => {
  const { deviations } = await caller.prove(finish('and person_id = app.me()'), {
    effects: {
      'app.finish': { changes: 'app.notes of own, app.notes of others', why: 'People finish notes.' },
      'app.gone': { changes: 'app.notes of own', why: 'It was there.' },
    },
  });
  expect(deviations).toEqual([
    'app.finish: a change of rows of somebody else in app.notes that the access spec does not allow its caller: no call made one',
    expect.stringContaining('app.gone: one function'),
  ]);
});

test('what a function changes through a trigger and a cascade counts as its own', async () => {
  const { deviations } = await caller.prove(`
    create table app.parts (id uuid primary key default gen_random_uuid(), note_id uuid not null references app.notes on delete cascade);
    create table app.counts (one int primary key, deleted int not null);
    create function app.add_part() returns trigger language plpgsql security definer as $$ begin insert into app.parts (note_id) values (new.id); return null; end $$;
    create function app.count() returns trigger language plpgsql security definer as $$ begin update app.counts set deleted = deleted + 1; return null; end $$;
    create trigger add_part after insert on app.notes for each row execute function app.add_part();
    create trigger count after delete on app.notes for each row execute function app.count();
    insert into app.counts values (1, 0);
    ${definer('drop_note(p_note_id uuid)', 'void', 'begin delete from app.notes where id = p_note_id and person_id = app.me(); end')}`);
  expect(deviations.filter((one) => one.includes('drop_note'))).toEqual([
    'ann, bob · app.drop_note(uuid): no change of rows of the caller in app.notes: delete',
    'ann, bob · app.drop_note(uuid): no change of rows of the caller in app.parts: delete',
    'ann, bob · app.drop_note(uuid): no change of rows that are nobody’s in app.counts: update (deleted)',
  ]);
});

test('what a statement of a caller changes in rows of others, by a trigger with its owner’s rights, deviates', async () => {
  const { deviations, text } = await caller.prove(
    `create function app.spread() returns trigger language plpgsql security definer as $$ begin update app.notes set body = new.body where person_id <> new.person_id; return null; end $$;
     create trigger spread after insert on app.notes for each row execute function app.spread();
     grant insert on app.notes to $role; create policy add on app.notes for insert to $role with check (person_id = (select app.me()));`,
    { access: { 'app.notes': { "ann's": { ann: 'S I', bob: '—' } } } },
  );
  expect(deviations).toEqual([
    'ann · insert app.notes: no change of rows of somebody else in app.notes: update (body)',
  ]);
  expect(text).toContain("- `insert app.notes` · ann: others' app.notes U(body)");
});

test('a row of no class that says what to update leads to the trigger that only such an update fires', async () => {
  const sql = `
    create table app.moves (person_id uuid not null);
    grant update on app.notes to $role;
    create policy anybody on app.notes to $role using (true);
    create function app.note_move() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
      as $$ begin insert into app.moves values (new.person_id); return null; end $$;
    create trigger note_move after update of person_id on app.notes
      for each row when (old.person_id is distinct from new.person_id) execute function app.note_move();`;
  const access = { 'app.notes': { "ann's": { ann: 'S U', bob: 'S U' } } };
  const without = await caller.prove(sql, { access });
  expect(without.notEvaluated).toEqual([expect.stringContaining('app.note_move(): No persona can call it')]);
  const id = '00000000-0000-4000-8000-0000000000c1';
  const moved = {
    table: 'app.notes',
    values: { id, person_id: ids.bob, body: 'c note' },
    update: { person_id: ids.ann },
  };
  const { notEvaluated, deviations } = await caller.prove(sql, { access, world: [moved] });
  expect(notEvaluated).toEqual([]);
  expect(deviations).toEqual([
    'ann · update app.notes: no change of rows of the caller in app.moves: insert',
    'bob · update app.notes: no change of rows of somebody else in app.moves: insert',
  ]);
});

test('a truncation is a deletion of every row', async () => {
  const { deviations } = await caller.prove(definer('forget()', 'void', 'begin truncate app.notes; end'));
  expect(deviations).toEqual([
    'ann, bob · app.forget(): no change of rows of somebody else in app.notes: delete',
    'ann, bob · app.forget(): no change of rows of the caller in app.notes: delete',
  ]);
});

test('rows of partitions are rows of the partitioned table, and a change that is taken back is none', async () => {
  const { deviations } = await caller.prove(`
    create table app.days (day date not null, person_id uuid not null references app.people, count int not null, primary key (day, person_id)) partition by range (day);
    create table app.days_all partition of app.days for values from (minvalue) to (maxvalue);
    ${definer('count_day()', 'void', `begin insert into app.days values ('2020-01-01', app.me(), 1); end`)}
    ${definer('try_day()', 'void', `begin insert into app.days values ('2020-01-01', app.me(), 1); update app.days set count = 2; delete from app.days; end`)}
    ${definer('touch()', 'void', 'begin update app.notes set body = body; end')}`);
  expect(deviations).toEqual(['ann, bob · app.count_day(): no change of rows of the caller in app.days: insert']);
});

test('what a call wrote is gone afterwards', async () => {
  await caller.prove(
    definer('drop_all()', 'void', 'begin delete from app.notes; insert into app.people select gen_random_uuid(); end'),
  );
  const { rows } = await caller.database.client.query(
    "select (select count(*)::int from app.people) as people, to_regnamespace('rolecall_scratch') as scratch, (select count(*)::int from pg_trigger where tgname like '%rolecall%') as triggers",
  );
  expect(rows).toEqual([{ people: 0, scratch: null, triggers: 0 }]);
});

test('a deferred constraint is asked at the end of a call', async () => {
  const { text } = await caller.prove(`
    create table app.pairs (id uuid primary key default gen_random_uuid(), note_id uuid references app.notes deferrable initially deferred);
    ${definer('pair()', 'void', 'begin insert into app.pairs (note_id) values (gen_random_uuid()); end')}`);
  expect(text).toContain('`app.pair()` (definer)\n\n- ann, bob: fails 23503');
});
