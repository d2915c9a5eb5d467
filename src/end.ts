/** How long what is still open may keep the process once its output is read, in ms. */
const PATIENCE = 2_000;

/**
 * Ends the process with an exit code as soon as nothing is left to do and all output is read. Where something was left
 * open, it ends soon after the output is read: however slow the reader is, nothing is cut off.
 *
 * `process.exit` is not called at once, since it waits for V8's compilers, which may wait for a garbage collection of the
 * thread that called it: such a process never ends (https://github.com/nodejs/node/issues/54918).
 */
export function endWith(code: number): void {
  process.exitCode = code;
  const read = [process.stdout, process.stderr].map(
    (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
  );
  void Promise.all(read).then(() => setTimeout(() => process.exit(code), PATIENCE).unref());
}
