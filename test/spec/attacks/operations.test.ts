// Nobody touches the operators' tables, and what the audit log says stays, whoever asks.
import { describe, expect, test } from '@jest/globals';
import { people } from '../../../spec/people.ts';
import { type Attack, attacked, NO_ROWS, noGrant, type Who } from './support.ts';

const { resists, as } = attacked();

const never = (does: Attack['does'], table: string, may: Who = 'service', who: Who = 'stranger'): Attack => ({
  as: who,
  does,
  says: noGrant(table),
  may,
});

describe('a lock', () => {
  const locks = 'operation_locks';
  resists({
    released: never(`delete from public.operation_locks where lock_key = 'world'`, locks),
    'released by an admin': never(
      `delete from public.operation_locks where lock_key = 'world'`,
      locks,
      'service',
      'admin',
    ),
    'taken over': never(
      `update public.operation_locks set user_id = '${people.stranger}' where lock_key = 'world'`,
      locks,
    ),
    expired: never(`update public.operation_locks set acquired_at = '2000-01-01', expires_at = '2000-01-01'`, locks),
    'taken by an upsert': never(
      `insert into public.operation_locks (lock_key, operation_type, expires_at) values ('world', 'mine', 'infinity')
       on conflict (lock_key) do update set operation_type = excluded.operation_type`,
      locks,
    ),
    'taken for ever': never(
      `insert into public.operation_locks (lock_key, operation_type, expires_at) values ('mine', 'mine', 'infinity')`,
      locks,
    ),
    seen: { as: 'stranger', does: 'select * from public.operation_locks', says: NO_ROWS, may: 'admin' },
  });

  test('has a token that not even the service chooses', async () => {
    const insert = `insert into public.operation_locks (lock_key, operation_type, expires_at, fencing_token) values ('mine', 'mine', 'infinity', 1)`;
    expect((await as('service', insert)).says).toMatch(/^428C9 /);
    expect((await as('service', 'update public.operation_locks set fencing_token = 1')).says).toMatch(/^428C9 /);
    expect((await as('service', insert.replace(', fencing_token', '').replace(', 1)', ')'))).says).toBe('1 rows');
  });
});

describe('a remembered request', () => {
  const requests = 'request_idempotency';
  resists({
    'of another seen': {
      as: 'stranger',
      does: 'select id, status from public.request_idempotency',
      says: NO_ROWS,
      may: 'admin',
    },
    'of one’s own seen past the functions': {
      as: 'owner',
      does: 'select id, status from public.request_idempotency',
      says: NO_ROWS,
      may: 'admin',
    },
    'answered with what one likes': never(
      `update public.request_idempotency set status = 'completed', locked_until = null, response = '{"forged": true}' where id = '00000000-0000-4000-8000-000000000085'`,
      requests,
    ),
    'answered, read by an admin': never(
      'select response from public.request_idempotency',
      requests,
      'service',
      'admin',
    ),
    'all of it read by an admin': never('select * from public.request_idempotency', requests, 'service', 'admin'),
    'given to another': never(
      `update public.request_idempotency set user_id = '${people.stranger}' where user_id = '${people.owner}'`,
      requests,
    ),
    forgotten: never('delete from public.request_idempotency', requests, 'service', 'owner'),
    'made up for another': never(
      `insert into public.request_idempotency (user_id, operation_type, idempotency_key, request_hash, locked_until)
       values ('${people.owner}', 'chat', 'made up', 'x', 'infinity')`,
      requests,
    ),
  });

  test('has a key of its user’s own, and one of nobody’s is one', async () => {
    const insert = (user: string, type: string, by = 'service') =>
      `insert into public.request_idempotency (user_id, begun_by, operation_type, idempotency_key, request_hash, locked_until)
       values (${user}, '${by}', '${type}', 'world', 'x', 'infinity')`;
    expect((await as('service', insert(`'${people.stranger}'`, 'chat'))).says).toBe('1 rows');
    expect((await as('service', insert(`'${people.owner}'`, 'chat', 'user'))).says).toMatch(/^23505 /);
    expect((await as('service', insert(`'${people.owner}'`, 'chat'))).says).toBe('1 rows');
    expect((await as('service', insert('null', 'chat', 'user'))).says).toMatch(/^23514 /);
    expect((await as('service', insert('null', 'ingestion'))).says).toMatch(/^23505 /);
  });
});

describe('the other operators’ tables', () => {
  const readable = { error_logs: 'moderator', audit_log: 'admin', public_chat_limits: 'admin' } as const;
  resists(
    Object.fromEntries(
      Object.entries(readable).flatMap(([table, may]): [string, Attack][] => [
        [`${table}, read`, { as: 'stranger', does: `select * from public.${table}`, says: NO_ROWS, may }],
        [`${table}, read signed out`, { as: 'anon', does: `select * from public.${table}`, says: noGrant(table), may }],
      ]),
    ),
  );
  resists({
    'an error deleted by who may read it': never('delete from public.error_logs', 'error_logs', 'service', 'moderator'),
    'an error rewritten by the service': never(
      `update public.error_logs set message = 'x'`,
      'error_logs',
      'operator',
      'service',
    ),
    'a limit lifted': never('delete from public.public_chat_limits', 'public_chat_limits', 'service', 'anon'),
  });
});

describe('the audit log', () => {
  const insert = `insert into public.audit_log (action, table_name, record_id) values ('role_granted', 'public.user_roles', '${people.owner}')`;
  const CHANGES = {
    update: `update public.audit_log set actor_id = null, action = 'role_revoked'`,
    delete: 'delete from public.audit_log',
    truncate: 'truncate public.audit_log',
  };
  const cells = Object.entries(CHANGES).flatMap(([command, statement]) =>
    (['service', 'admin', 'stranger'] as const).map((who) => [who, command, statement] as const),
  );
  const disabled = 'alter table public.audit_log disable trigger audit_refuse';

  test.each(cells)('%s: %s', async (who, command, statement) => {
    expect(await as(who, statement)).toMatchObject({ says: noGrant('audit_log'), changed: false });
    expect(await as('operator', statement)).toMatchObject({
      says: `42501 public.audit_log is append-only: no ${command} of what was written`,
      changed: false,
    });
    expect(await as('operator', statement, disabled)).toMatchObject({ changed: true });
  });

  test.each(Object.entries(CHANGES))('%s by the service, had it the grant', async (command, statement) => {
    const granted = 'grant all on public.audit_log to service_role';
    expect(await as('service', statement, granted)).toMatchObject({
      says: `42501 public.audit_log is append-only: no ${command} of what was written`,
      changed: false,
    });
    expect(await as('service', statement, `${granted}; ${disabled}`)).toMatchObject({ changed: true });
  });

  resists({
    'an entry made up by the service': never(insert, 'audit_log', 'operator', 'service'),
    'an entry made up by an admin': never(insert, 'audit_log', 'operator', 'admin'),
    'its trigger disabled by the service': {
      as: 'service',
      does: disabled,
      says: /^42501 must be owner of (table|relation) audit_log$/,
      may: 'operator',
    },
    'the audit of roles disabled by the service': {
      as: 'service',
      does: 'alter table public.user_roles disable trigger audit_role_granted',
      says: /^42501 must be owner of (table|relation) user_roles$/,
      may: 'operator',
    },
  });

  test('says who gave a role, and that the service did', async () => {
    const entries = `select action::text, actor_id from public.audit_log where created_at = now()`;
    const give = `insert into public.user_roles (user_id, role) values ('${people.owner}', 'admin')`;
    const given = await as('service', [give, entries]);
    expect(given.rows).toEqual([{ action: 'role_granted', actor_id: null }]);
  });
});
