import { expect, test } from '@jest/globals';
import { declaredIn, inLayout, toRun } from '../../src/report/layout.ts';

const message = `Declare it in ${declaredIn('access')}, then run ${toRun('snapshot')}.`;

test('a message names the files and commands of the project', () => {
  expect(inLayout(message, { declared: { access: 'db/access.ts' }, run: 'pnpm' })).toBe(
    'Declare it in db/access.ts, then run `pnpm snapshot`.',
  );
});

test('without a layout it names the key of the configuration and the command itself', () => {
  expect(inLayout(message)).toBe('Declare it in `access` (rolecall.config.ts), then run `npx rolecall snapshot`.');
});
