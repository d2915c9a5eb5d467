// Nobody puts something of their own in the place of what policies and functions name.
import { expect, test } from '@jest/globals';
import { people } from '../../../spec/people.ts';
import { attacked, NO_ROWS, policyOf, target } from './support.ts';

const { as } = attacked();

const addChannel = `insert into public.channels (youtube_channel_id, channel_name, channel_url)
                    values ('UCmine', 'Mine', 'https://www.youtube.com/channel/UCmine')`;
const theirs = `select * from public.chat_messages where session_id = '${target.session}'`;
const path = 'set local search_path = pg_temp, public, private, auth, pg_catalog';
const temporary = {
  'table user_roles': [
    path,
    `create temp table user_roles as select '${people.stranger}'::uuid as user_id, 'admin'::public.app_role as role`,
  ],
  'view user_roles': [
    path,
    `create temp view user_roles as select '${people.stranger}'::uuid as user_id, 'admin'::public.app_role as role`,
  ],
  'type app_role': [path, `create type pg_temp.app_role as enum ('admin')`],
  'function uid': [
    path,
    `create function pg_temp.uid() returns uuid language sql as 'select ''${people.owner}''::uuid'`,
    `create function pg_temp.is_admin() returns boolean language sql as 'select true'`,
    `create function pg_temp.has_role(public.app_role) returns boolean language sql as 'select true'`,
  ],
  'operator =': [
    path,
    `create function pg_temp.same(uuid, uuid) returns boolean language sql as 'select true'`,
    'create operator pg_temp.= (leftarg = uuid, rightarg = uuid, function = pg_temp.same)',
  ],
  'function current_setting': [
    path,
    `create function pg_temp.current_setting(text, boolean) returns text language sql
     as $$ select '{"sub": "${people.owner}"}' $$`,
  ],
  'tables of every name that functions read': [
    path,
    `create temp table plans as select * from public.plans`,
    `create temp table user_usage as select * from public.user_usage`,
    `create temp table chat_messages as select * from public.chat_messages`,
    `create temp table audit_log as select * from public.audit_log`,
  ],
};

test.each(Object.entries(temporary))(
  'a temporary %s makes nobody an admin, and shows nobody else’s rows',
  async (_, made) => {
    const [asAdmin, added, read] = [
      await as('stranger', [...made, 'select private.is_admin() as admin']),
      await as('stranger', [...made, addChannel]),
      await as('stranger', [...made, theirs]),
    ];
    expect([asAdmin.rows, added.says, read.says]).toEqual([[{ admin: false }], policyOf('channels'), NO_ROWS]);
    expect((await as('admin', [...made, 'select private.is_admin() as admin'])).rows).toEqual([{ admin: true }]);
    expect((await as('admin', [...made, addChannel])).says).toBe('1 rows');
    expect((await as('owner', [...made, theirs])).rows).not.toEqual([]);
  },
);

test.each(['', 'pg_temp', 'nowhere', 'legacy, private', '"$user"'])('nor does the search path "%s"', async (named) => {
  const statements = [`select set_config('search_path', '${named}', true)`, theirs];
  expect((await as('stranger', statements)).says).toBe(NO_ROWS);
  expect((await as('owner', statements)).rows).not.toEqual([]);
});
