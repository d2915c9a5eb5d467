import type { Forget, Run } from './messages.ts';
import type { Session } from './session.ts';
import { hasToBeConfirmed } from './turns.ts';
import type { Unit } from './unit.ts';

/** What a database's thread needs to run a client's unit. */
export function makeRun(session: Session, unit: Unit): Run {
  return {
    type: 'run',
    client: session.id,
    state: session.state,
    bytes: unit.bytes,
    texts: unit.texts,
    replay: session.replay.map(({ sql }) => sql),
    confirm: hasToBeConfirmed(session, unit),
    parses: unit.parses.map(({ statement }) => statement),
    uses: unit.uses,
    closes: unit.closes,
  };
}

/** What a database's thread needs to remove a client's traces; temporary tables go with the last client that made some. */
export function makeForget(session: Session, rollback: boolean, sessions: Session[]): Forget {
  const others = sessions.some((other) => other !== session && other.usesTemp);
  return {
    type: 'forget',
    client: session.id,
    statements: [...session.statements.keys()],
    rollback,
    discardTemp: session.usesTemp && !others,
  };
}
