import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';

// PostGraphile has no logger of its own: its plugins write what they leave out to the global console. The console is
// replaced while a build runs, and each line goes to the build in whose asynchronous context it was written, so that
// builds at the same time do not get each other's warnings and everybody else's lines go where they always went.
const METHODS = ['warn', 'error', 'log'] as const;
type Method = (typeof METHODS)[number];

const builds = new AsyncLocalStorage<string[]>();
const terminal: Console = globalThis.console;
let running = 0;
let restore = () => {};

/**
 * Runs `use` and collects what it writes to the console, which stays silent.
 * @returns what `use` returned, and the lines in the order in which they were written
 */
export async function withCapturedConsole<T>(use: () => Promise<T>): Promise<{ value: T; lines: string[] }> {
  const lines: string[] = [];
  if (running++ === 0) restore = replaceConsole();
  try {
    return { value: await builds.run(lines, use), lines };
  } finally {
    if (--running === 0) restore();
  }
}

function replaceConsole(): () => void {
  const originals = new Map<Method, Console[Method]>();
  for (const method of METHODS) {
    const original = terminal[method];
    originals.set(method, original);
    terminal[method] = (...values: unknown[]) => {
      const lines = builds.getStore();
      if (lines) lines.push(asLine(values));
      else original.apply(terminal, values);
    };
  }
  return () => {
    for (const [method, original] of originals) terminal[method] = original;
  };
}

/** One line of what was written. An object that accompanies a message is PostGraphile's complete state: it is left out. */
function asLine(values: readonly unknown[]): string {
  const texts = values.filter((value) => typeof value === 'string' || value instanceof Error).map(String);
  return texts.length > 0 ? texts.join(' ') : values.map((value) => inspect(value, { depth: 0 })).join(' ');
}
