import { expect, test } from '@jest/globals';
import { withClient } from '../../../src/database/connect.ts';
import { BLOCKING, conflict, MODES, modeName, strongest } from '../../../src/rehearsal/locks/lock-modes.ts';
import { freshDatabase, onRealServer } from '../../support/databases.ts';

onRealServer('any two modes conflict exactly when the server says so', async () => {
  const { url, client, drop } = await freshDatabase();
  await client.query('create table locked ()');
  const differing = await withClient(url, async (other) => {
    const found: string[] = [];
    for (const held of MODES) {
      for (const wanted of MODES) {
        await client.query(`begin; lock locked in ${modeName(held)} mode`);
        const refused = await other.query(`begin; lock locked in ${modeName(wanted)} mode nowait`).then(
          () => false,
          () => true,
        );
        await other.query('rollback');
        await client.query('rollback');
        if (refused !== conflict(held, wanted)) found.push(`${held} ${wanted}`);
      }
    }
    return found;
  });
  await drop();
  expect(differing).toEqual([]);
});

test('the modes that keep the app waiting are SHARE and the stronger ones', () => {
  expect(BLOCKING.map(modeName)).toEqual(['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE']);
});

test('the strongest of several modes', () => {
  expect(strongest(['ShareLock', 'AccessExclusiveLock', 'AccessShareLock'])).toBe('AccessExclusiveLock');
  expect(strongest([])).toBeUndefined();
});
