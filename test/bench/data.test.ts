import { describe, expect, test } from '@jest/globals';
import { binary, binaryHeader, binaryRow, binaryTrailer } from '../../bench/data/binary-copy.ts';
import { channelsOf, scaleOf, sizes, videoPlaces } from '../../bench/data/scale.ts';
import { textOf, vectorSpace } from '../../bench/data/vectors.ts';
import { recallOf } from '../../bench/measure/search.ts';

describe.each(sizes.map((name) => [name, scaleOf(name)] as const))('the size %s', (name, scale) => {
  test('has as many chunks as its name says, and every class of channels that fits', () => {
    expect(scale.chunks).toBe({ '10k': 10_000, '100k': 100_000, '1M': 1_000_000 }[name]);
    expect(scale.classes.map(({ chunks }) => chunks)).toEqual(
      name === '10k' ? [1_000, 100] : [20_000, 8_000, 1_000, 100],
    );
    const numbers = (['huge', 'large', 'medium', 'small'] as const).flatMap((each) => channelsOf(scale, each));
    expect(numbers).toEqual(Array.from({ length: scale.plan.size.channels }, (_, number) => number));
  });

  test('has the videos that its chunks need, those of one channel among those of all', () => {
    const places = videoPlaces(scale);
    expect(places).toHaveLength(scale.plan.size.videos);
    expect(places.filter(({ transcribed }) => transcribed)).toHaveLength(scale.chunks / 25);
    expect(places.map(({ video }) => video)).toEqual(places.map((_, index) => index));
    expect(new Set(places.slice(0, 40).map(({ channel }) => channel)).size).toBeGreaterThan(5);
  });
});

describe('questions', () => {
  const space = vectorSpace(3);
  const similarity = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
  const chunks = Array.from({ length: 40 }, (_, video) => space.chunk(4, video, 0).slice());
  const best = (question: Float32Array) => Math.max(...chunks.map((chunk) => similarity(chunk, question)));

  test('are near to what the channel treats, or to nothing of it', () => {
    const numbers = [0, 1, 2, 3, 4, 5];
    const aligned = numbers.map((number) => best(space.aligned(4, number)));
    const cross = numbers.map((number) => best(space.cross(4, number)));
    expect(Math.min(...aligned)).toBeGreaterThan(Math.max(...cross));
  });

  test('and chunks have length 1, and are the same every time', () => {
    for (const vector of [...chunks, space.aligned(4, 1), space.cross(4, 1)])
      expect(similarity(vector, vector)).toBeCloseTo(1, 4);
    expect(vectorSpace(3).cross(4, 1)).toEqual(space.cross(4, 1));
    expect(JSON.parse(textOf(space.cross(4, 1)))).toHaveLength(1536);
  });
});

test('recall is the share of what belongs there that is as near', () => {
  expect(recallOf([0.9, 0.8, 0.5], 0.8, 3)).toBeCloseTo(2 / 3);
  expect(recallOf([], 0.8, 10)).toBe(0);
});

describe('binary COPY', () => {
  test('has the signature, the lengths and the end that the server looks for', () => {
    expect(binaryHeader.toString('latin1')).toBe(`PGCOPY\n\xff\r\n\0${'\0'.repeat(8)}`);
    expect(binaryRow([binary.text('é'), null]).toString('hex')).toBe('000200000002c3a9ffffffff');
    expect(binaryTrailer.readInt16BE()).toBe(-1);
  });

  test('writes values as their types receive them', () => {
    expect(binary.uuid('01234567-89ab-4cde-8f01-23456789abcd').toString('hex')).toBe(
      '0123456789ab4cde8f0123456789abcd',
    );
    expect(binary.int4(-2).toString('hex')).toBe('fffffffe');
    expect(binary.float4(1.5).toString('hex')).toBe('3fc00000');
    expect(binary.timestamptz('2000-01-01T00:00:00.001Z').readBigInt64BE()).toBe(1_000n);
    expect(binary.vector(Float32Array.of(1, -2)).toString('hex')).toBe('000200003f800000c0000000');
  });
});
