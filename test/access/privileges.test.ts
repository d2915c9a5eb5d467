import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { comparePrivileges } from '../../src/access/compare-privileges.ts';
import type { PrivilegeCell, PrivilegeSpec } from '../../src/access/model.ts';
import { type Probed, probed } from './probed.ts';

let it: Probed;
let hasMaintain: boolean;

beforeAll(async () => {
  it = await probed(
    (role) => `
    create table app.shut (id int primary key);
    create table app.open (id int primary key, at date, unique (id, at));
    create table app.child (parent int references app.open);
    create table app.keyless (id int);
    create table app."quo""te" (id int primary key);
    create function app."quo""te"() returns int language sql as 'select 1';
    revoke execute on function app."quo""te"() from public;
    create view app.seen as select id from app.open;
    create sequence app.shut_numbers;
    create sequence app.numbers;
    create schema closed;
    create table closed.notes (id int primary key);
    create table app.pair (a int, b text, primary key (a, b));
    grant select, insert, update, delete on app.shut to ${role};
    grant truncate, references, trigger on app.open, closed.notes to ${role};
    grant references (a, b) on app.pair to ${role};
    grant usage on sequence app.numbers to ${role};
    grant create on schema app to ${role};`,
  );
  const { rows } = await it.database.client.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  hasMaintain = (rows[0]?.version ?? 0) >= 170_000;
});

afterAll(() => it.drop());

function held(object: string): string[] {
  return it.probes.privileges
    .filter((cell) => cell.object === object && cell.outcome === 'allowed')
    .map(({ privilege }) => privilege);
}

function tried(object: string): string[] {
  return it.probes.privileges.filter((cell) => cell.object === object).map(({ privilege }) => privilege);
}

function compare(spec: (role: string) => PrivilegeSpec, cells: readonly PrivilegeCell[] = it.probes.privileges) {
  return comparePrivileges(cells, spec(it.role));
}

test('who may select, insert, update and delete has none of the privileges beside', () => {
  expect(held('app.shut')).toEqual([]);
  expect(tried('app.shut').sort()).toEqual([...(hasMaintain ? ['MAINTAIN'] : []), 'REFERENCES', 'TRIGGER', 'TRUNCATE']);
});

test('TRUNCATE, REFERENCES and TRIGGER that are had are found, even where a truncation fails for a foreign key', () => {
  expect(held('app.open').sort()).toEqual(['REFERENCES', 'TRIGGER', 'TRUNCATE']);
});

test('a denial names an object with a quote in its name', () => {
  const outcomes = it.probes.privileges.filter(({ object }) => object === 'app.quo"te').map(({ outcome }) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(['no grant']));
  const calls = it.probes.functions.filter(({ signature }) => signature.includes('quo'));
  expect(calls.map(({ outcome }) => outcome)).toEqual(['no grant', 'no grant']);
});

test('REFERENCES on the columns of a key is enough to refer to it', () => {
  expect(held('app.pair')).toEqual(['REFERENCES']);
});

test('MAINTAIN is found where the server has it', async () => {
  if (!hasMaintain) return expect(it.probes.privileges.map(({ privilege }) => privilege)).not.toContain('MAINTAIN');
  const other = await probed(
    (role) => `create table app.kept (id int primary key); grant maintain on app.kept to ${role};`,
  );
  const kept = other.probes.privileges.filter(({ object, outcome }) => object === 'app.kept' && outcome === 'allowed');
  await other.drop();
  expect(kept).toMatchObject([{ privilege: 'MAINTAIN', role: other.role }]);
});

test('what cannot be done to a table or view at all is not tried', () => {
  expect(tried('app.keyless')).not.toContain('REFERENCES');
  expect(tried('app.seen')).toEqual(['TRIGGER']);
});

test('in a schema that is closed to the role, privileges on its tables come to nothing', () => {
  expect(held('closed.notes')).toEqual([]);
  expect(tried('closed.notes')).toContain('TRUNCATE');
});

test('CREATE on a schema is found', () => {
  expect([held('schema app'), held('schema closed')]).toEqual([['CREATE'], []]);
});

test('privileges of sequences are told apart, and the sequence stands where it stood', async () => {
  expect([held('sequence app.numbers'), held('sequence app.shut_numbers')]).toEqual([['USAGE'], []]);
  const { rows } = await it.database.client.query('select is_called from app.numbers');
  expect(rows).toEqual([{ is_called: false }]);
});

test('a privilege that nobody declared deviates, once for the object, with statements that show it', async () => {
  const cells = it.probes.privileges.filter(({ object }) => object === 'app.open');
  const { deviations } = compare(() => ({}), cells);
  expect(deviations).toMatchObject([
    { where: `${it.role} · TRUNCATE, TRIGGER, REFERENCES · app.open`, expected: 'denied', seen: 'allowed' },
  ]);
  expect(deviations[0]?.evidence).toContain('truncate app.open;');
});

test('the statements that show a REFERENCES privilege run as they stand, and leave nothing', async () => {
  const cells = it.probes.privileges.filter(({ object }) => object === 'app.pair');
  const evidence = compare(() => ({}), cells).deviations[0]?.evidence ?? '';
  expect(evidence).toContain('references app.pair (a, b)');
  await it.database.client.query(evidence);
  const { rows } = await it.database.client.query("select from pg_namespace where nspname like 'rolecall%'");
  expect(rows).toEqual([]);
});

test('privileges as declared hold, and one that is declared and not had deviates', () => {
  const cells = it.probes.privileges.filter(({ object }) => object === 'app.open');
  const line = (text: string) => (role: string) => ({ 'app.open': { [role]: text } });
  const none = { deviations: [], notEvaluated: [] };
  expect(compare(line('TRUNCATE, TRIGGER, REFERENCES'), cells)).toEqual(none);
  const shut = it.probes.privileges.filter(({ object }) => object === 'app.shut');
  expect(compare((role) => ({ 'app.shut': { [role]: 'TRUNCATE' } }), shut).deviations).toMatchObject([
    { where: `${it.role} · TRUNCATE · app.shut`, expected: 'allowed' },
  ]);
});

test('a line without an object deviates; MAINTAIN on a server that lacks it does not', () => {
  const cells = it.probes.privileges.filter(
    ({ object, privilege }) => object === 'app.shut' && privilege !== 'MAINTAIN',
  );
  const spec = (role: string) => ({ 'app.gone': { [role]: 'TRUNCATE' }, 'app.shut': { [role]: 'MAINTAIN' } });
  expect(compare(spec, cells).deviations).toMatchObject([
    { where: `${it.role} · TRUNCATE · app.gone`, seen: 'there is no such object, role, or privilege of it' },
  ]);
});

test('a privilege that could not be tried is not evaluated', () => {
  const [cell] = it.probes.privileges;
  const stopped = cell ? [{ ...cell, outcome: 'not evaluated' as const, detail: '57014: timeout' }] : [];
  expect(compare(() => ({}), stopped).notEvaluated).toMatchObject([{ why: '57014: timeout' }]);
});
