import { readFile } from 'node:fs/promises';
import { withSharedMemory } from './shared-memory.ts';

/** A compiled WebAssembly module; Node's types do not name it without the browser's. */
export type CompiledModule = object;

const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { compile(bytes: Uint8Array): Promise<CompiledModule> };
};

let compiled: Promise<CompiledModule> | null = null;

/** PostgreSQL's WebAssembly, compiled once for all threads: each of them would need a fifth of a second for it. */
export function compiledPGlite(): Promise<CompiledModule> {
  compiled ??= (async () => {
    const file = new URL('pglite.wasm', import.meta.resolve('@electric-sql/pglite'));
    return await WebAssembly.compile(withSharedMemory(await readFile(file)));
  })();
  return compiled;
}
