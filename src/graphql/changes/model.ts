/** A change of a role's API, or several that have one cause, and what it does to clients. */
export interface ApiChange {
  /** `breaking`: a client that worked fails; `dangerous`: it may behave otherwise; of several changes the worst. */
  readonly level: ApiChangeLevel;
  /** Where, as `Type.field.argument`; of several changes, what they follow from. */
  readonly path: string;
  readonly message: string;
  /** How many changes it stands for. */
  readonly count: number;
}

/** The levels, worst first. */
export const LEVELS = ['breaking', 'dangerous', 'safe'] as const;

type ApiChangeLevel = (typeof LEVELS)[number];
