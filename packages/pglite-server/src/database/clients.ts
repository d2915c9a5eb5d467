import type { Answer, ClientState, ClientStatus, Question } from '../messages.ts';
import type { Session } from './session.ts';

/** The database of a client, as far as others end there what it does. */
interface ClientDatabase {
  readonly name: string;
  cancel(session: Session): void;
  terminate(session: Session): void;
}

/** A client that is logged in. */
interface Client {
  session: Session;
  database: ClientDatabase;
  /** A request to cancel has to know it. */
  secret: number;
}

/** The clients of all databases, by their number: what PostgreSQL calls backends. */
export class Clients {
  #clients = new Map<number, Client>();

  /** A client has come in. */
  entered(session: Session, database: ClientDatabase, secret: number): void {
    this.#clients.set(session.id, { session, database, secret });
  }

  left({ id }: Session): void {
    this.#clients.delete(id);
  }

  /** A request to cancel what a client runs; nobody hears whether it knew the secret. */
  cancel(id: number, secret: number): void {
    const client = this.#clients.get(id);
    if (client?.secret === secret) client.database.cancel(client.session);
  }

  /** Answers a statement that asks for the clients, or that signals one: whether that one is there. */
  answer(question: Question): Answer {
    if (question.about === 'clients') return this.#present().map(statusOf);
    const client = this.#present().find(({ session }) => session.id === question.process);
    if (question.signal === 'cancel') client?.database.cancel(client.session);
    else client?.database.terminate(client.session);
    return client !== undefined;
  }

  #present(): Client[] {
    return [...this.#clients.values()].filter(({ session }) => !session.gone);
  }
}

function statusOf({ session, database }: Client): ClientStatus {
  return {
    process: session.id,
    user: session.user,
    database: database.name,
    application: session.state.settings.application_name ?? '',
    state: stateOf(session),
    ...session.activity,
  };
}

function stateOf({ busy, status }: Session): ClientState {
  if (busy) return 'active';
  if (status === 'I') return 'idle';
  return status === 'T' ? 'idle in transaction' : 'idle in transaction (aborted)';
}
