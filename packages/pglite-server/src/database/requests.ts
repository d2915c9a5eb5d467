import type { ForgetRequest, RunRequest } from '../messages.ts';
import { mentionsTemporary } from '../sql/mentions.ts';
import type { Exchange } from './exchange.ts';
import type { Session } from './session.ts';
import { hasToBeConfirmed, replayOf, resume } from './suspension.ts';

/** The request to run a client's exchange; a suspended transaction is begun again with it. */
export function makeRun(session: Session, exchange: Exchange): RunRequest {
  if (exchange.texts.some(mentionsTemporary)) session.usesTemp = true;
  const request: RunRequest = {
    type: 'run',
    client: session.id,
    state: session.state,
    bytes: exchange.bytes,
    texts: exchange.texts,
    replay: replayOf(session),
    confirm: hasToBeConfirmed(session, exchange),
    parses: exchange.parses.map(({ statement }) => statement),
    uses: exchange.uses,
    closes: exchange.closes,
  };
  resume(session);
  return request;
}

/** The request to remove a client's traces; temporary tables go with the last client that made some. */
export function makeForget(session: Session, rollback: boolean, sessions: Session[]): ForgetRequest {
  const others = sessions.some((other) => other !== session && other.usesTemp);
  return {
    type: 'forget',
    client: session.id,
    statements: [...session.statements.keys()],
    rollback,
    discardTemp: session.usesTemp && !others,
  };
}
