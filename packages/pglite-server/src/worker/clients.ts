import type { ClientStatus, Question } from '../messages.ts';
import type { Activity } from './activity.ts';
import type { BuiltIns } from './builtins.ts';
import type { Registers } from './registers.ts';

const BACKEND_PID = { oid: 2026, name: 'pg_backend_pid' };
const CANCEL = { oid: 2171, name: 'pg_cancel_backend' };
const TERMINATE = { oid: 2096, name: 'pg_terminate_backend' };
/** The functions that read the list of backends; the views call them. */
const LISTING = [
  { oid: 2022, name: 'pg_stat_get_activity' },
  { oid: 1936, name: 'pg_stat_get_backend_idset' },
];
/** The number of the role pg_signal_backend. */
const PG_SIGNAL_BACKEND = 4200;

/** Asks the thread that knows the clients, and waits for the answer, in the midst of a statement. */
export interface Asking {
  clients(): ClientStatus[];
  signal(question: Question & { about: 'signal' }): boolean;
}

/** One backend runs the statements of many clients: what PostgreSQL's functions say of backends, they say of clients. */
export class ClientFunctions {
  #registers: Registers;
  #activity: Activity;
  #builtIns: BuiltIns;
  #ask: Asking;
  #running = 0;
  /** The numbers of the databases by their names. */
  #databases = new Map<string, number>();

  /** @param callAt calls a function of PostgreSQL by its address, with one number */
  constructor(registers: Registers, activity: Activity, builtIns: BuiltIns, callAt: CallAt, ask: Asking) {
    this.#registers = registers;
    this.#activity = activity;
    this.#builtIns = builtIns;
    this.#ask = ask;
    builtIns.replace(BACKEND_PID, () => this.#running);
    builtIns.replace(CANCEL, (arguments_) => this.#signal('cancel', builtIns.integer(arguments_, 0)));
    builtIns.replace(TERMINATE, (arguments_) => this.#signal('terminate', builtIns.integer(arguments_, 0)));
    for (const function_ of LISTING) {
      const original = builtIns.replace(function_, (arguments_) => {
        this.#show();
        return callAt(original, arguments_);
      });
    }
  }

  /** From now on, the statements are those of this client. */
  run(client: number): void {
    this.#running = client;
    this.#registers.identify(client);
  }

  know(databases: Map<string, number>): void {
    this.#databases = databases;
  }

  #show(): ClientStatus[] {
    const clients = this.#ask.clients();
    this.#activity.show(clients, this.#running, {
      user: (name) => this.#builtIns.roleId(name),
      database: (name) => this.#databases.get(name) ?? 0,
    });
    return clients;
  }

  /** As PostgreSQL's pg_signal_backend: the same warning, the same refusals. */
  #signal(signal: 'cancel' | 'terminate', process: number): number {
    const target = this.#ask.clients().find((client) => client.process === process);
    if (!target) {
      this.#builtIns.warn(`PID ${process} is not a PostgreSQL backend process`);
      return 0;
    }
    this.#mayBeSignalled(signal, this.#builtIns.roleId(target.user));
    if (process === this.#running) this.#registers.interrupt();
    return Number(this.#ask.signal({ about: 'signal', process, signal }));
  }

  #mayBeSignalled(signal: 'cancel' | 'terminate', role: number): void {
    const { native } = this.#builtIns;
    const user = native._GetUserId();
    const [may, doing, of] =
      signal === 'cancel' ? ['cancel', 'cancel query', 'queries'] : ['terminate', 'terminate process', 'processes'];
    const message = `permission denied to ${doing}`;
    if (native._superuser_arg(role) && !native._superuser()) {
      const detail = `Only roles with the SUPERUSER attribute may ${may} ${of} of roles with the SUPERUSER attribute.`;
      this.#builtIns.fail('42501', message, detail);
    }
    if (!native._has_privs_of_role(user, role) && !native._has_privs_of_role(user, PG_SIGNAL_BACKEND)) {
      const [whose, what] =
        signal === 'cancel' ? ['query is being canceled', 'query'] : ['process is being terminated', 'process'];
      const detail = `Only roles with privileges of the role whose ${whose} or with privileges of the "pg_signal_backend" role may ${may} this ${what}.`;
      this.#builtIns.fail('42501', message, detail);
    }
  }
}

/** Calls a function by its address. */
export type CallAt = (address: number, argument: number) => number;
