import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { random as randomOf } from '../../../../spec/legacy/random.ts';
import { checkInvariants } from '../../../../src/invariants/check.ts';
import { findingsText } from '../../../../src/report/text.ts';
import { invariants } from '../../../support/invariants.ts';
import { asCaller, openSession, type Ran } from './sessions.ts';
import { stepsOf } from './steps.ts';
import { readSupply } from './supply.ts';

export interface Run {
  readonly url: string;
  /** An operator's connection, which no step uses. */
  readonly client: pg.Client;
  readonly seed: number;
  readonly steps: number;
  readonly sessions: number;
  /** Users besides those of the world. */
  readonly extra: readonly string[];
}

/** How transactions ended: how many with each outcome, how many sessions were killed, and the deadlocks with their statements. */
export interface Totals {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly kills: number;
  readonly deadlocks: readonly string[];
}

/** Statements between two checks. */
const BETWEEN = 1000;

/** Errors that say that the server itself is at fault: internal errors, and corrupted data or indexes. */
const DEFECT = /^(XX|58)/;

/**
 * Runs random statements of random callers in parallel sessions, kills some of the sessions, and checks all invariants after
 * each `BETWEEN` statements and at the end. Also what the audit log said once, it still says.
 * @throws with the rows that break an invariant, and the file that has the statements since the last check
 */
export async function runRandomly({ url, client, seed, steps: count, sessions: width, extra }: Run): Promise<Totals> {
  const supply = await readSupply(client, ['public', 'private', 'legacy_api']);
  const steps = stepsOf(supply, extra);
  const sessions = Array.from({ length: width }, (_, number) => openSession(url, number));
  const chance = randomOf(seed, 'kill', 0);
  const streams = sessions.map((_, number) => randomOf(seed, 'session', number));
  const outcomes: Record<string, number> = {};
  const deadlocks: string[] = [];
  let kills = 0;
  let done = 0;
  // One connection for all sessions: one query after the other.
  let aside: Promise<unknown> = Promise.resolve();
  const oneByOne = (ask: () => Promise<unknown>): Promise<unknown> => {
    aside = aside.then(ask);
    return aside;
  };
  await client.query('create temporary table known_entries (id uuid primary key, digest text not null)');
  try {
    while (done < count) {
      const until = Math.min(done + BETWEEN, count);
      const log: Ran[] = [];
      await Promise.all(
        sessions.map(async (session, number) => {
          while (done < until) {
            const ran = await session.run(steps, streams[number] ?? chance);
            done += ran.steps.length;
            log.push(ran);
            outcomes[ran.code ?? ran.ended] = (outcomes[ran.code ?? ran.ended] ?? 0) + 1;
            if (ran.code === '40P01') deadlocks.push(textOf(ran));
            if (DEFECT.test(ran.code ?? '')) throw new Error(`${ran.ended}\n${textOf(ran)}`);
            if (log.length % 50 === 0) await oneByOne(() => supply.look());
            if (!chance.chance(0.005)) continue;
            const victim = chance.pick(sessions).pid();
            const how = chance.chance(0.7) ? 'pg_terminate_backend' : 'pg_cancel_backend';
            if (victim !== undefined) await oneByOne(() => client.query(`select ${how}($1)`, [victim]));
            kills++;
          }
        }),
      );
      const broken = [await brokenInvariants(client), await changedEntries(client)].filter(Boolean).join('\n');
      if (broken) throw new Error(`${broken}\n${await keep(log, seed, broken)}`);
    }
    return { outcomes, kills, deadlocks };
  } finally {
    await Promise.all(sessions.map((session) => session.end()));
  }
}

async function brokenInvariants(client: pg.Client): Promise<string> {
  const findings = await checkInvariants(client, await invariants());
  return findings.deviations.length + findings.notEvaluated.length > 0 ? findingsText(findings) : '';
}

/** Entries of the audit log that are gone, or say something else than at the last check. */
async function changedEntries(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `select known.id from known_entries known left join public.audit_log entry on entry.id = known.id
     where md5(entry::text) is distinct from known.digest`,
  );
  await client.query(
    'insert into known_entries select entry.id, md5(entry::text) from public.audit_log entry on conflict do nothing',
  );
  return rows.length > 0 ? `Entries of the audit log have changed: ${rows.map(({ id }) => id).join(', ')}` : '';
}

/** Writes the statements since the last check to a file, and shows the latest that name a row of the violation. */
async function keep(log: readonly Ran[], seed: number, broken: string): Promise<string> {
  const file = join(tmpdir(), `invariants-${seed}.sql`);
  await writeFile(file, log.map(textOf).join('\n\n'));
  const ids = new Set(broken.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g));
  const about = log.map(textOf).filter((text) => [...ids].some((id) => text.includes(id)));
  return `Seed ${seed}. The statements since the last check are in ${file}. Those about these rows:\n${about.slice(-12).join('\n\n')}`;
}

function textOf({ session, steps, from, to, ended }: Ran): string {
  const lines = steps.map((step) => `-- ${step.caller.name}\n${asCaller(step).slice(0, 2000)};`);
  return `-- session ${session}, ${from.toFixed(1)} to ${to.toFixed(1)} ms: ${ended.slice(0, 300)}\n${lines.join('\n')}`;
}
