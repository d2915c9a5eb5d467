// Nobody gives themselves a plan, a limit, a counter or a role.
import { describe } from '@jest/globals';
import { people } from '../../../spec/people.ts';
import { attacked, claiming, NO_ROWS, noGrant, target, user } from './support.ts';

const { resists } = attacked();

const PRO = `(select id from public.plans where code = 'pro')`;
const usage = noGrant('user_usage');

describe('the pro plan', () => {
  resists({
    'by an update of one’s own row': {
      as: 'owner',
      does: `update public.user_usage set plan_id = ${PRO} where user_id = '${people.owner}'`,
      says: usage,
      may: 'service',
    },
    'by an update without WHERE': {
      as: 'owner',
      does: `update public.user_usage set plan_id = ${PRO}`,
      says: usage,
      may: 'service',
    },
    'by an update of another’s row': {
      as: 'stranger',
      does: `update public.user_usage set plan_id = ${PRO} where user_id = '${people.owner}' returning *`,
      says: usage,
      may: 'service',
    },
    'by an update as an admin': {
      as: 'admin',
      does: `update public.user_usage set plan_id = ${PRO} where user_id = '${people.admin}'`,
      says: usage,
      may: 'service',
    },
    'by an insert, when one’s row is gone': {
      as: user(target.bareUser),
      does: `insert into public.user_usage (user_id, plan_id) values ('${target.bareUser}', ${PRO})`,
      says: usage,
      may: 'service',
    },
    'by an upsert': {
      as: 'owner',
      does: `insert into public.user_usage (user_id, plan_id) values ('${people.owner}', ${PRO})
             on conflict (user_id) do update set plan_id = excluded.plan_id`,
      says: usage,
      may: 'service',
    },
    'by a delete, to insert it again': {
      as: 'owner',
      does: `delete from public.user_usage where user_id = '${people.owner}'`,
      says: usage,
      may: 'service',
    },
    'by a delete within a query': {
      as: 'owner',
      does: `with gone as (delete from public.user_usage where user_id = '${people.owner}' returning user_id)
             select * from gone`,
      says: usage,
      may: 'service',
    },
    'by a merge': {
      as: 'owner',
      does: `merge into public.user_usage mine using public.plans on code = 'pro' and mine.user_id = '${people.owner}'
             when matched then update set plan_id = plans.id`,
      says: usage,
      may: 'service',
    },
    'through a view of one’s own': {
      as: 'owner',
      does: [
        'create temp view mine as select * from public.user_usage',
        `update mine set plan_id = ${PRO} where user_id = '${people.owner}'`,
      ],
      says: usage,
      may: 'operator',
    },
    'by a later end of it': {
      as: 'owner',
      does: `update public.user_usage set plan_expires_at = 'infinity' where user_id = '${people.owner}'`,
      says: usage,
      may: 'service',
    },
    'by claims that say service_role': {
      as: claiming(JSON.stringify({ sub: people.owner, role: 'service_role' })),
      does: `update public.user_usage set plan_id = ${PRO} where user_id = '${people.owner}'`,
      says: usage,
      may: 'service',
    },
    'by another plan under its code': {
      as: 'owner',
      does: `update public.plans set code = 'free' || code where code = 'free'`,
      says: noGrant('plans'),
      may: 'operator',
    },
    'by higher limits of the free plan': {
      as: 'owner',
      does: `update public.plans set messages_per_day_limit = 1000000 where code = 'free'`,
      says: noGrant('plans'),
      may: 'operator',
    },
    'by a plan of one’s own': {
      as: 'admin',
      does: `insert into public.plans (code, creators_limit, videos_per_creator_limit, messages_per_day_limit)
             values ('mine', 9, 9, 9)`,
      says: noGrant('plans'),
      may: 'operator',
    },
  });
});

describe('more messages a day', () => {
  resists({
    'by a counter set to zero': {
      as: 'owner',
      does: `update public.user_usage set messages_sent_today = 0 where user_id = '${people.owner}'`,
      says: usage,
      may: 'service',
    },
    'by another day': {
      as: 'owner',
      does: `update public.user_usage set usage_date = '2000-01-01' where user_id = '${people.owner}'`,
      says: usage,
      may: 'service',
    },
    'by forgetting what was sent': {
      as: 'owner',
      does: `delete from public.usage_daily where user_id = '${people.owner}'`,
      says: noGrant('usage_daily'),
      may: 'service',
    },
    'by a public chat’s counter set to zero': {
      as: 'anon',
      does: 'update public.public_chat_limits set messages_today = 0',
      says: noGrant('public_chat_limits'),
      may: 'service',
    },
  });
});

describe('a role', () => {
  const roles = noGrant('user_roles');
  const claims = JSON.stringify({
    sub: people.stranger,
    role: 'admin',
    app_role: 'admin',
    is_admin: true,
    app_metadata: { role: 'admin' },
    user_metadata: { role: 'admin' },
  });
  resists({
    'by an insert': {
      as: 'stranger',
      does: `insert into public.user_roles (user_id, role) values ('${people.stranger}', 'admin')`,
      says: roles,
      may: 'service',
    },
    'by an insert as an admin, past the audited function': {
      as: 'admin',
      does: `insert into public.user_roles (user_id, role) values ('${people.stranger}', 'admin')`,
      says: roles,
      may: 'service',
    },
    'by an update': {
      as: 'stranger',
      does: `update public.user_roles set role = 'admin' where user_id = '${people.stranger}'`,
      says: roles,
      may: 'operator',
    },
    'by an update of whose an admin’s is': {
      as: 'stranger',
      does: `update public.user_roles set user_id = '${people.stranger}' where role = 'admin'`,
      says: roles,
      may: 'operator',
    },
    'by a delete of the admin’s': {
      as: 'moderator',
      does: `delete from public.user_roles where role = 'admin'`,
      says: roles,
      may: 'service',
    },
    'by claims that say admin, adding a channel': {
      as: claiming(claims),
      does: `insert into public.channels (youtube_channel_id, channel_name, channel_url)
             values ('UCmine', 'Mine', 'https://www.youtube.com/channel/UCmine')`,
      says: '42501 new row violates row-level security policy for table "channels"',
      may: 'admin',
    },
    'by claims that say admin, reading the audit log': {
      as: claiming(claims),
      does: 'select * from public.audit_log',
      says: NO_ROWS,
      may: 'admin',
    },
    'by metadata of one’s account': {
      as: 'stranger',
      does: `update auth.users set raw_app_meta_data = '{"role": "admin"}' where id = '${people.stranger}'`,
      says: noGrant('users'),
      may: 'operator',
    },
    'by an account of one’s own making': {
      as: 'stranger',
      does: `insert into auth.users (id) values ('${target.nothing}')`,
      says: noGrant('users'),
      may: 'operator',
    },
    'of an admin, by changing who granted it': {
      as: 'admin',
      does: `update public.user_roles set granted_by = '${people.owner}' where role = 'admin'`,
      says: roles,
      may: 'operator',
    },
  });
});
