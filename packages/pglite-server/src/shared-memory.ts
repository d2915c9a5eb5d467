/**
 * WebAssembly whose memory other threads can reach: the one way to interrupt a backend, whose thread hears nothing while it
 * works. A module says whether the memory that it imports is shared, so what PGlite brings is changed in that one place.
 */

/** The parts of Node's WebAssembly that are used here; its types do not name it without the browser's. */
interface WebAssemblyApi {
  Memory: new (descriptor: { initial: number; maximum: number; shared?: boolean }) => SharedMemory;
  Module: new (bytes: Uint8Array) => object;
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(source: object, imports?: { env?: Record<string, unknown> }): Promise<object>;
}

/** A memory that two threads have; `buffer` is all of it, and has to be read again once it may have grown. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

const IMPORTS = 2;
const KIND = { function: 0, table: 1, memory: 2, global: 3 };
const HAS_MAXIMUM = 1;
const SHARED_WITH_MAXIMUM = 3;
/** In pages of 64 KiB: as much as PGlite asks for. */
const MAXIMUM = 32_768;

/** The module with the memory that it imports declared as shared; one that imports none stays as it is. */
export function withSharedMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const module = new Uint8Array(bytes);
  let at = 8;
  while (at < module.length) {
    const size = readNumber(module, at + 1);
    const end = size.next + size.value;
    const limits = module[at] === IMPORTS ? memoryLimits(module, size.next) : null;
    if (limits) {
      const body = Buffer.concat([
        module.subarray(size.next, limits.from),
        Buffer.from([SHARED_WITH_MAXIMUM, ...number(limits.minimum), ...number(limits.maximum)]),
        module.subarray(limits.to, end),
      ]);
      const head = Buffer.from(number(body.length));
      return new Uint8Array(Buffer.concat([module.subarray(0, at + 1), head, body, module.subarray(end)]));
    }
    at = end;
  }
  return module;
}

/** A function that WebAssembly imports. */
type ImportedFunction = (...numbers: number[]) => unknown;

/** Functions that take the place of imported ones, by name; each is made from the one that it replaces. */
export type Replacements = Record<string, (original: ImportedFunction) => ImportedFunction>;

/**
 * From now on, everything that this thread compiles shares its memory, extensions too, which are compiled when they are
 * first used; and what it instantiates gets other functions in place of those that it imports.
 */
export function shareMemory(replacements: Replacements): void {
  const scope = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  const original = scope.WebAssembly;
  const { Memory, Module, compile, instantiate } = original;
  original.Memory = new Proxy(Memory, {
    construct: (_, [{ initial, maximum = MAXIMUM }]) => new Memory({ initial, maximum, shared: true }),
  });
  original.Module = new Proxy(Module, { construct: (_, [bytes]) => new Module(withSharedMemory(asBytes(bytes))) });
  original.compile = (bytes) => compile(withSharedMemory(asBytes(bytes)));
  original.instantiate = (source, given = {}) =>
    instantiate(source instanceof Module ? source : withSharedMemory(asBytes(source)), replaced(given, replacements));
}

function replaced(imports: { env?: Record<string, unknown> }, replacements: Replacements): object {
  const env = { ...imports.env };
  const names = Object.keys(replacements).filter((name) => Object.hasOwn(imports.env ?? {}, name));
  for (const name of names) env[name] = replacements[name]?.(env[name] as ImportedFunction);
  // An extension's imports are looked up when it asks for them, and have no properties to copy.
  return names.length > 0 ? { ...imports, env } : imports;
}

function asBytes(source: object): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source as ArrayBuffer);
}

/** Where the limits of the imported memory are in the section of imports, which begins at an offset. */
function memoryLimits(module: Uint8Array, start: number) {
  const count = readNumber(module, start);
  let at = count.next;
  const skip = () => {
    at = readNumber(module, at).next;
  };
  const skipName = () => {
    const length = readNumber(module, at);
    at = length.next + length.value;
  };
  const skipLimits = () => {
    const flags = module[at++] ?? 0;
    skip();
    if (flags & HAS_MAXIMUM) skip();
  };
  for (let left = count.value; left > 0; left--) {
    skipName();
    skipName();
    const kind = module[at++];
    if (kind === KIND.memory) {
      const from = at;
      const minimum = readNumber(module, at + 1);
      const limited = ((module[from] ?? 0) & HAS_MAXIMUM) !== 0;
      const maximum = limited ? readNumber(module, minimum.next) : { value: MAXIMUM, next: minimum.next };
      return { from, to: maximum.next, minimum: minimum.value, maximum: Math.min(maximum.value, MAXIMUM) };
    }
    if (kind === KIND.function) skip();
    else if (kind === KIND.global) at += 2;
    else if (kind === KIND.table) {
      at++;
      skipLimits();
    } else {
      // A tag: a byte, then its type.
      at++;
      skip();
    }
  }
  return null;
}

/** An unsigned number as WebAssembly writes it: seven bits a byte, the lowest first (LEB128). */
function readNumber(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0, next = at; ; shift += 7) {
    const byte = bytes[next++] ?? 0;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, next };
  }
}

function number(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(Math.floor(value / 128))];
}
