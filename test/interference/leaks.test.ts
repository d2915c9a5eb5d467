import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorldRow } from '../../src/access/model.ts';
import { ann, bob, makeOtherWorlds, type OtherWorlds } from './support.ts';

let worlds: OtherWorlds;
beforeAll(async () => {
  worlds = await makeOtherWorlds();
});
afterAll(() => worlds.drop());

const definer = (name: string, parameters: string, returns: string, body: string): string => `
  create function app.${name}(${parameters}) returns ${returns} language sql stable security definer
  set search_path = pg_catalog, pg_temp as $$ ${body} $$;`;

const [NOTE, OTHER] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000008'];

/** Bob may add notes of his own. */
const WRITES = `grant insert on app.notes to $role;
  create policy add on app.notes for insert to $role with check (user_id = app.me());`;

describe('an answer that depends on what its caller may not see is found', () => {
  test.each<[string, string, string, (readonly WorldRow[])?]>([
    [
      'a definer function that asks nobody',
      definer('title_of', 'note_id uuid', 'text', 'select title from app.notes where id = note_id'),
      'bob · app.title_of(uuid) · app.notes',
    ],
    [
      'a count',
      definer('how_many', '', 'bigint', 'select count(*) from app.notes'),
      'bob · app.how_many() · app.notes',
    ],
    [
      'whether there is such a user',
      definer('is_taken', 'p_email text', 'boolean', 'select exists (select from app.users where email = p_email)'),
      'bob · app.is_taken(text) · app.users',
    ],
    [
      'one condition of several that does not ask',
      definer(
        'my_data',
        '',
        'jsonb',
        `select jsonb_build_object('me', (select email from app.users where id = app.me()),
                                   'notes', (select jsonb_agg(title order by id) from app.notes))`,
      ),
      'bob · app.my_data() · app.notes',
    ],
    [
      'a view with its owner’s rights',
      'create view app.titles as select id, title from app.notes; grant select on app.titles to $role;',
      'bob · app.titles · app.notes',
    ],
    [
      'a materialized view, once it is refreshed',
      'create materialized view app.titles as select id, title from app.notes; grant select on app.titles to $role;',
      'bob · app.titles · app.notes',
    ],
    [
      'a policy that opens rows by their own value',
      'create policy untitled on app.notes for select to $role using (title is null);',
      'bob · app.notes · app.notes',
    ],
    [
      'a policy that asks another’s rows',
      `create table app.pages (id int primary key, title text); alter table app.pages enable row level security;
       ${definer('secrets', '', 'bigint', 'select count(*) from app.notes where secret')}
       create policy readers on app.pages for select to $role using (app.secrets() = 0); grant select on app.pages to $role;
       insert into app.pages values (1, 'A page');`,
      'bob · app.pages · app.notes',
    ],
    [
      'a function that shows what is old enough, where no row of the world is',
      `create table app.letters (id uuid primary key, user_id uuid not null references app.users, body text not null, sent_at timestamptz not null default now());
       ${definer('letter', 'letter_id uuid', 'text', "select body from app.letters where id = letter_id and (user_id = app.me() or sent_at < now() - interval '10 years')")}`,
      'bob · app.letter(uuid) · app.letters',
      [{ table: 'app.letters', values: { id: NOTE, user_id: ann, body: 'Dear Cy' } }],
    ],
    [
      'a function that shows what a key of its document asks for',
      definer(
        'note_by',
        'p jsonb',
        'text',
        "select title from app.notes where id = (p ->> 'id')::uuid and (user_id = app.me() or (p ->> 'admin')::boolean)",
      ),
      'bob · app.note_by(jsonb) · app.notes',
    ],
    [
      'the message of an error',
      `create function app.check_words(note_id uuid) returns void language plpgsql security definer as $$
       begin raise exception 'It has % words.', (select words from app.notes where id = note_id); end $$;`,
      'bob · app.check_words(uuid) · app.notes',
    ],
    [
      'the detail of an error',
      `create function app.check_words(note_id uuid) returns void language plpgsql security definer as $$
       begin raise exception 'No.' using detail = (select title from app.notes where id = note_id); end $$;`,
      'bob · app.check_words(uuid) · app.notes',
    ],
    [
      'the rows of a cursor that a function opens',
      `create function app.open_notes() returns refcursor language plpgsql security definer as $$
       declare notes refcursor; begin open notes for select title from app.notes; return notes; end $$;`,
      'bob · app.open_notes() · app.notes',
    ],
    [
      'an output of a procedure',
      `create procedure app.read_title(note_id uuid, out p_title text) language plpgsql security definer as $$
       begin select title into p_title from app.notes where id = note_id; end $$;`,
      'bob · app.read_title(uuid) · app.notes',
    ],
    [
      'whether a trigger lets an insert through',
      `${WRITES} create function app.refuse() returns trigger language plpgsql security definer as $$ begin
         if exists (select from app.notes where title = new.title and user_id <> new.user_id) then raise exception 'It is taken.'; end if;
         return new; end $$;
       create trigger refuse before insert on app.notes for each row execute function app.refuse();`,
      'bob · app.notes · app.notes',
    ],
    [
      'whether a trigger lets a change of one’s own row through',
      `grant update (title) on app.notes to $role; create policy edit on app.notes for update to $role using (user_id = app.me());
       create function app.refuse() returns trigger language plpgsql security definer as $$ begin
         if exists (select from app.notes where title = new.title and user_id <> new.user_id) then raise exception 'It is taken.'; end if;
         return new; end $$;
       create trigger refuse before update on app.notes for each row execute function app.refuse();`,
      'ann · app.notes · app.notes',
      [{ table: 'app.notes', values: { id: OTHER, user_id: bob, title: 'Bob’s' } }],
    ],
    [
      'whether a trigger lets one’s own row be deleted',
      `grant delete on app.notes to $role; create policy remove on app.notes for delete to $role using (user_id = app.me());
       create function app.refuse() returns trigger language plpgsql security definer as $$ begin
         if exists (select from app.notes where title like 'Bob%' and user_id <> old.user_id) then raise exception 'Not now.'; end if;
         return old; end $$;
       create trigger refuse before delete on app.notes for each row execute function app.refuse();`,
      'ann · app.notes · app.notes',
      [{ table: 'app.notes', values: { id: OTHER, user_id: bob, title: 'Bob’s' } }],
    ],
    [
      'a default that takes another’s value',
      `${definer('newest', '', 'text', 'select max(title) from app.notes')} ${WRITES}
       revoke execute on function app.newest() from public; create function app.fill() returns trigger language plpgsql security definer
       as $$ begin new.title := app.newest(); return new; end $$;
       create trigger fill before insert on app.notes for each row execute function app.fill();`,
      'bob · app.notes · app.notes',
    ],
    [
      'whether a view lets an insert through',
      `create view app.entries as select id, user_id, title from app.notes;
       create function app.enter() returns trigger language plpgsql security definer as $$ begin
         if exists (select from app.notes where title = new.title and user_id <> new.user_id) then raise exception 'It is taken.'; end if;
         return new; end $$;
       create trigger enter instead of insert on app.entries for each row execute function app.enter();
       grant insert on app.entries to $role;`,
      'bob · app.entries · app.notes',
      [
        {
          table: 'app.entries',
          existing: true,
          row: "ann's entry",
          values: { id: NOTE, user_id: ann, title: 'A note' },
          insert: { id: OTHER, user_id: bob, title: 'New' },
        },
      ],
    ],
    [
      'whether a policy lets an insert through',
      `${definer('is_taken', 'p_title text', 'boolean', 'select exists (select from app.notes where title = p_title)')} ${WRITES}
       create policy free on app.notes as restrictive for insert to $role with check (not app.is_taken(title));`,
      'bob · app.notes · app.notes',
    ],
    [
      'whether a write found a row',
      `create function app.complete(note_id uuid) returns boolean language plpgsql security definer as $$
       begin update app.notes set words = words + 1 where id = note_id; return found; end $$;`,
      'bob · app.complete(uuid) · app.notes',
    ],
    [
      'the order of a list',
      definer(
        'users_by_age',
        '',
        'uuid[]',
        'select array_agg(id order by (select count(*) from app.notes n where n.user_id = u.id) desc, id desc) from app.users u',
      ),
      'bob · app.users_by_age() · app.notes',
    ],
    [
      'a column without SELECT of a row that is shown',
      `create table app.people (id int primary key, name text, phone text); insert into app.people values (1, 'Cy', '123');
       grant select (id, name) on app.people to $role;
       ${definer('phone_of', 'p_id int', 'text', 'select phone from app.people where id = p_id')}`,
      'bob · app.phone_of(integer) · app.people',
    ],
  ])('%s', async (_, sql, leak, world = []) => {
    const { leaks } = await worlds.look(sql, { world });
    expect(leaks).toContain(leak);
  });
});

test('the finding says who asked what, both answers, the row and the column, and shows it in SQL', async () => {
  const { findings } = await worlds.look(
    definer('title_of', 'note_id uuid', 'text', 'select title from app.notes where id = note_id'),
  );
  const [found] = findings.deviations;
  expect(found?.where).toMatch(/bob.* · app\.title_of\(uuid\) · app\.notes/);
  expect(found?.seen).toContain("title of the row “ann's” of app.notes is changed");
  expect(found?.seen).toContain('A note~');
  expect(found?.evidence).toMatch(/update app\.notes set title = 'A note~' where id = /);
});

describe('an answer that is right is alike in all worlds', () => {
  test.each([
    ['tables and rows of one’s own', ''],
    [
      'one’s own rows, through a definer function',
      definer('my_notes', '', 'setof text', 'select title from app.notes where user_id = app.me()'),
    ],
    [
      'one’s own rows that no policy shows',
      `create table app.quotas (user_id uuid primary key references app.users, used int not null); alter table app.quotas enable row level security;
       ${definer('my_quota', '', 'int', 'select used from app.quotas where user_id = app.me()')}`,
    ],
    [
      'rows that are one’s own by what they refer to',
      `create table app.lines (note_id uuid references app.notes, place int, text text, primary key (note_id, place));
       ${definer('my_lines', '', 'setof text', 'select l.text from app.lines l join app.notes n on n.id = l.note_id where n.user_id = app.me()')}`,
    ],
    [
      'rows that the policy shows to everybody, by a value of their own',
      `alter table app.notes add public boolean not null default false;
       create table app.pages (id int primary key, title text); grant select on app.pages to $role; insert into app.pages values (1, 'A page');
       ${definer('pages', '', 'bigint', 'select count(*) from app.pages')}`,
    ],
    ['writes of one’s own', WRITES],
    [
      'time, sequences and random values',
      `create sequence app.numbers; grant usage on sequence app.numbers to $role;
       create function app.next() returns jsonb language sql volatile security definer as $$
         select jsonb_build_object('time', clock_timestamp(), 'number', nextval('app.numbers'), 'id', gen_random_uuid(), 'now', now(),
                                   'coin', random() < 0.5, 'mine', (select count(*) from app.notes where user_id = app.me())) $$;`,
    ],
    [
      'a write of one’s own, with an id that nobody knows before',
      `create function app.add_note(p_title text) returns app.notes language sql volatile security definer as $$
         insert into app.notes (id, user_id, title) values (gen_random_uuid(), app.me(), p_title) returning * $$;`,
    ],
  ])('%s', async (_, sql) => {
    const { leaks, findings, worlds: made } = await worlds.look(sql);
    expect(leaks).toEqual([]);
    expect(findings.deviations).toEqual([]);
    expect(made).toBeGreaterThan(3);
  });
});
