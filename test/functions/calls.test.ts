import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Caller, ids, makeCaller } from './support.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await makeCaller();
});
afterAll(() => caller.drop());

/** The lines of the page about a function. */
function about(text: string, signature: string): string[] {
  const block = text.split('\n\n`').find((part) => part.includes(`${signature}\``)) ?? '';
  return block.split('\n').filter((line) => line.startsWith('- '));
}

test('a function that refuses is shown with its SQLSTATE and its words, without values', async () => {
  const { text } = await caller.prove(`
    create function app.open(p_note_id uuid) returns text language plpgsql security definer as $$
    begin
      if not exists (select from app.notes where id = p_note_id and person_id = app.me()) then
        raise exception 'The note % is not yours.', p_note_id using errcode = '42501';
      end if;
      return 'open';
    end $$;`);
  expect(about(text, 'app.open(uuid)')).toEqual(['- ann, bob: executes · refuses 42501: The note … is not yours.']);
});

test('a function that reads a setting which no persona has is not evaluated', async () => {
  const { notEvaluated } = await caller.prove(`
    create function app.body_of(p_id uuid) returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
      select body from app.notes where id = p_id
         and (person_id = app.me() or current_setting('App.Debug', true) = 'on' or current_setting ( 'application_name' ) = 'admin') $$;
    create function app.spelled() returns text language sql stable security definer as $body$
      select current_setting($$app.one$$, true) || current_setting(E'app.two', true) $body$;
    create function app.any_of(p_name text) returns text language plpgsql stable as $$ begin return current_setting('app.' || p_name, true); end $$;
    create function app.mine() returns bigint language sql stable as $$
      -- current_setting('app.none')
      select count(*) from app.notes where person_id::text = current_setting('test.me', true) and current_setting('work_mem') <> '' $$;`);
  expect(notEvaluated).toEqual([
    expect.stringMatching(/^app\.any_of\(text\): It reads a setting whose name is no constant, which no persona has\./),
    expect.stringMatching(/^app\.any_of\(text\): No call of /),
    expect.stringMatching(/^app\.body_of\(uuid\): It reads app\.debug, application_name, which no persona has\./),
    expect.stringMatching(/^app\.spelled\(\): It reads app\.one, app\.two, which no persona has\./),
    expect.stringMatching(/^app\.spelled\(\): No call of /),
  ]);
});

test('a function of which no call comes to a result is not evaluated, until calls give it arguments', async () => {
  const sql = `create function app.redeem(p_code text) returns boolean language plpgsql as $$
    begin if p_code is distinct from 'se' || 'same' then raise exception 'No such code.' using errcode = 'P0002'; end if; return true; end $$;`;
  const unknown = await caller.prove(sql);
  expect(unknown.notEvaluated).toEqual([
    expect.stringMatching(
      /^app\.redeem\(text\): No call of ann, bob returned or changed anything \(calls ended with P0002: No such code\.\)/,
    ),
  ]);
  const everybody = await caller.prove(sql, { calls: { 'app.redeem': ['sesame'] } });
  expect(everybody.notEvaluated).toEqual([]);
  const onlyAnn = await caller.prove(sql, { calls: { 'app.redeem': { personas: { ann: [['no'], ['sesame']] } } } });
  expect(about(onlyAnn.text, 'app.redeem(text)')).toEqual([
    '- ann: executes · refuses P0002: No such code.',
    '- bob: refuses P0002: No such code.',
  ]);
});

test('a function that gives only null or no row is not evaluated, and one that is declared to refuse everybody is', async () => {
  const sql = `
    create function app.nothing(p_note_id uuid) returns setof app.notes language sql as $$ select * from app.notes where false $$;
    create function app.null() returns int language sql as $$ select null::int $$;
    create function app.never() returns int language plpgsql as $$ begin raise exception 'No.' using errcode = 'P0001'; end $$;`;
  const { notEvaluated } = await caller.prove(sql, { functions: { 'app.never': '!ann(P0001), !bob(P0001)' } });
  expect(notEvaluated.map((one) => one.split(':')[0])).toEqual(['app.nothing(uuid)', 'app.null()']);
});

test('procedures, overloads, tables, variadic parameters, defaults, enums, arrays, rows and aggregates are called', async () => {
  const { notEvaluated, text, deviations } = await caller.prove(`
    create type app.mode as enum ('soft', 'hard');
    create domain app.short as text check (length(value) < 20);
    create procedure app.tidy(p_person_id uuid, out p_done int) language plpgsql security definer as $$ begin update app.notes set done = true where person_id = p_person_id; p_done := 1; end $$;
    create function app.find(p_note_id uuid) returns table (id uuid, body text) language sql security definer as $$ select id, body from app.notes n where n.id = p_note_id $$;
    create function app.find(p_body text) returns setof app.notes language sql security definer as $$ select * from app.notes n where n.body = p_body $$;
    create function app.any_of(variadic p_note_ids uuid[]) returns bigint language sql security definer as $$ select nullif(count(*), 0) from app.notes where id = any (p_note_ids) $$;
    create function app.with_default(p_note_id uuid, p_limit int default null) returns boolean language plpgsql as $$ begin if p_limit is not null then raise exception 'No limit.'; end if; return true; end $$;
    create function app.wipe(p_mode app.mode) returns boolean language plpgsql as $$ begin if p_mode = 'hard' then return true; end if; raise exception 'Not soft.'; end $$;
    create function app.title(n app.notes) returns text language sql as $$ select n.body $$;
    create function app.pair(out a int, out b int) language sql as $$ select 1, 2 $$;
    create function app.record() returns record language sql as $$ select 1, 2 $$;
    create function app.strict_one(p_label app.short) returns text language sql strict as $$ select p_label $$;
    create function app.echo(p_any anyelement) returns anyelement language sql as $$ select p_any $$;
    create aggregate app.last(text) (sfunc = pg_catalog.textcat, stype = text, initcond = '');`);
  expect(notEvaluated).toEqual([]);
  expect(deviations).toEqual([
    'ann, bob · app.tidy(uuid): no change of rows of somebody else in app.notes: update (done)',
    'ann, bob · app.tidy(uuid): no change of rows of the caller in app.notes: update (done)',
  ]);
  expect(about(text, 'app.title(app.notes)')).toEqual(['- ann, bob: executes']);
});

test.each([
  ['a JSON document', 'p_given jsonb', "(p_given ->> 'note_id')::uuid"],
  ['an id whose name says nothing', 'x uuid', 'x'],
  ['an array of ids', 'p_ids uuid[]', 'any (p_ids)'],
  ['a text that is an id', 'p_id text', 'p_id::uuid'],
  ['variadic texts that are ids', 'variadic p_ids text[]', 'any (p_ids::uuid[])'],
])('%s that only the body connects with a column leads to its rows', async (_, parameter, compared) => {
  const { notEvaluated } = await caller.prove(
    `create table app.replies (id uuid primary key, note_id uuid not null, body text);
     create function app.look_up(${parameter}) returns text language sql stable security definer as
       $$ select r.body from app.replies r where r.note_id = ${compared} $$;`,
    {
      world: [
        {
          table: 'app.replies',
          values: { id: '00000000-0000-4000-8000-0000000000e1', note_id: ids.annsNote, body: 'a reply' },
        },
      ],
    },
  );
  expect(notEvaluated).toEqual([]);
});

test('arguments that belong together come from one row, or from rows that refer to each other', async () => {
  const { notEvaluated } = await caller.prove(
    `create table app.locks (id uuid primary key, key text not null, token bigint);
     create table app.comments (id uuid primary key, note_id uuid not null references app.notes, person_id uuid not null references app.people);
     create function app.unlock(p_token bigint, p_key text) returns boolean language sql security definer as $$ select nullif(exists (select from app.locks where key = p_key and token = p_token), false) $$;
     create function app.reply(p_comment_id uuid, p_note_id uuid, p_person_id uuid) returns boolean language sql security definer as
       $$ select nullif(exists (select from app.comments c where c.id = p_comment_id and c.note_id = p_note_id and c.person_id = p_person_id), false) $$;`,
    {
      world: [
        // Only the last one has a token.
        ...[null, null, null, null, null, null, 42].map((token, place) => ({
          table: 'app.locks',
          values: { id: `00000000-0000-4000-8000-0000000000c${place}`, key: `lock ${place}`, token },
        })),
        {
          table: 'app.comments',
          values: { id: '00000000-0000-4000-8000-0000000000d1', note_id: ids.annsNote, person_id: ids.bob },
        },
      ],
    },
  );
  expect(notEvaluated).toEqual([]);
});

test('a function with its owner’s rights that nobody calls is reached through triggers, policies and views, or not evaluated', async () => {
  const { notEvaluated, text } = await caller.prove(`
    create table app.others (id int primary key);
    create function app.by_trigger() returns trigger language plpgsql security definer as $$ begin return new; end $$;
    create function app.by_policy(p_id uuid) returns boolean language plpgsql security definer as $$ begin return true; end $$;
    create function app.by_view() returns int language plpgsql security definer as $$ begin return 1; end $$;
    create function app.by_nothing() returns trigger language plpgsql security definer as $$ begin return new; end $$;
    create function app.by_nobody() returns int language plpgsql security definer as $$ begin return 1; end $$;
    revoke execute on all functions in schema app from public, $role; grant execute on function app.me(), app.by_policy(uuid) to $role;
    create trigger by_trigger before insert on app.notes for each row execute function app.by_trigger();
    create trigger by_nothing before delete on app.others for each row execute function app.by_nothing();
    create policy more on app.notes for select to $role using (app.by_policy(id));
    create function app.shown() returns int language plpgsql security definer as $$ begin return app.by_view(); end $$;
    grant execute on function app.shown() to $role;
    create view app.numbers as select app.shown() as number; grant select on app.numbers to $role;`);
  expect(notEvaluated.map((one) => one.split(':')[0])).toEqual(['app.by_nothing()']);
  expect(text).toContain('did: `app.by_trigger()` (definer), `app.by_view()` (definer).');
  expect(text).toContain('No persona can call these: `app.by_nobody()` (definer), `app.by_nothing()` (definer).');
});

test('a function of another schema that runs with its owner’s rights is called where a persona may', async () => {
  const { deviations, notEvaluated, text } = await caller.prove(`
    create schema other; grant usage on schema other to $role;
    create function other.wipe(p_note_id uuid) returns void language sql security definer as $$ delete from app.notes where id = p_note_id $$;
    create function other.invoker(p_note_id uuid) returns void language sql as $$ delete from app.notes where id = p_note_id $$;
    create function other.closed(p_note_id uuid) returns void language sql security definer as $$ delete from app.notes where id = p_note_id $$;
    grant execute on function other.wipe(uuid) to $role; revoke execute on function other.closed(uuid) from public;`);
  expect(deviations).toEqual([
    'ann, bob · other.wipe(uuid): no change of rows of somebody else in app.notes: delete',
    'ann, bob · other.wipe(uuid): no change of rows of the caller in app.notes: delete',
  ]);
  expect(notEvaluated).toEqual([]);
  expect(text).not.toMatch(/other\.(invoker|closed)/);
});

test('calls are as many and the same from run to run, within their bound', async () => {
  const sql = `create function app.many(p_a uuid, p_b uuid, p_c text, p_d int, p_e boolean, p_f timestamptz, p_g jsonb, p_h text[]) returns int language sql as $$ select 1 $$;`;
  const first = await caller.prove(sql);
  const second = await caller.prove(sql);
  expect(first.text).toBe(second.text);
  expect(first.counts).toEqual(second.counts);
  // Two personas call it, and app.me().
  expect(first.counts.functionCalls).toBeLessThanOrEqual(2 * 16 + 2);
});
