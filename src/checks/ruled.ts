/** Which schemas the checks hold, and what they let pass. */
export interface Ruled {
  readonly schemas: readonly string[];
  /** Those that clients reach besides the API's: what holds for the API's holds for them. */
  readonly offered?: readonly string[];
  /** The one for what needs more rights than its callers have: no part of the API. */
  readonly private: string;
  readonly exempt: readonly Exemption[];
}

/** Something that a check would find, and why it is meant. */
export interface Exemption {
  /** The id of the check. */
  readonly check: string;
  /** The object as the finding names it. */
  readonly object: string;
  readonly reason: string;
}
