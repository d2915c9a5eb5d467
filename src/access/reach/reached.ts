/** Something that a client role reaches, or may do, and that no line of the access spec proves. */
export interface Reached {
  /** The line of `known` that names it, as in `table leak.cards`. */
  readonly line: string;
  /** Lines that name more than it, as in `schema leak`. */
  readonly wider: readonly string[];
  /** Whether the role that ran the migrations made or granted it: no line for a schema of the host's covers it then. */
  readonly ours?: boolean;
  readonly where: string;
  readonly expected: string;
  readonly seen: string;
  /** SQL that shows it, ready to paste into psql. */
  readonly evidence?: string;
  readonly fix: string;
  /** The statement to execute to see whether a privilege works as the catalogs have it. */
  readonly trial?: ReachTrial;
}

/** A statement as a role; it changes nothing even where it succeeds. */
export interface ReachTrial {
  readonly role: string;
  readonly statement: string;
}
