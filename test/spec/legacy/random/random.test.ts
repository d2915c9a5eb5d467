/**
 * Any legacy database that drift allows is migrated without a loss, or refused by name and left as it was; and a second
 * run changes nothing.
 *
 * `npm test -- test/spec/legacy/random` runs the same cases each time, so that what fails fails for a change that was
 * made. ROLECALL_CASES says how many others to draw, for example `ROLECALL_CASES=5000 npm test -- test/spec/legacy/random`;
 * with ROLECALL_SEED they are drawn again. A case that fails is shrunk, and shown as the statements that make its
 * database, with the command that runs it again.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, test } from '@jest/globals';
import fc from 'fast-check';
import { real } from '../../../support/databases.ts';
import { within } from '../../../support/time-limits.ts';
import { remember } from './before.ts';
import { type Ground, ground, type Migration, migrate, migrationsUnderTest } from './database.ts';
import { definitionsOf, faultsOf, refusalFaults, refusalIn, stateOf } from './oracle.ts';
import { replayCommand, shown } from './report.ts';
import { scriptOf, summaryOf } from './script.ts';
import { type Shape, shapes } from './shape.ts';

/** On the embedded engine a case takes a second: a few of them, for what only that engine may stumble over. */
const CASES = Number(process.env.ROLECALL_CASES ?? (real ? 100 : 3));

/** Shrinking tries a case many times; what is smallest when this is over is shown. In seconds on an idle machine. */
const SHRINKING = 200 + CASES * 2;
const SEED = process.env.ROLECALL_SEED ?? (process.env.ROLECALL_CASES ? undefined : 1);

let base: Ground;
let migrations: Migration[];
let reference: ReadonlyMap<string, string>;
beforeAll(async () => {
  base = await ground();
  migrations = await migrationsUnderTest();
  const undrifted = await base.intact();
  await migrate(undrifted.client, migrations);
  reference = await definitionsOf(undrifted.client);
  await undrifted.drop();
});
afterAll(() => base?.remove());

test(
  'any legacy database is migrated without a loss, or refused and left as it was, and a second run changes nothing',
  async () => {
    const property = fc.asyncProperty(shapes(base.constraints.map(({ name }) => name)), async (shape) => {
      const faults = await faultsIn(shape);
      if (faults.length > 0) throw new Error(faults.join('\n'));
    });
    const result = await fc.check(property, {
      numRuns: CASES,
      interruptAfterTimeLimit: within(SHRINKING),
      markInterruptAsFailure: true,
      ...(SEED === undefined ? {} : { seed: Number(SEED) }),
      ...(process.env.ROLECALL_PATH ? { path: process.env.ROLECALL_PATH } : {}),
    });
    if (!result.failed) return;
    const [shape] = result.counterexample ?? [];
    throw new Error(
      [
        `Case ${result.numRuns} fails, here after ${result.numShrinks} steps of shrinking. To run it again:`,
        replayCommand(result),
        ...(shape ? [shown(summaryOf(shape)), ...(await faultsIn(shape)).map(shown)] : []),
      ].join('\n'),
    );
  },
  within(SHRINKING + 60),
);

/** Builds the database, migrates it twice, and gives what is wrong with it. */
async function faultsIn(shape: Shape): Promise<string[]> {
  const { client, drop } = await base.loosened();
  try {
    await client.query(scriptOf(shape, base.constraints));
    const before = await remember(client);
    const refusal = await migrate(client, migrations).then(() => null, refusalIn);
    if (refusal !== null) return refusalFaults(refusal, before, await remember(client));
    const faults = await faultsOf(client, before, reference);
    const once = await stateOf(client);
    await migrate(client, migrations);
    const twice = await stateOf(client);
    return [...faults, ...(isDeepStrictEqual(once, twice) ? [] : ['a second run changes something'])];
  } catch (error) {
    return [(error as Error).message];
  } finally {
    await drop();
  }
}
