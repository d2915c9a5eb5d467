/** How much of everything a made database holds. Averages are averages: the rows vary around them. */
export interface LegacySize {
  readonly users: number;
  readonly channels: number;
  readonly videos: number;
  /** Of a video that has any: three in four have. */
  readonly chunksPerVideo: number;
  /** At most one a user and channel. */
  readonly sessions: number;
  readonly messagesPerSession: number;
  readonly followsPerUser: number;
  readonly publicLimits: number;
  readonly errorLogs: number;
}

/** Enough of everything to see every rule at work, in well under two seconds. */
export const small: LegacySize = {
  users: 3,
  channels: 4,
  videos: 40,
  chunksPerVideo: 12,
  sessions: 7,
  messagesPerSession: 8,
  followsPerUser: 2,
  publicLimits: 6,
  errorLogs: 10,
};

/** What decides every row of a made database. */
export interface Plan {
  readonly seed: number;
  readonly size: LegacySize;
  /** How many of each kind of orphan, and of each other irregularity of production. */
  readonly orphans: number;
}
