/** Collects sentences, and joins those with the same predicate into one that lists their subjects. */
export class Sentences {
  readonly #subjects = new Map<string, { kind: string; predicate: string; names: string[] }>();

  /** Adds “kind name is predicate”; a kind takes an s when there are several. */
  add(kind: string, name: string, predicate: string): void {
    const key = `${kind} ${predicate}`;
    const known = this.#subjects.get(key) ?? { kind, predicate, names: [] };
    known.names.push(name);
    this.#subjects.set(key, known);
  }

  /** The sentences, in the order in which their predicates were first added. */
  all(): string[] {
    return [...this.#subjects.values()].map(({ kind, predicate, names }) =>
      names.length === 1 ? `${kind} ${names[0]} is ${predicate}` : `${kind}s ${names.join(', ')} are ${predicate}`,
    );
  }
}
