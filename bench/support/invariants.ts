import config from '../../rolecall.config.ts';
import { proveInvariants } from '../../src/proof/invariants.ts';
import { findingsText } from '../../src/report/text.ts';
import { BenchError } from './runs.ts';

/** After a benchmark wrote to a migrated database. @throws BenchError with what its rows break: nothing is measured then */
export async function mustKeepInvariants(url: string): Promise<void> {
  const findings = await proveInvariants(url, config);
  if (findings.deviations.length + findings.notEvaluated.length > 0)
    throw new BenchError(`What was written breaks invariants:\n${findingsText(findings)}`);
}
