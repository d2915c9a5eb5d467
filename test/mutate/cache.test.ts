import { appendFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type CacheKey, openCache } from '../../src/mutate/cache.ts';
import { mutant, result } from './support.ts';

const key: CacheKey = { structure: 's', declared: 'd', tool: 't', server: '15' };
const one = mutant({ sql: 'drop policy own on app.notes' });
const killed = result({ id: one.id, outcome: 'killed', by: 'cells' });
let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'rolecall-mutants-')), 'mutants');
});

afterEach(() => rm(join(folder, '..'), { recursive: true }));

test('a result is there for the next process, at once', () => {
  expect(openCache(folder, key).get(one)).toBeUndefined();
  openCache(folder, key).put(one, killed);
  expect(openCache(folder, key).get(one)).toEqual(killed);
});

test.each(['structure', 'declared', 'tool', 'server'] as const)('another %s has results of its own', (changed) => {
  openCache(folder, key).put(one, killed);
  expect(openCache(folder, { ...key, [changed]: 'another' }).get(one)).toBeUndefined();
  expect(openCache(folder, key).get(one)).toEqual(killed);
});

test('a mutant of the same name that does something else has none', () => {
  openCache(folder, key).put(one, killed);
  expect(openCache(folder, key).get({ ...one, sql: 'drop table app.notes' })).toBeUndefined();
});

test('a line that a killed process did not finish is as if it was not there, and the next one is whole', () => {
  openCache(folder, key).put(one, killed);
  const [file = ''] = readdirSync(folder);
  appendFileSync(join(folder, file), '["12ab", {"id"');
  const other = mutant({ sql: 'other' });
  openCache(folder, key).put(other, killed);
  const cache = openCache(folder, key);
  expect([cache.get(one), cache.get(other)]).toEqual([killed, killed]);
});

test('of older databases only the newest results are kept', () => {
  for (const structure of ['1', '2', '3', '4', '5', '6']) openCache(folder, { ...key, structure }).put(one, killed);
  expect(readdirSync(folder)).toHaveLength(4);
  expect(openCache(folder, { ...key, structure: '6' }).get(one)).toEqual(killed);
});
