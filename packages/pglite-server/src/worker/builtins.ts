import type { PGlite } from '@electric-sql/pglite';
import type { SharedMemory } from '../shared-memory.ts';

/** The functions of PGlite's module that are called; the numbers are addresses, object ids, or PostgreSQL's own. */
export interface NativeCalls {
  _superuser(): number;
  _superuser_arg(role: number): number;
  _GetUserId(): number;
  _has_privs_of_role(member: number, role: number): number;
  _get_role_oid(name: number, missingIsFine: number): number;
  _errstart(level: number, domain: number): number;
  _errcode(state: number): number;
  _errmsg_internal(format: number, values: number): number;
  _errdetail_internal(format: number, values: number): number;
  _errfinish(file: number, line: number, function_: number): void;
  _free(address: number): void;
  stringToNewUTF8(text: string): number;
  addFunction(call: (...numbers: number[]) => number, signature: string): number;
  wasmMemory: SharedMemory;
}

/** One of PostgreSQL's built-in functions, by its number in pg_proc and its name there. */
export interface BuiltIn {
  oid: number;
  name: string;
}

/** Where a call's arguments begin, and how far they are apart, in bytes (PostgreSQL's struct FunctionCallInfoBaseData). */
const ARGUMENTS = 20;
const ARGUMENT = 8;
const LEVEL = { WARNING: 19, ERROR: 21 };

/** PostgreSQL's built-in functions, some of which the engine answers itself, and what they may call. */
export class BuiltIns {
  readonly native: NativeCalls;

  constructor(pglite: PGlite) {
    this.native = pglite.Module as unknown as NativeCalls;
  }

  /**
   * Has a function answered by another. Its calls go through a table in PostgreSQL's memory, so every use of it is reached.
   * @param call gets where the call's arguments are, and returns a Datum
   * @returns where the function was, for calling it still
   */
  replace({ oid, name }: BuiltIn, call: (arguments_: number) => number): number {
    const heap = this.#heap;
    // An entry has the number, the count of arguments, the name's address and the function's.
    let at = heap.indexOf(oid);
    while (at >= 0 && this.#text(heap[at + 2] ?? 0, name.length + 1) !== `${name}\0`) at = heap.indexOf(oid, at + 1);
    if (at < 0) throw new Error('The embedded engine does not know the functions of this version of PGlite.');
    const original = heap[at + 3] ?? 0;
    heap[at + 3] = this.native.addFunction((address = 0) => call(address), 'ii');
    return original;
  }

  /** A call's integer argument, by its position. */
  integer(arguments_: number, at: number): number {
    return this.#heap[(arguments_ + ARGUMENTS + at * ARGUMENT) >> 2] ?? 0;
  }

  /** The number of a role in this database; 0 when there is none. Only inside a transaction. */
  roleId(name: string): number {
    const text = this.native.stringToNewUTF8(name);
    const oid = this.native._get_role_oid(text, 1);
    this.native._free(text);
    return oid;
  }

  warn(message: string): void {
    this.#report(LEVEL.WARNING, '01000', message);
  }

  /** @throws PostgreSQL's error, which ends the statement */
  fail(code: string, message: string, detail?: string): never {
    this.#report(LEVEL.ERROR, code, message, detail);
    throw new Error(message);
  }

  #report(level: number, code: string, message: string, detail?: string): void {
    const { native } = this;
    if (!native._errstart(level, 0)) return;
    native._errcode(
      [...code].reduce((state, letter, at) => state + (((letter.charCodeAt(0) - 48) & 63) << (6 * at)), 0),
    );
    const say = (text: string, as: (format: number, values: number) => number) => {
      const format = native.stringToNewUTF8(text.replaceAll('%', '%%'));
      as(format, 0);
      native._free(format);
    };
    say(message, native._errmsg_internal);
    if (detail !== undefined) say(detail, native._errdetail_internal);
    native._errfinish(0, 0, 0);
  }

  get #heap(): Int32Array {
    return new Int32Array(this.native.wasmMemory.buffer);
  }

  #text(address: number, length: number): string {
    const { buffer } = this.native.wasmMemory;
    return address > 0 && address + length <= buffer.byteLength
      ? Buffer.from(buffer, address, length).toString('latin1')
      : '';
  }
}
