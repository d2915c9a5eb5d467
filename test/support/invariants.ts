import config from '../../rolecall.config.ts';
import { withClient } from '../../src/database/connect.ts';
import { checkInvariants } from '../../src/invariants/check.ts';
import type { Invariant } from '../../src/invariants/model.ts';
import { readInvariants } from '../../src/invariants/read.ts';
import { findingsText } from '../../src/report/text.ts';

let all: Promise<readonly Invariant[]> | undefined;

/** Every invariant of ChannelChat, read once. */
export function invariants(): Promise<readonly Invariant[]> {
  if (!config.invariants) throw new Error('The configuration has no invariants.');
  all ??= readInvariants(config.invariants);
  return all;
}

/** Runs every invariant on a database of ChannelChat. @throws with each that its rows break, or that could not be evaluated */
export async function mustKeepInvariants(url: string): Promise<void> {
  const read = await invariants();
  const findings = await withClient(url, (client) => checkInvariants(client, read));
  if (findings.deviations.length + findings.notEvaluated.length > 0) throw new Error(findingsText(findings));
}
