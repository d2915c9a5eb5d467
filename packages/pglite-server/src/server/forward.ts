import type { SharedDatabase } from '../database/database.ts';
import { makeExchange } from '../database/exchange.ts';
import { Session } from '../database/session.ts';
import { ABORT, type SessionState } from '../messages.ts';
import { type Frame, FrameReader, makeFrame } from '../protocol/frames.ts';
import type { Databases } from './databases.ts';

const SUPERUSER: SessionState = { user: 'postgres', role: 'none', settings: {}, fresh: true };

/**
 * Runs a statement in another database, as the client that sent it or as the superuser.
 * @returns the answer without ReadyForQuery, and whether it is an error
 */
export async function forward(
  databases: Databases,
  from: Session | null,
  name: string,
  sql: string,
): Promise<{ answer: Uint8Array[]; failed: boolean }> {
  const reader = new FrameReader();
  const frames: Frame[] = [];
  const proxy = new Session(
    databases.nextId(),
    from?.state ?? SUPERUSER,
    (bytes) => frames.push(...reader.push(bytes)),
    () => {},
  );
  const database = databases.get(name);
  database.join(proxy);
  await database.run(proxy, makeExchange(proxy, [query(sql)]));
  await database.leave(proxy);
  return {
    answer: frames.filter(({ type }) => type !== 'Z').map(({ bytes }) => bytes),
    failed: frames.some(({ type }) => type === 'E'),
  };
}

/** Lets the open transaction fail on the backend too, when it knows nothing of what failed. */
export async function abort(session: Session, database: SharedDatabase): Promise<void> {
  session.muted = true;
  await database.run(session, makeExchange(session, [query(ABORT)]));
  session.muted = false;
}

function query(sql: string): Frame {
  return { type: 'Q', bytes: makeFrame('Q', sql) };
}
