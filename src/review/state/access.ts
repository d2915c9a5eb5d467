import { judgeCells } from '../../access/answer/judge.ts';
import { personasOf } from '../../access/personas.ts';
import { probe } from '../../access/probe.ts';
import type { TableHole } from '../../access/sets/probe-sets.ts';
import { byFunction } from '../../access/signatures.ts';
import { parseExecution } from '../../access/spec.ts';
import { readSubject, type Subject } from '../../access/subject.ts';
import { transcript } from '../../access/transcript.ts';
import type { Config } from '../../config/schema.ts';
import { withClient } from '../../database/connect.ts';
import { judgedReach } from '../../proof/reach.ts';
import type { AccessFacts, JudgedCall, OpenRow } from '../facts.ts';

/** Probes access as each persona, and says of each outcome whether it is declared. The database is unchanged afterwards. */
export async function accessFacts(url: string, config: Config): Promise<AccessFacts> {
  const personas = personasOf(config);
  return withClient(
    url,
    async (client) => {
      const subject = await readSubject(client, config.proven, config.world);
      const probes = await probe(client, subject, personas, config);
      return {
        cells: judgeCells(probes, config.access, personas),
        calls: judgeCalls(probes.functions, subject, config),
        privileges: probes.privileges,
        openRows: probes.sets.holes.filter(isNoCell).map(openRow),
        reached: await judgedReach(client, config),
      };
    },
    { pipeline: true },
  );
}

function judgeCalls(
  calls: readonly Omit<JudgedCall, 'declared'>[],
  { functions }: Subject,
  config: Config,
): JudgedCall[] {
  const lines = byFunction(config.functions, functions).flatMap(({ function: called, value }) =>
    called ? [[called.signature, parseExecution(value)?.names ?? []] as const] : [],
  );
  const may = new Map(lines);
  return calls.map((call) => ({
    ...call,
    declared: call.outcome !== 'allowed' || (may.get(call.signature) ?? []).includes(call.persona),
  }));
}

/** A persona and a row of the world have a cell of the matrix. */
const isNoCell = ({ caller, row }: TableHole): boolean => caller.kind === 'automatic' || row.variant !== undefined;

const openRow = ({ caller, table, command, row, statement }: TableHole): OpenRow => ({
  caller: caller.name,
  automatic: caller.kind === 'automatic',
  table,
  command,
  row: row.variant === undefined ? row.row : `like ${row.row}`,
  evidence: transcript(caller, { statement }, row.before),
});
