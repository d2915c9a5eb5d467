// Each build gets its own warnings, also when several run at once, and the console is whole again afterwards.
import { expect, test } from '@jest/globals';
import { withCapturedConsole } from '../../src/graphql/captured-console.ts';

const output = globalThis.console;

/** @param both resolves when all that run at once have begun */
async function noisy(name: string, both: Promise<unknown>, begun: () => void): Promise<string> {
  output.warn(`${name} begins`);
  begun();
  await both;
  output.error(`${name} ends`, { state: 'of the whole build' });
  return name;
}

test('two at once do not get each other’s lines, and the console is restored', async () => {
  const { warn } = output;
  const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const both = Promise.all(begun.map(({ promise }) => promise));
  const [one, two] = await Promise.all([
    withCapturedConsole(() => noisy('one', both, begun[0].resolve)),
    withCapturedConsole(() => noisy('two', both, begun[1].resolve)),
  ]);
  expect(one).toEqual({ value: 'one', lines: ['one begins', 'one ends'] });
  expect(two).toEqual({ value: 'two', lines: ['two begins', 'two ends'] });
  expect(output.warn).toBe(warn);
});

test('the console is restored after a failure', async () => {
  const { warn } = output;
  await expect(withCapturedConsole(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(output.warn).toBe(warn);
});
