import { Listr } from 'listr2';

export type Format = 'text' | 'json';

/** Runs the steps of a command in turn, shows them as they go, and remembers how long each took. */
export interface Progress {
  step<T>(title: string, run: (tell: (text: string) => void) => Promise<T>): Promise<T>;
  /** Step → seconds. */
  readonly seconds: ReadonlyMap<string, number>;
}

/** Progress that moves on a terminal, is plain lines elsewhere, and is silent when the output is for a machine. */
export function makeProgress(format: Format): Progress {
  const seconds = new Map<string, number>();
  const renderer = format === 'json' ? 'silent' : process.stdout.isTTY ? 'default' : 'simple';
  return {
    seconds,
    async step(title, run) {
      const started = performance.now();
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
              const took = (performance.now() - started) / 1000;
              seconds.set(title, took);
              task.title = `${title} ${took.toFixed(1)} s`;
            },
          },
        ],
        { renderer, fallbackRenderer: 'simple', registerSignalListeners: false },
      );
      await tasks.run().catch((error: unknown) => {
        throw failure ?? error;
      });
      return result as Awaited<ReturnType<typeof run>>;
    },
  };
}
