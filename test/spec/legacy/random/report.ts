const SHOWN = 600;

/** A text that a person can read: values of megabytes, and vectors, are cut in their middle. */
export function shown(text: string): string {
  return text
    .replaceAll(/(?:0,){20,}/g, '0,…,')
    .split('\n')
    .map((line) => (line.length > SHOWN ? `${line.slice(0, SHOWN)} … (${line.length} characters)` : line))
    .join('\n');
}

/** What runs the shrunk case again, and no other. */
export function replayCommand({
  seed,
  counterexamplePath,
}: {
  readonly seed: number;
  readonly counterexamplePath: string | null;
}): string {
  return `  ROLECALL_SEED=${seed} ROLECALL_PATH=${counterexamplePath} npm test -- test/spec/legacy/random`;
}
