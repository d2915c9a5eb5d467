import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Command, WorldRow } from '../../src/access/model.ts';
import { type Probed, probed } from './probed.ts';

let subject: Probed;

/** A row of app.notes as each view shows it: it is found there, since a view has none of its own. */
const seenThrough = (view: string): WorldRow => ({
  table: `app.${view}`,
  row: 'mine',
  existing: true,
  values: { title: 'hello' },
  insert: { title: 'new' },
  update: { title: 'changed' },
});

beforeAll(async () => {
  subject = await probed(
    (role) => `
      create table app.notes (id int generated always as identity primary key, owner text default current_setting('test.me', true), text text);
      alter table app.notes enable row level security;
      create policy own on app.notes to ${role} using (owner = current_setting('test.me', true));
      grant select, insert, update, delete on app.notes to ${role};
      create view app.simple with (security_invoker = true) as select text as title from app.notes;
      create view app.owners as select text as title from app.notes;
      create view app.triggered with (security_invoker = true) as select id, upper(text) as loud, text || '' as title from app.notes;
      create function app.write() returns trigger language plpgsql as $$
      begin
        case tg_op
          when 'INSERT' then insert into app.notes (owner, text) values ('me', new.title);
          when 'UPDATE' then update app.notes set text = new.title where id = old.id;
          else delete from app.notes where id = old.id;
        end case;
        return case tg_op when 'DELETE' then old else new end;
      end $$;
      create trigger write instead of insert or update or delete on app.triggered for each row execute function app.write();
      create table app.secret (text text);
      create view app.closed with (security_invoker = true) as select text as title from app.secret;
      create view app.counted with (security_invoker = true) as select text as title, count(*) as n from app.notes group by text;
      grant select, insert, update, delete on app.simple, app.owners, app.triggered, app.closed, app.counted to ${role};
    `,
    {
      world: [
        {
          table: 'app.notes',
          row: 'mine',
          values: { owner: 'me', text: 'hello' },
          insert: { owner: 'me', text: 'n' },
          update: { text: 'c' },
        },
        { table: 'app.secret', row: 'any', values: { text: 'hello' }, insert: { text: 'n' }, update: { text: 'c' } },
        ...['simple', 'owners', 'triggered', 'closed', 'counted'].map(seenThrough),
      ],
    },
  );
});
afterAll(() => subject?.drop());

function outcome(view: string, persona: string, command: Command): string | undefined {
  return subject.probes.cells.find(
    (cell) => cell.table === `app.${view}` && cell.persona === persona && cell.command === command,
  )?.outcome;
}

test('a view with its caller’s rights shows and changes what the table’s policies let the caller', () => {
  for (const command of ['select', 'insert', 'update', 'delete'] as const)
    expect([command, outcome('simple', 'me', command)]).toEqual([command, 'allowed']);
  for (const command of ['select', 'update', 'delete'] as const)
    expect([command, outcome('simple', 'you', command)]).toEqual([command, 'filtered']);
});

test('a view with its owner’s rights is seen to let everybody through', () => {
  for (const command of ['select', 'update', 'delete'] as const)
    expect([command, outcome('owners', 'you', command)]).toEqual([command, 'allowed']);
});

test('what a trigger does in place of a write is what counts, and what the table’s policy refuses it is refused to the view', () => {
  for (const command of ['select', 'insert', 'update', 'delete'] as const)
    expect([command, outcome('triggered', 'me', command)]).toEqual([command, 'allowed']);
  for (const command of ['select', 'update', 'delete'] as const)
    expect([command, outcome('triggered', 'you', command)]).toEqual([command, 'filtered']);
  expect(outcome('triggered', 'you', 'insert')).toBe('policy violation');
});

test('a view with its caller’s rights over a table that is not granted is closed', () => {
  expect(outcome('closed', 'me', 'select')).toBe('no grant');
});

test('a view that nobody can write is not possible to write, whatever is granted', () => {
  expect(outcome('counted', 'me', 'select')).toBe('allowed');
  for (const command of ['insert', 'update', 'delete'] as const)
    expect([command, outcome('counted', 'me', command)]).toEqual([command, 'not possible']);
});
