import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';

/** What every benchmark's command line has: a format, and exit codes. The caller adds its own flags, and parses. */
export function benchmark(name: string, description: string, notes = '') {
  return new Command(name)
    .description(description)
    .addOption(
      new Option('--format <format>', 'for people or for machines')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .addHelpText('after', `\n${notes}It measures and does not judge: exit code 0, or 2 when something could not run.`)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}

/** A flag's value that is a whole number from 1. @throws InvalidArgumentError when it is none */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('A whole number from 1 is needed.');
  return Number(text);
}

/** A flag's value that names some of these parts. @throws InvalidArgumentError when it names another */
export function someOf<Part extends string>(parts: readonly Part[]): (text: string) => readonly Part[] {
  return (text) => {
    const named = text.split(',');
    const unknown = named.filter((name) => !parts.some((part) => part === name));
    if (unknown.length > 0)
      throw new InvalidArgumentError(`There is no ${unknown.join(', ')}; there are ${parts.join(', ')}.`);
    return named as Part[];
  };
}

/** To stderr: stdout is for the results. */
export function tell(what: string): void {
  process.stderr.write(`bench: ${what}\n`);
}

/** Cleans up when the benchmark is asked to stop, and ends it with the exit code that a shell gives such a process. */
export function whenStopped(cleanUp: () => Promise<unknown>): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.once(signal, () => void cleanUp().finally(() => process.exit(code)));
}
