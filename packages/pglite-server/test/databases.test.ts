import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Engine } from '../src/index.ts';
import { makeFrame } from '../src/protocol/frames.ts';
import { ask, bareClient, cleanUp, client, codeOf, engine, startup, values } from './helpers.ts';

let started: Engine;
let root: pg.Client;

beforeAll(async () => {
  started = await engine({ waitFor: 300 });
  root = await client(started.url('postgres'));
});

afterAll(cleanUp);

test('a database is made, knows its name, is listed everywhere, and is dropped', async () => {
  expect((await root.query('CREATE DATABASE "Röle Call" OWNER postgres')).command).toBe('CREATE');
  expect(await ask(started.url('Röle Call'), 'select current_database()::text')).toEqual(['Röle Call']);
  expect(await values(root, `select datname::text from pg_database where not datistemplate order by 1`)).toEqual([
    'Röle Call',
    'postgres',
  ]);
  await root.query('drop database "Röle Call"');
  expect(await codeOf(ask(started.url('Röle Call'), 'select 1'))).toBe('3D000');
  expect(await values(root, `select count(*)::int from pg_database where not datistemplate`)).toEqual([1]);
});

test.each([
  ['create database postgres', '42P04'],
  ['drop database nowhere', '3D000'],
  ['drop database postgres', '55006'],
  ['create database x template nowhere', '3D000'],
  ['create database x owner nobody', '42704'],
  ['revoke all on database nowhere from public', '3D000'],
])('%s is refused with %s', async (sql, code) => {
  expect(await codeOf(root.query(sql))).toBe(code);
  expect(await codeOf(root.query({ text: sql, values: [], queryMode: 'extended' } as pg.QueryConfig))).toBe(code);
});

test('drop database if exists tells that there was none', async () => {
  const notice = new Promise<{ message?: string }>((resolve) => root.once('notice', resolve));
  await root.query('drop database if exists nowhere');
  expect((await notice).message).toContain('does not exist, skipping');
});

test('create database is refused inside a transaction', async () => {
  await root.query('begin');
  expect(await codeOf(root.query('create database inside'))).toBe('25001');
  expect(await codeOf(root.query('select 1'))).toBe('25P02');
  await root.query('rollback');
});

test.each([
  ['additions', `select 'database'::name, 1${'+1'.repeat(4_900)}`],
  ['signs', `select 'database'::name, ${'- '.repeat(4_900)}1`],
  ['casts', `select 'database'::name, 1${'::int'.repeat(1_900)}`],
])('a command is understood after twenty expressions as deep as the parser has to take: %s', async (_, sql) => {
  const limited = await client(started.url('postgres'));
  for (let time = 0; time < 20; time++) await limited.query(sql).catch(() => {});
  await root.query('create database deep');
  expect(await ask(started.url('deep'), 'select current_database()')).toEqual(['deep']);
  await root.query('drop database deep');
});

test('a database command in a batch of others, or with a backslash, is refused and not half done', async () => {
  await root.query('create database noted');
  expect(await codeOf(root.query(`comment on database noted is 'a\\b'`))).toBe('0A000');
  await root.query(`comment on database postgres is 'a\\b'`);
  const { say } = await bareClient(started.port, startup('user', 'postgres', 'database', 'postgres'));
  const parse = (sql: string) => [
    makeFrame('P', '', sql, Buffer.alloc(2)),
    makeFrame('B', '', '', Buffer.alloc(6)),
    makeFrame('E', '', Buffer.alloc(4)),
  ];
  expect(await say('Z', ...parse('create table batched ()'), ...parse('create database half'), makeFrame('S'))).toBe(
    'EZ',
  );
  expect(await values(root, `select to_regclass('batched')::text`)).toEqual([null]);
  expect(await codeOf(ask(started.url('half'), 'select 1'))).toBe('3D000');
});

test('a statement that names several databases runs in each of them', async () => {
  await root.query('create database first');
  await root.query('create database second');
  await root.query('create role visitor');
  await root.query('grant create on database first, second to visitor');
  await root.query(`alter role visitor in database second set search_path = own`);
  for (const name of ['first', 'second']) {
    const may = `select has_database_privilege('visitor', current_database(), 'create')`;
    expect(await ask(started.url(name), may)).toEqual([true]);
  }
  const settings = `select setconfig from pg_db_role_setting where setdatabase <> 0`;
  expect(await ask(started.url('second'), settings)).toEqual([['search_path=own']]);
  expect(await ask(started.url('first'), settings)).toEqual([]);
});

test('a template is copied with all it has, and the copy has its own name', async () => {
  await root.query('create database model');
  await ask(started.url('model'), 'create table kept as select 7 as seven');
  await root.query('create database copy template model');
  expect(await ask(started.url('copy'), 'select seven from kept')).toEqual([7]);
  expect(await ask(started.url('copy'), 'select current_database()::text')).toEqual(['copy']);
  await ask(started.url('copy'), 'drop table kept');
  expect(await ask(started.url('model'), 'select seven from kept')).toEqual([7]);
});

test('a database is renamed with what it has', async () => {
  await root.query('create database before');
  await ask(started.url('before'), 'create table kept as select 8 as eight');
  await root.query('alter database before rename to after');
  expect(await ask(started.url('after'), 'select eight from kept')).toEqual([8]);
  expect(await codeOf(ask(started.url('before'), 'select 1'))).toBe('3D000');
});

test('a database in use is dropped only by force, which ends its clients', async () => {
  await root.query('create database busy');
  const busy = await client(started.url('busy'));
  const ended = new Promise<{ code?: string }>((resolve) => busy.once('error', resolve));
  await root.query('drop database busy with (force)');
  expect((await ended).code).toBe('57P01');
});

test('roles reach databases that exist and databases that are made later, and go again', async () => {
  await root.query('create database early');
  const early = await client(started.url('early'));
  await early.query('create role clerk nologin; create role boss; grant clerk to boss with admin option');
  await early.query(`do $$ begin create role quiet bypassrls; end $$`);
  await early.query(`alter role boss set search_path = app, public`);
  await root.query('create database late');
  const roles = `select rolname::text || ' ' || rolbypassrls from pg_roles where rolname in ('clerk', 'boss', 'quiet') order by 1`;
  const expected = ['boss false', 'clerk false', 'quiet true'];
  for (const name of ['postgres', 'late']) {
    expect(await ask(started.url(name), roles)).toEqual(expected);
    expect(
      await ask(started.url(name), `select admin_option from pg_auth_members where member = 'boss'::regrole`),
    ).toEqual([true]);
    expect(await ask(started.url(name), `select setconfig[1] from pg_db_role_setting`)).toEqual([
      'search_path=app, public',
    ]);
  }
  await early.query('drop role clerk, boss');
  expect(await ask(started.url('late'), roles)).toEqual(['quiet true']);
});

test('roles that two databases change at the same time are all kept, in both and for others', async () => {
  await root.query('create database here');
  await root.query('create database there');
  const [here, there] = [await client(started.url('here')), await client(started.url('there'))];
  await root.query('create role shared; create role leaving; create role group_of; grant group_of to leaving');
  await here.query('begin; create role of_here; alter role shared createdb; grant group_of to shared');
  await there.query('create role of_there; grant of_there to shared; drop role leaving; alter role group_of login');
  await here.query('commit');
  const roles = `
    select rolname::text || ' ' || rolcreatedb || ' ' || rolcanlogin from pg_roles
     where rolname in ('of_here', 'of_there', 'shared', 'leaving', 'group_of') order by 1`;
  const members = `
    select roleid::regrole::text || ' to ' || member::regrole from pg_auth_members
     where member = 'shared'::regrole or roleid = 'group_of'::regrole order by 1`;
  for (const name of ['here', 'there', 'postgres']) {
    expect(await ask(started.url(name), roles)).toEqual([
      'group_of false true',
      'of_here false false',
      'of_there false false',
      'shared true false',
    ]);
    expect(await ask(started.url(name), members)).toEqual(['group_of to shared', 'of_there to shared']);
  }
});

test('a change of a role that another database dropped meanwhile is none, and a rename takes what others changed along', async () => {
  await root.query('create database west');
  await root.query('create database east');
  const [west, east] = [await client(started.url('west')), await client(started.url('east'))];
  await root.query('create role going; create role staying; create role other_group; grant other_group to staying');
  await west.query('begin; alter role going createdb; grant other_group to going; alter role staying rename to moved');
  await east.query(
    'drop role going; alter role staying connection limit 7; grant other_group to staying with admin option',
  );
  await west.query('commit');
  const roles = `select rolname::text || ' ' || rolconnlimit from pg_roles where rolname in ('going', 'staying', 'moved')`;
  const members = `
    select member::regrole || ' ' || admin_option from pg_auth_members where roleid = 'other_group'::regrole`;
  for (const name of ['west', 'east', 'postgres']) {
    expect(await ask(started.url(name), roles)).toEqual(['moved 7']);
    expect(await ask(started.url(name), members)).toEqual(['moved true']);
  }
});

test('a role that a statement of another database overlaps with is there when its client goes on', async () => {
  await root.query('create database slow');
  await root.query('create database witness');
  const slow = await client(started.url('slow'));
  for (let round = 0; round < 10; round += 1) {
    const running = slow.query(`do $$ begin perform pg_sleep(0.05); create role of_slow_${round}; end $$`);
    await root.query(`create role meanwhile_${round}`);
    await running;
    await ask(started.url('witness'), `set role meanwhile_${round}; set role of_slow_${round}`);
  }
});

test('pgvector and pg_trgm can be created', async () => {
  await root.query('create database extended');
  await ask(started.url('extended'), 'create extension vector; create extension pg_trgm');
  expect(await ask(started.url('extended'), `select '[1,2]'::vector <-> '[1,3]'::vector`)).toEqual([1]);
});
