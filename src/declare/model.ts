/** The keys of the configuration in which a new object is declared. */
export type DeclaredKey = 'access' | 'functions' | 'world' | 'queries.sizes';

/** One declaration: a line of an object, or an element of a list. */
export interface Declaration {
  readonly key: DeclaredKey;
  /** The name of the line; undefined for an element of a list. */
  readonly name?: string;
  readonly value: unknown;
}

/** The declarations that an object needs, as the database is now. */
export interface Suggestion {
  /** The id of the relation, or the signature of the function. */
  readonly object: string;
  readonly declarations: readonly Declaration[];
  /** Questions that were not decided, a sentence each: a person has to. */
  readonly open: readonly string[];
  /** Advice for a person, a sentence each. */
  readonly hints: readonly string[];
  /** The keys that have its declaration already. */
  readonly declared: readonly DeclaredKey[];
}
