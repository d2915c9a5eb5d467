import { writtenCurrent } from '../migrations/files.ts';
import { sessionDeviations } from '../migrations/session/deviations.ts';
import type { Findings } from '../report/deviation.ts';

/** Whether current.sql, as it is written, is one transaction that leaves its session as it was. Includes are left to the commit. */
export async function proveCurrentSession(): Promise<Findings> {
  return { deviations: await sessionDeviations(await writtenCurrent()), notEvaluated: [] };
}
