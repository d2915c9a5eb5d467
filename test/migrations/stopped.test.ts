import { expect, test } from '@jest/globals';
import { explainStop } from '../../src/migrations/stopped.ts';
import { serverUrl } from '../support/databases.ts';

// As graphile-migrate passes it on: the server chooses who loses a deadlock, so a test can't have it at will.
test('a deadlock with the app is told in one line, which says that nothing is half done', async () => {
  const complaints = "graphile-migrate: Running migration '000004-update-rls-policies.sql'\nerror: deadlock detected\n";
  expect(await explainStop(complaints, serverUrl)).toMatch(
    /^rolecall: The migration of \w+ stopped\. It and another session waited for each other, .* run again\.\n$/,
  );
});

test('what the migration itself got wrong is not explained away', async () => {
  expect(await explainStop('error: relation "public.nowhere" does not exist\n', serverUrl)).toBeUndefined();
});
