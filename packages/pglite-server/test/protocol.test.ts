import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorFields, errorResponse, readyForQuery } from '../src/protocol/backend.ts';
import { FrameReader, makeFrame } from '../src/protocol/frames.ts';
import { backendName, readExtended } from '../src/protocol/frontend.ts';
import { OutputScanner } from '../src/protocol/output.ts';

/** Cuts bytes into pieces at any places. */
function cut(bytes: Uint8Array, at: number[]): Uint8Array[] {
  const borders = [0, ...at.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return borders.slice(1).map((border, index) => bytes.subarray(borders[index], border));
}

const cuts = fc.array(fc.nat(), { maxLength: 20 });

test('messages are read whole, wherever the stream is cut', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom('Q', 'P', 'd'), fc.uint8Array({ maxLength: 50 })));
  fc.assert(
    fc.property(frames, cuts, (messages, at) => {
      const reader = new FrameReader();
      const stream = Buffer.concat(messages.map(([type, body]) => makeFrame(type, body)));
      const read = cut(stream, at).flatMap((piece) => reader.push(piece));
      expect(read.map(({ type, bytes }) => [type, [...bytes.subarray(5)]])).toEqual(
        messages.map(([type, body]) => [type, [...body]]),
      );
    }),
  );
});

test.each([[3], [-1], [0x7fffffff]])('a message length of %i is refused', (length) => {
  const bytes = Buffer.from([0x51, 0, 0, 0, 0]);
  bytes.writeInt32BE(length, 1);
  expect(() => new FrameReader().push(bytes)).toThrow(`invalid message length ${length}`);
});

test('an answer passes through unchanged but for notifications, wherever it is cut', () => {
  const answer = [
    makeFrame('1'),
    makeFrame('T', Buffer.from([0, 0])),
    makeFrame('D', Buffer.alloc(100_000, 1)),
    errorResponse({ severity: 'ERROR', code: '42P01', message: 'no' }),
    makeFrame('C', 'SELECT 1'),
    readyForQuery('T'),
  ];
  const notification = makeFrame('A', Buffer.from([0, 0, 0, 1]), 'news', 'hello');
  const stream = Buffer.concat([...answer.slice(0, 5), notification, ...answer.slice(5)]);
  fc.assert(
    fc.property(cuts, (at) => {
      const heard: string[] = [];
      const bytes: Uint8Array[] = [];
      const scanner = new OutputScanner({
        bytes: (part) => bytes.push(part),
        notification: (channel) => heard.push(channel),
        copyIn: () => {},
        ended: () => {},
        error: (frame) => frame,
      });
      for (const piece of cut(stream, at)) scanner.push(piece);
      scanner.flush();
      expect(Buffer.concat(bytes).equals(Buffer.concat(answer))).toBe(true);
      expect(heard).toEqual(['news']);
      expect(scanner.summary).toEqual({ status: 'T', tags: ['SELECT 1'], parsed: 1, failed: true });
    }),
    { numRuns: 30 },
  );
});

test('an error keeps its fields', () => {
  const fields = errorFields(errorResponse({ severity: 'FATAL', code: '3D000', message: 'gone', hint: 'look' }));
  expect(fields).toEqual({ S: 'FATAL', V: 'FATAL', C: '3D000', M: 'gone', H: 'look' });
});

test('two clients’ statements of one name differ on the backend, long names too', () => {
  const long = 'x'.repeat(100);
  const names = [backendName(1, 'a'), backendName(2, 'a'), backendName(1, long), backendName(1, `${long}y`)];
  expect(new Set(names).size).toBe(4);
  for (const name of names) expect(Buffer.byteLength(name)).toBeLessThan(64);
});

test('Parse, Bind, Describe and Close get the statement’s own name and keep the rest', () => {
  const parse = readExtended(7, 'P', makeFrame('P', 's', 'select 1', Buffer.from([0, 0])));
  expect(parse).toEqual({
    statement: '7/s',
    sql: 'select 1',
    bytes: makeFrame('P', '7/s', 'select 1', Buffer.from([0, 0])),
  });
  const bind = readExtended(7, 'B', makeFrame('B', 'portal', 's', Buffer.from([0, 0, 0, 0, 0, 0])));
  expect(bind.bytes).toEqual(makeFrame('B', 'portal', '7/s', Buffer.from([0, 0, 0, 0, 0, 0])));
  expect(readExtended(7, 'D', makeFrame('D', 'Ss')).bytes).toEqual(makeFrame('D', 'S7/s'));
  expect(readExtended(7, 'C', makeFrame('C', 'Pportal')).bytes).toEqual(makeFrame('C', 'Pportal'));
});
