/** The modes of locks on relations as pg_locks names them, the weakest first (PostgreSQL's documentation, 13.3.1). */
export const MODES = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;

export type LockMode = (typeof MODES)[number];

/** Statements of the app that a lock keeps waiting. SELECT … FOR UPDATE counts as writing. */
export type Blocked = 'readers and writers' | 'writers' | 'nobody';

/** The modes that each mode conflicts with (PostgreSQL's documentation, table 13.2). */
const CONFLICTS: Readonly<Record<LockMode, readonly LockMode[]>> = {
  AccessShareLock: MODES.slice(7),
  RowShareLock: MODES.slice(6),
  RowExclusiveLock: MODES.slice(4),
  ShareUpdateExclusiveLock: MODES.slice(3),
  ShareLock: ['RowExclusiveLock', 'ShareUpdateExclusiveLock', ...MODES.slice(5)],
  ShareRowExclusiveLock: MODES.slice(2),
  ExclusiveLock: MODES.slice(1),
  AccessExclusiveLock: MODES,
};

/** Whether two sessions cannot hold locks of these modes on one relation at once. */
export function conflict(one: LockMode, other: LockMode): boolean {
  return CONFLICTS[one].includes(other);
}

/** Statements that a mode keeps waiting: SELECT takes ACCESS SHARE; INSERT, UPDATE and DELETE take ROW EXCLUSIVE. */
export function blockedBy(mode: LockMode): Blocked {
  if (conflict(mode, 'AccessShareLock')) return 'readers and writers';
  return conflict(mode, 'RowExclusiveLock') ? 'writers' : 'nobody';
}

/** The modes that keep readers or writers waiting. */
export const BLOCKING: readonly LockMode[] = MODES.filter((mode) => blockedBy(mode) !== 'nobody');

/** A mode as SQL and the documentation write it: AccessExclusiveLock is ACCESS EXCLUSIVE. */
export function modeName(mode: LockMode): string {
  return mode
    .replace(/Lock$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
}

/** The strongest of these modes; undefined of none. */
export function strongest(modes: Iterable<LockMode>): LockMode | undefined {
  return [...modes].sort((one, other) => MODES.indexOf(other) - MODES.indexOf(one))[0];
}
