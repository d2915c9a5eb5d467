import { expect, test } from '@jest/globals';
import { stopIn } from '../../src/database/server-errors.ts';
import { freshDatabase, onRealServer } from '../support/databases.ts';

test.each([
  ['40P01', 'deadlock detected', 'deadlock'],
  ['55P03', 'canceling statement due to lock timeout', 'lock timeout'],
  ['57014', 'canceling statement due to statement timeout', 'statement timeout'],
  ['57014', 'canceling statement due to user request', 'cancelled'],
  ['53100', 'could not extend file "base/1/2": No space left on device', 'no space'],
  ['57P01', 'terminating connection due to administrator command', 'connection lost'],
  ['ECONNRESET', 'read ECONNRESET', 'connection lost'],
])('%s, %s: the code and the words alone say the same', (code, message, reason) => {
  expect(stopIn({ code, message })?.reason).toBe(reason);
  expect(stopIn({ message: `error: ${message}\n` })?.reason).toBe(reason);
});

test('a disk that is full is told with the server’s words, from a code and from text alike', () => {
  const message = 'could not extend file "base/1/2": No space left on device';
  const means = `The server has no space left (${message})`;
  expect(stopIn({ code: '53100', message })?.means).toBe(means);
  expect(stopIn({ message: `error: ${message}\n    at somewhere` })?.means).toBe(means);
});

test('a server that speaks another language is understood by the code', () => {
  expect(stopIn({ code: '40P01', message: 'Verklemmung entdeckt' })?.reason).toBe('deadlock');
});

test('what a statement itself got wrong is no stop, whatever its words are', () => {
  expect(stopIn({ code: '42P01', message: 'relation "deadlock detected" does not exist' })).toBeUndefined();
  expect(stopIn({ message: 'relation "public.nowhere" does not exist' })).toBeUndefined();
});

onRealServer('a statement that takes too long, as the server says it', async () => {
  const { client, drop } = await freshDatabase();
  const errorOf = (sql: string) => client.query(sql).catch((error: Error) => error as Error & { code: string });
  const late = await errorOf(`set statement_timeout = '10ms'; select count(*) from generate_series(1, 1000000000)`);
  await drop();
  expect(stopIn(late as Error & { code: string })).toEqual({
    reason: 'statement timeout',
    means: 'A statement took longer than statement_timeout',
  });
});
