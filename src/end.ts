/** How long what is still open may keep the process, in ms. */
const PATIENCE = 2_000;

/**
 * Ends the process with an exit code as soon as nothing is left to do, and soon also where something was left open.
 *
 * `process.exit` waits for V8's compilers, which may wait for a garbage collection of the thread that called it: such a
 * process never ends (https://github.com/nodejs/node/issues/54918; one of some hundred commands that end at once).
 */
export function endWith(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), PATIENCE).unref();
}
