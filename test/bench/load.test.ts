import { expect, test } from '@jest/globals';
import { exactMix, mix } from '../../bench/load/mix.ts';
import { readMix } from '../../bench/load/pgbench.ts';

test('the mix is a hundred of a hundred', () => {
  expect(Object.fromEntries(mix.map(({ name, share }) => [name, share]))).toEqual({
    'list chats': 30,
    messages: 25,
    'send message': 15,
    'vector search': 15,
    'follow list': 10,
    ingestion: 5,
  });
});

test.each(
  mix.flatMap((action) => [
    [action.name, 'legacy', action.legacy],
    [action.name, 'target', action.target],
  ]),
)('%s, %s: one transaction, as a role with claims that end with it', (_, __, script) => {
  const lines = script.trim().split('\n');
  expect(lines[0]).toMatch(/^\\set n /);
  expect(lines[1]).toBe('begin;');
  expect(script).toMatch(/set_config\('role', '(authenticated|service_role)', true\)/);
  expect(script).toMatch(/set_config\('request\.jwt\.claims', .*, true\)/);
  expect(lines.at(-1)).toBe('commit;');
  expect(script.match(/\b(begin|commit);/g)).toHaveLength(2);
});

test('made exact, nothing but search differs', () => {
  const changed = exactMix.filter(({ legacy }, at) => legacy !== mix[at]?.legacy);
  expect(changed.map(({ name }) => name)).toEqual(['vector search']);
  expect(changed[0]?.legacy).toContain('bench.search_exact(question.embedding');
  expect(exactMix.map(({ target }) => target)).toEqual(mix.map(({ target }) => target));
});

test("reads pgbench's own figures, and the times of each action from its logs", () => {
  const output = 'scaling factor: 1\nlatency average = 3.2 ms\ntps = 312.123456 (without initial connection time)\n';
  const logs = ['0 1 1500 0 1700000000 1\n0 2 2500 0 1700000000 2\n', '1 1 9000 1 1700000000 3\n'];
  const { tps, actions } = readMix(output, logs, mix.slice(0, 3));
  expect(tps).toBe(312);
  expect(actions['list chats']).toEqual({ runs: 2, p50: 1.5, p95: 2.5 });
  expect(actions.messages).toEqual({ runs: 1, p50: 9, p95: 9 });
  expect(actions['send message']?.runs).toBe(0);
});
