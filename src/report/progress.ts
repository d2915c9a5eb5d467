import { Listr } from 'listr2';

export type Format = 'text' | 'json';

/** Runs the steps of a command, shows them as they go, and remembers how long each took. */
export interface Progress {
  /** A step that begins while another is shown is shown when it ends. */
  step<T>(title: string, run: (tell: (text: string) => void) => Promise<T>): Promise<T>;
  /** Step → seconds. */
  readonly seconds: ReadonlyMap<string, number>;
}

/** Progress that moves on a terminal, is plain lines elsewhere, and is silent when the output is for a machine. */
export function makeProgress(format: Format): Progress {
  const seconds = new Map<string, number>();
  let shown = false;
  const renderer = format === 'json' ? 'silent' : process.stdout.isTTY ? 'default' : 'simple';
  return {
    seconds,
    async step(title, run) {
      const started = performance.now();
      const measured = (): string => {
        const took = (performance.now() - started) / 1000;
        seconds.set(title, took);
        return `${title} ${took.toFixed(1)} s`;
      };
      if (shown) {
        const result = await run(() => {});
        const line = measured();
        if (format === 'text') process.stdout.write(`✔ ${line}\n`);
        return result;
      }
      shown = true;
      // The step only shows that it failed: the code that catches the error prints it once, in full.
      let failure: unknown;
      let result: Awaited<ReturnType<typeof run>> | undefined;
      const tasks = new Listr(
        [
          {
            title,
            task: async (_, task) => {
              try {
                result = await run((text) => {
                  task.output = text;
                });
              } catch (error) {
                failure = error;
                throw new Error('see below');
              }
              task.title = measured();
            },
          },
        ],
        { renderer, fallbackRenderer: 'simple', registerSignalListeners: false },
      );
      try {
        await tasks.run();
      } catch (error) {
        throw failure ?? error;
      } finally {
        shown = false;
      }
      return result as Awaited<ReturnType<typeof run>>;
    },
  };
}
