import { expect, test } from '@jest/globals';
import { people } from '../../../spec/people.ts';
import { attacked, target } from './support.ts';

const { as } = attacked();

// A type without its schema is looked for among temporary ones first, unless search_path names pg_temp.
test.each(['uuid', 'jsonb', 'text', 'name', 'date', 'timestamptz', 'int4'])(
  'no code of a caller’s runs with definer rights, by a temporary domain called %s',
  async (name) => {
    const statements = [
      `create function pg_temp.spy(given pg_catalog.${name}) returns boolean language plpgsql
       as $$ begin raise notice 'runs as %', current_user; return true; end $$`,
      `grant execute on function pg_temp.spy(pg_catalog.${name}) to public`,
      `create domain pg_temp.${name} as pg_catalog.${name} check (pg_temp.spy(value))`,
    ];
    const calls = [
      'select private.is_admin()',
      'select * from public.consume_message_quota()',
      `select * from public.begin_request('new', 'chat', 'a hash')`,
      'select public.export_my_data()',
      `select * from public.publish_channel('${target.channel}', 'world-new')`,
      `select public.grant_role('${people.stranger}', 'admin')`,
      'select * from public.admin_overview()',
      `insert into public.user_creators (user_id, channel_id) values ('${people.stranger}', '${target.quietChannel}')`,
      `insert into public.chat_messages (session_id, role, content) values ('${target.ownSession}', 'user', 'x')`,
    ];
    const heard = new Set<string>();
    for (const call of calls)
      for (const notice of (await as('stranger', [...statements, call])).notices) heard.add(notice);
    expect([...heard].filter((notice) => notice !== 'runs as authenticated')).toEqual([]);
    const cast = await as('stranger', [...statements, `select pg_temp.spy(null), null::${name}`]);
    expect(cast.notices).toContain('runs as authenticated');
  },
);
