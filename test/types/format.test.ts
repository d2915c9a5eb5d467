// Generated types pass through the project's formatter, and one that fails is never taken for one that formatted.
import { expect, test } from '@jest/globals';
import { formatBy } from '../../src/types/format.ts';

const node = (script: string): string[] => [process.execPath, '-e', script];

test('the text goes in, and what comes out is the text', async () => {
  expect(await formatBy(node('process.stdin.pipe(process.stdout)'), 'type A = 1')).toBe('type A = 1');
});

test.each([
  ['a program that is not there', ['not-there-at-all'], /can't be formatted by `not-there-at-all` \(.*ENOENT/],
  [
    'one that fails, with what it said',
    node("console.error('no such rule'); process.exit(3)"),
    /it ended with 3[\s\S]*no such rule/,
  ],
  ['one that writes nothing', node(''), /it wrote nothing/],
  ['one that ends without reading', node('process.exit(1)'), /it ended with 1/],
])('%s is an error that says what to change', async (_, command, message) => {
  await expect(formatBy(command, 'type A = 1\n'.repeat(100_000))).rejects.toThrow(message);
  await expect(formatBy(command, 'type A = 1')).rejects.toThrow('correct formatTypes in the configuration');
});
