import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compareFunctions } from '../../src/access/compare-functions.ts';
import type { Calls, FunctionSpec } from '../../src/access/model.ts';
import { parseExecution } from '../../src/access/spec.ts';
import { type Probed, probed } from './probed.ts';

let it: Probed;

beforeAll(async () => {
  it = await probed(
    (role) => `
    create schema closed;
    create type app.mood as enum ('glad', 'sad');
    alter default privileges revoke execute on functions from public;
    create function app.open(a int) returns int language sql as 'select 1';
    create function app.strict(a int) returns int strict immutable language sql as 'select 1';
    create function app.strictly_open(a int, m app.mood[]) returns int strict immutable language sql as 'select 1';
    create function app.revoked() returns int language sql as 'select 1';
    create function app.two(a int) returns int language sql as 'select 1';
    create function app.two(a text) returns int language sql as 'select 1';
    create function app.for_me() returns int language plpgsql as $$
      begin if current_setting('test.me') <> 'me' then raise insufficient_privilege; end if; return 1; end $$;
    create function app.not_for_you() returns int language plpgsql as $$
      begin if current_setting('test.me') <> 'me' then raise exception 'not for you'; end if; return 1; end $$;
    create function app.fails() returns int language plpgsql as $$ begin raise exception 'not today'; end $$;
    create function closed.inner_one() returns int language sql as 'select 1';
    create schema inside;
    grant usage on schema inside to ${role};
    create function inside.same_name() returns int language sql as 'select 1';
    create function app.same_name() returns int language plpgsql as $$ begin return inside.same_name(); end $$;
    create function app.revoked_within() returns int language plpgsql as $$ begin return app.revoked(); end $$;
    create type closed.mood as enum ('glad', 'sad');
    create function app.of_mood(a closed.mood) returns int language sql as 'select 1';
    create function app.of_any_mood(a closed.mood) returns int language sql as 'select 1';
    create function app.many(n int) returns setof int language sql as 'select generate_series(1, n)';
    create function app.rest(variadic a text[]) returns int language sql as 'select 1';
    create function app.noted() returns trigger language plpgsql as $$ begin return null; end $$;
    create function app.noted_openly() returns trigger language plpgsql as $$ begin return null; end $$;
    create procedure app.tidy(a int, out b int) language plpgsql as $$ begin b := 1; end $$;
    create aggregate app.total(int) (sfunc = int4pl, stype = int);
    create table app.written (id int);
    create function app.writes() returns void language sql security definer as 'insert into app.written values (1)';
    grant execute on function closed.inner_one(), app.open, app.strictly_open, app.two(int), app.two(text), app.for_me, app.not_for_you, app.fails, app.same_name,
      app.revoked_within, app.of_mood, app.of_any_mood, app.many, app.rest, app.noted_openly, app.writes, app.total(int) to ${role};
    grant execute on procedure app.tidy to ${role};`,
    { calls: { 'app.many': [1_000_000], 'app.of_any_mood': ['glad'] } },
  );
});

afterAll(() => it.drop());

function outcome(signature: string, persona = 'me'): string {
  const cell = it.probes.functions.find((one) => one.signature === signature && one.persona === persona);
  return cell?.outcome ?? 'no cell';
}

function compare(spec: FunctionSpec, calls: Calls = {}, only?: string) {
  const functions = it.subject.functions.filter(({ signature }) => !only || signature.startsWith(only));
  return compareFunctions(it.probes.functions, functions, spec, calls, it.personas);
}

test('EXECUTE that is had is allowed, whatever the function then says', () => {
  expect(
    ['app.open(integer)', 'app.many(integer)', 'app.rest(text[])', 'app.fails()'].map((name) => outcome(name)),
  ).toEqual(Array(4).fill('allowed'));
});

test('EXECUTE that is lacking is no grant', () => {
  expect(outcome('app.revoked()')).toBe('no grant');
});

test('a strict function, which nulls would never call, is really asked for', () => {
  expect(outcome('app.strict(integer)')).toBe('no grant');
  expect(outcome('app.strictly_open(integer, app.mood[])')).toBe('allowed');
});

test('a function of a closed schema is no grant, though EXECUTE is granted', () => {
  expect(outcome('closed.inner_one()')).toBe('no grant');
});

test('a function that raises 42501 for one persona and not for another is told apart from one that is closed', () => {
  expect([outcome('app.for_me()', 'me'), outcome('app.for_me()', 'you')]).toEqual(['allowed', 'refused']);
});

test('a denial within a function is its refusal, even when it names a function of the same name', () => {
  expect([outcome('app.same_name()'), outcome('app.revoked_within()')]).toEqual(['refused', 'refused']);
});

test('a procedure and an aggregate are called in their own way', () => {
  expect([outcome('app.tidy(integer)'), outcome('app.total(integer)')]).toEqual(['allowed', 'allowed']);
});

test('a trigger function is closed where EXECUTE is lacking, and open where it is had', () => {
  expect([outcome('app.noted()'), outcome('app.noted_openly()')]).toEqual(['no grant', 'allowed']);
});

test('a call that the server does not understand is not evaluated, and is made with arguments', () => {
  expect(outcome('app.of_mood(closed.mood)')).toBe('not evaluated');
  const { notEvaluated } = compare({ 'app.of_mood': '—' }, {}, 'app.of_mood');
  expect(notEvaluated[0]?.why).toContain('Give it arguments');
  expect(outcome('app.of_any_mood(closed.mood)')).toBe('allowed');
});

test('what a function did is undone', async () => {
  expect(outcome('app.writes()')).toBe('allowed');
  const { rows } = await it.database.client.query('select from app.written');
  expect(rows).toEqual([]);
});

test('who may and who may not, as declared, holds; so does a trigger function that nobody may execute, without a line', () => {
  const held = { deviations: [], notEvaluated: [] };
  expect(compare({ 'app.for_me()': 'me' }, {}, 'app.for_me')).toEqual(held);
  expect(compare({ 'app.revoked': '—' }, {}, 'app.revoked()')).toEqual(held);
  expect(compare({}, {}, 'app.noted()')).toEqual(held);
});

test('a function that is open and not declared so deviates, once for all, with the call that shows it', () => {
  const { deviations } = compare({ 'app.open': '—' }, {}, 'app.open');
  expect(deviations).toMatchObject([
    { where: 'me, you · execute · app.open(integer)', expected: 'denied', seen: 'allowed' },
  ]);
  expect(deviations[0]?.evidence).toContain('select app.open(null::integer);');
});

test('a function that is declared and closed deviates, and one that refuses too', () => {
  expect(compare({ 'app.revoked': 'me' }, {}, 'app.revoked()').deviations).toMatchObject([
    { where: 'me · execute · app.revoked()', expected: 'allowed' },
  ]);
  const [refused] = compare({ 'app.for_me': 'me, you' }, {}, 'app.for_me').deviations;
  expect(refused?.where).toBe('you · execute · app.for_me()');
  expect(refused?.seen).toContain('refused by the function');
});

test('a trigger function that somebody may execute deviates without a line', () => {
  expect(compare({}, {}, 'app.noted_openly').deviations).toMatchObject([
    { where: 'me, you · execute · app.noted_openly()', expected: 'denied' },
  ]);
});

test('a function without a line deviates, and says who may execute it and whom it refuses', () => {
  expect(compare({}, {}, 'app.for_me').deviations).toMatchObject([
    { where: 'app.for_me()', seen: 'none; me may execute it; it refuses you' },
  ]);
});

test('a line without a function deviates, and so does a name that several have, and a second line for one', () => {
  const spec = { 'app.gone': '—', 'app.two': '—', 'app.two(integer)': 'me, you', 'app.two( text )': 'me, you' };
  const where = compare(spec, {}, 'app.two').deviations.map(({ where, seen }) => [where, seen]);
  expect(where).toEqual([
    ['app.gone', 'there is no such function'],
    ['app.two', 'it names 2: app.two(integer), app.two(text)'],
  ]);
  expect(compare({ 'app.open': 'me, you', 'app.open(integer)': 'me' }, {}, 'app.open').deviations).toMatchObject([
    { where: 'app.open(integer)', seen: '"app.open" names the same function' },
  ]);
});

test('arguments for a function that is not there, or too few, deviate', () => {
  const { deviations } = compare({ 'app.open': 'me, you' }, { 'app.gone': [], 'app.open': [] }, 'app.open');
  expect(deviations.map(({ seen }) => seen)).toEqual([
    'there is no such function',
    'it takes 1 arguments, and 0 are given',
  ]);
});

test('a function without a line is closed only as far as it was called', () => {
  const seen = (name: string) => compare({}, {}, name).deviations.map((deviation) => deviation.seen);
  expect(seen('app.revoked()')).toEqual(['none; no persona may execute it']);
  expect(seen('app.of_mood')).toEqual(['none; not evaluated for me, you']);
  expect(compareFunctions([], it.subject.functions, {}, {}, it.personas).deviations[0]?.seen).toBe(
    'none; no persona called it',
  );
});

test('a function that refuses a persona with an SQLSTATE of its own holds where that is declared', () => {
  const held = { deviations: [], notEvaluated: [] };
  expect(compare({ 'app.not_for_you': 'me, !you(P0001)' }, {}, 'app.not_for_you')).toEqual(held);
  expect(compare({ 'app.fails': '!me(P0001), !you(P0001)' }, {}, 'app.fails')).toEqual(held);
  expect(compare({ 'app.for_me': 'me, !you(42501)' }, {}, 'app.for_me')).toEqual(held);
});

test('a declared refusal that does not happen deviates, and so does one with another SQLSTATE or without EXECUTE', () => {
  const expected = (state: string, who: string, name: string) => ({
    where: `${who} · execute · app.${name}`,
    expected: `refused by the function with ${state}`,
  });
  const found = compare({ 'app.not_for_you': '!me(P0001), !you(P0002)' }, {}, 'app.not_for_you').deviations;
  expect(found).toMatchObject([
    { ...expected('P0001', 'me', 'not_for_you()'), seen: 'allowed' },
    { ...expected('P0002', 'you', 'not_for_you()'), seen: 'allowed (P0001: not for you)' },
  ]);
  const closed = compare({ 'app.revoked': '!me(42501)' }, {}, 'app.revoked()').deviations;
  expect(closed).toMatchObject([
    { ...expected('42501', 'me', 'revoked()'), seen: expect.stringContaining('no grant') },
  ]);
});

test('an error that is not declared is no refusal: the persona may execute it, and the text has the SQLSTATE', () => {
  const [found] = compare({ 'app.not_for_you': 'me' }, {}, 'app.not_for_you').deviations;
  expect(found).toMatchObject({ expected: 'denied', seen: 'allowed (P0001: not for you)' });
  expect(found?.fix).toContain('`!you(P0001)` if the error is a refusal');
});

test.each([
  ['owner, !stranger(P0001)', ['owner'], [['stranger', 'P0001']]],
  ['!stranger(42501), owner', ['owner'], [['stranger', '42501']]],
  ['—', [], []],
])('%s is read', (text, names, refusals) => {
  expect(parseExecution(text)).toEqual({ names, refusals: new Map(refusals as [string, string][]) });
});

test.each(['owner, !owner(P0001)', '!stranger', '!stranger(P1)', '!(P0001)', 'owner,, admin'])(
  '%s is a mistake',
  (text) => {
    expect(parseExecution(text)).toBeUndefined();
  },
);
