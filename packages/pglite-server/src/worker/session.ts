import type { SessionState } from '../messages.ts';
import type { WireError } from '../protocol/backend.ts';
import { calledNames, dottedNames, mentionsSettings } from '../sql/mentions.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import type { Backend } from './backend.ts';

/** The superuser's session that every client's starts from. DEFAULT does nothing in PGlite, so the name is given. */
const SUPERUSER = 'reset role; set session authorization postgres';
const CLEAN = `${SUPERUSER}; reset all`;

/** Puts the sessions of many clients on one backend, one after the other, and lets nothing pass between them. */
export class Sessions {
  #backend: Backend;
  #current: number | null = null;
  #changed = false;
  /**
   * The client that was handed back last, with its state: when it is the next one too, its request may have been sent
   * before the router knew that state.
   */
  #left: { client: number; state: SessionState } | null = null;
  /** Custom settings seen in any text: they are in no catalog, so they have to be asked for by name. */
  #customNames = new Set<string>();
  /** Functions of the database whose bodies may change settings. */
  #setters = new Set<string>();

  constructor(backend: Backend) {
    this.#backend = backend;
    this.learnFunctions();
  }

  /** Looks up the functions whose bodies may change settings, and the custom settings that they name. */
  learnFunctions(): void {
    const [rows = []] = this.#backend.demand(
      `select proname, prosrc from pg_catalog.pg_proc where prosrc ~* '\\mset(_config)?\\M' and oid >= 16384`,
    );
    for (const [name, source] of rows) {
      this.#setters.add((name ?? '').toLowerCase());
      if (/set_config|\bset\s+(local\s+|session\s+)?\w+\./i.test(source ?? '')) this.#noteNames(source ?? '');
    }
  }

  /** Remembers that a text may have changed the current session. */
  note(texts: string[], bytes: Uint8Array): void {
    for (const text of texts) {
      if (mentionsSettings(text)) {
        this.#changed = true;
        // The names may be in the parameters (`set_config($1, $2, …)`), so all of the exchange is read.
        this.#noteNames(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
      } else if (this.#setters.size > 0 && text.includes('(')) {
        if (calledNames(text).some((name) => this.#setters.has(name))) this.#changed = true;
      }
    }
  }

  /** Makes the backend a client's; the one before is given back with its state when that may have changed. */
  enter(client: number, known: SessionState, leave: (client: number, state: SessionState) => void): WireError | null {
    if (client === this.#current) return null;
    const state = this.#left?.client === client ? this.#left.state : known;
    // Defaults are looked up as the superuser.
    if (state.fresh) this.leave(leave);
    else this.#handBack(leave);
    this.#left = null;
    const settings = state.fresh ? { ...this.#defaults(state.user), ...state.settings } : state.settings;
    // One query that cleans and restores takes half as long as two.
    const parts: string[] = this.#current === null ? [] : [CLEAN];
    for (const [name, value] of Object.entries(settings)) {
      parts.push(`select pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, false)`);
      if (name.includes('.')) this.#customNames.add(name);
    }
    if (state.user !== 'postgres') parts.push(`set session authorization ${quoteIdentifier(state.user)}`);
    if (state.role !== 'none') parts.push(`set role ${quoteIdentifier(state.role)}`);
    const { error } = this.#backend.query(parts.join('; '));
    if (error) {
      this.#backend.demand(CLEAN);
      this.#current = null;
      return { severity: 'FATAL', code: error.C ?? 'XX000', message: error.M ?? 'the session cannot be restored' };
    }
    this.#current = client;
    // Not captured yet: the defaults that were just added belong to the state from now on.
    this.#changed = state.fresh;
    return null;
  }

  /** Ends the current client's turn: its state is captured if it may have changed, and the backend is clean again. */
  leave(report: (client: number, state: SessionState) => void): void {
    this.#handBack(report);
    if (this.#current !== null) this.#backend.demand(CLEAN);
    this.#current = null;
    this.#changed = false;
  }

  #handBack(report: (client: number, state: SessionState) => void): void {
    if (this.#current !== null && this.#changed) {
      this.#left = { client: this.#current, state: this.#capture() };
      report(this.#left.client, this.#left.state);
    }
    this.#changed = false;
  }

  /** Forgets a client that went away, without capturing anything. */
  forget(client: number): void {
    if (this.#left?.client === client) this.#left = null;
    if (this.#current !== client) return;
    this.#backend.demand(CLEAN);
    this.#current = null;
    this.#changed = false;
  }

  #capture(): SessionState {
    const names = [...this.#customNames].map(quoteLiteral).join(', ');
    const [identity, , , settings, custom] = this.#backend.demand(
      `select session_user, pg_catalog.current_setting('role');
       ${SUPERUSER};
       select name, setting from pg_catalog.pg_settings where source = 'session';
       select name, pg_catalog.current_setting(name, true) from pg_catalog.unnest(array[${names}]::text[]) as name`,
    );
    const state: SessionState = {
      user: identity?.[0]?.[0] ?? '',
      role: identity?.[0]?.[1] ?? 'none',
      settings: {},
      fresh: false,
    };
    for (const [name, value] of settings ?? []) state.settings[name ?? ''] = value ?? '';
    for (const [name, value] of custom ?? []) {
      if (value === null || value === undefined) this.#customNames.delete(name ?? '');
      else if (value !== '') state.settings[name ?? ''] = value;
    }
    return state;
  }

  /** The settings that ALTER ROLE … SET and ALTER DATABASE … SET give to a session that starts; the most specific wins. */
  #defaults(user: string): Record<string, string> {
    const [rows = []] = this.#backend.demand(
      `select split_part(entry, '=', 1), substr(entry, strpos(entry, '=') + 1)
       from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) as entry
       where setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
         and setrole in (0, (select oid from pg_catalog.pg_roles where rolname = ${quoteLiteral(user)}))
       order by (setrole <> 0)::int * 2 + (setdatabase <> 0)::int`,
    );
    return Object.fromEntries(rows.map(([name, value]) => [name ?? '', value ?? '']));
  }

  #noteNames(text: string): void {
    for (const name of dottedNames(text)) this.#customNames.add(name);
  }
}
