import type { MessagePort } from 'node:worker_threads';
import type { RolesChange } from './cluster/merge-roles.ts';
import type { WireError } from './protocol/backend.ts';
import type { Summary } from './protocol/output.ts';
import type { SharedMemory } from './shared-memory.ts';
import type { SharedControl, SignalAddresses } from './signals.ts';
import type { CompiledModule } from './wasm.ts';

/** The state that belongs to one client's session, so that many sessions can take turns on one backend. */
export interface SessionState {
  /** The session authorization. */
  user: string;
  /** The role set by SET ROLE, or `none`. */
  role: string;
  settings: Record<string, string>;
  /** Not yet on the backend: the defaults of its role and database are still to be added. */
  fresh: boolean;
}

/** A prepared statement that an exchange uses and that the backend may have lost. */
export interface Preparation {
  statement: string;
  parse: Uint8Array;
}

/** One client's messages up to a Sync, or simple queries: what runs without interruption. */
export interface RunRequest {
  type: 'run';
  client: number;
  state: SessionState;
  bytes: Uint8Array<ArrayBuffer>;
  /** The SQL that runs, to see what it may change. */
  texts: string[];
  /** Statements that begin a suspended transaction again. */
  replay: string[];
  /** Whether to say if the transaction has written nothing by then. */
  confirm: boolean;
  /** The statements that this exchange parses, in order; the unnamed one is ''. */
  parses: string[];
  uses: Preparation[];
  closes: string[];
}

/** A client left, or wants a session as if it had just come. */
export interface ForgetRequest {
  type: 'forget';
  client: number;
  /** Statements to deallocate. */
  statements: string[];
  rollback: boolean;
  discardTemp: boolean;
}

/** State that all databases of a server share: the roles as JSON (see READ_ROLES), and the databases' names. */
export interface ClusterState {
  roles: string;
  databases: string[];
}

/** A replayed statement that is meant to fail: it puts the transaction into the failed state that the client saw. */
export const ABORT = `do 'begin raise exception ''suspended''; end'`;

/** The state of a client, as `pg_stat_activity` names it. */
export type ClientState = 'active' | 'idle' | 'idle in transaction' | 'idle in transaction (aborted)';

/** A client as `pg_stat_activity` shows it. Times are in milliseconds since 1970. */
export interface ClientStatus {
  process: number;
  user: string;
  database: string;
  application: string;
  state: ClientState;
  /** The text of its last statement. */
  query: string;
  connected: number;
  transactionSince: number | null;
  querySince: number | null;
  stateSince: number;
}

/** Something that a statement has to know of the clients, or do to one of them. */
export type Question = { about: 'clients' } | { about: 'signal'; process: number; signal: 'cancel' | 'terminate' };
/** The clients; or whether the one to be signalled is there. */
export type Answer = ClientStatus[] | boolean;

export type ToWorker =
  | RunRequest
  | ForgetRequest
  | { type: 'rollback' }
  | { type: 'listen'; channels: string[] }
  | { type: 'cluster'; state: ClusterState }
  | { type: 'checkpoint' }
  | { type: 'close' };

export type FromWorker =
  | { type: 'ready'; memory: SharedMemory; addresses: SignalAddresses }
  | { type: 'output'; bytes: Uint8Array<ArrayBuffer> }
  | { type: 'notification'; channel: string; frame: Uint8Array }
  | { type: 'copy' }
  | { type: 'consumed'; bytes: number }
  | { type: 'state'; client: number; state: SessionState }
  /** With the end of the answer, of which earlier parts came as `output`. */
  | {
      type: 'done';
      output: Uint8Array<ArrayBuffer> | null;
      summary: Summary;
      refused: WireError | null;
      /** The transaction is open and has written nothing, as far as that was to be confirmed. */
      unchanged: boolean;
    }
  | { type: 'roles'; before: string; after: string; kept: RolesChange['kept'] }
  /** The thread waits for the answer. */
  | { type: 'ask'; question: Question }
  | { type: 'fatal'; message: string };

/** The options with which a worker thread opens its database. */
export interface WorkerOptions {
  folder: string;
  /** The name that the database must have, and the one that it may have inside its files. */
  database: string;
  inside: string;
  wasm: CompiledModule;
  copyPort: MessagePort;
  answerPort: MessagePort;
  /** Changes when something comes on either port. */
  arrivals: Int32Array<SharedArrayBuffer>;
  control: SharedControl;
}
